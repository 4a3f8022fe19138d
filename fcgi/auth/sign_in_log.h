/* SPDX-License-Identifier: MIT */
/* Rows of the audit log about signing in and out: who (never a name that was typed), how, and from
 * where. */
#ifndef DOJANG_AUTH_SIGN_IN_LOG_H
#define DOJANG_AUTH_SIGN_IN_LOG_H

#include "base/calendar.h"
#include "base/json.h"
#include "db/db.h"

enum { SIGN_IN_NOTES_PER_HOUR = 60 };

struct sign_in_note {
	const char *action; /* "sign-in" */
	uint64_t staff;     /* 0: nobody that we know */
	const char *address;
	instant now;
	json_object *after; /* what more there is to say; taken over; NULL: nothing */
};

/* Inside a transaction: staff did this. */
void sign_in_log_write(struct db *db, const struct sign_in_note *note);
/* A transaction of its own: somebody was refused. Of an account each refusal is noted, since its
 * lock-out bounds them; of all others SIGN_IN_NOTES_PER_HOUR at most, the last of which says that
 * more are not. Either way the work is the same. */
enum result sign_in_log_refused(struct db *db, const char *secret, const struct sign_in_note *note);

#endif
