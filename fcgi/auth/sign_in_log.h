/* SPDX-License-Identifier: MIT */
/* Audit log rows about signing in and out: the account (never a typed name), the method and the
 * address. */
#ifndef DOJANG_AUTH_SIGN_IN_LOG_H
#define DOJANG_AUTH_SIGN_IN_LOG_H

#include "base/calendar.h"
#include "base/json.h"
#include "db/db.h"

enum { SIGN_IN_NOTES_PER_HOUR = 60 };

struct sign_in_note {
	const char *action; /* "sign-in" */
	uint64_t staff;     /* 0: unknown */
	const char *address;
	instant now;
	json_object *after; /* further data, whose ownership is taken; NULL: none */
};

/* Records an action of staff. Inside a transaction. */
void sign_in_log_write(struct db *db, const struct sign_in_note *note);
/* Records a refusal, in a transaction of its own. Every refusal of an account is recorded, since
 * the lock-out limits them. Of all others at most SIGN_IN_NOTES_PER_HOUR are recorded; the last one
 * says that further ones are not. The amount of work is the same in both cases. */
enum result sign_in_log_refused(struct db *db, const char *secret, const struct sign_in_note *note);

#endif
