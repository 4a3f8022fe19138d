/* SPDX-License-Identifier: MIT */
/* Signing in by e-mail and password: slowed down, then locked out for a while, by name and by
 * address, and never telling whether a name exists: failures are counted for names that nobody has,
 * too, and the password's work is done in any case. Refusals go into the audit log. */
#ifndef DOJANG_AUTH_SIGN_IN_H
#define DOJANG_AUTH_SIGN_IN_H

#include "base/calendar.h"
#include "db/db.h"

struct sign_in {
	const char *email, *password, *address;
	instant now;
};

/* RESULT_OK and who it is; ERR_UNAUTHORIZED; ERR_TOO_MANY_REQUESTS and after how many seconds it
 * may be tried again. */
enum result sign_in_by_password(struct db *db, const void *context, const char *secret,
	const struct sign_in *attempt, uint64_t *staff, int64_t *wait_seconds);

/* The same count for tries to come in another way (by OpenID) from this address: RESULT_OK, or
 * ERR_TOO_MANY_REQUESTS. */
enum result sign_in_count_openid(struct db *db, const void *context, const char *secret,
	const char *address, instant now, int64_t *wait_seconds);
/* It was good, or no fault of whoever tried. */
enum result sign_in_forget_openid(
	struct db *db, const void *context, const char *secret, const char *address, instant now);

/* For how many seconds the next try is refused after so many failures in a row; pure. */
int64_t sign_in_wait(uint64_t failures, uint64_t free_failures);
/* The form in which e-mail addresses are kept and compared, below context. */
char *sign_in_email(const void *context, const char *email);

#endif
