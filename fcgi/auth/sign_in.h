/* SPDX-License-Identifier: MIT */
/* Sign-in by e-mail and password. Repeated failures are slowed down, then locked out for a while,
 * by name and by address. The result never shows whether a name exists: failures of unknown names
 * are counted too, and a password is hashed in any case. Refusals are recorded in the audit log. */
#ifndef DOJANG_AUTH_SIGN_IN_H
#define DOJANG_AUTH_SIGN_IN_H

#include "base/calendar.h"
#include "db/db.h"

struct sign_in {
	const char *email, *password, *address;
	instant now;
};

/* RESULT_OK and the person; ERR_UNAUTHORIZED; ERR_TOO_MANY_REQUESTS and the seconds to wait. */
enum result sign_in_by_password(struct db *db, const void *context, const char *secret,
	const struct sign_in *attempt, uint64_t *staff, int64_t *wait_seconds);

/* Counts a sign-in by OpenID from this address in the same way. RESULT_OK or ERR_TOO_MANY_REQUESTS.
 */
enum result sign_in_count_openid(struct db *db, const void *context, const char *secret,
	const char *address, instant now, int64_t *wait_seconds);
/* Undoes this count after a success, or when the failure was not the user's. */
enum result sign_in_forget_openid(
	struct db *db, const void *context, const char *secret, const char *address, instant now);

/* The seconds for which the next try is refused after so many failures in a row. A pure function.
 */
int64_t sign_in_wait(uint64_t failures, uint64_t free_failures);
/* Normalizes an e-mail address for storing and comparing, below context. */
char *sign_in_email(const void *context, const char *email);

#endif
