/* SPDX-License-Identifier: MIT */
/* Sign-in by e-mail and password. Repeated failures are slowed down, then locked out for a while:
 * those of one client (e-mail address and network) soon, those of one e-mail address from all
 * networks and those of one network for all e-mail addresses later. Failures from a known device
 * are counted on their own, so that nobody can lock a person out of it. The result never shows
 * whether a name exists: failures of unknown names are counted too, and a password is hashed in any
 * case. Refusals are recorded in the audit log. */
#ifndef DOJANG_AUTH_SIGN_IN_H
#define DOJANG_AUTH_SIGN_IN_H

#include "base/calendar.h"
#include "db/db.h"

struct sign_in {
	const char *email, *password, *address;
	/* what is known of the client: the id of a device (auth/device.h), or SIGN_IN_OWN for a
	 * person who is signed in; NULL: nothing */
	const char *device;
	instant now;
};
#define SIGN_IN_OWN "own"

/* RESULT_OK and the person; ERR_UNAUTHORIZED; ERR_TOO_MANY_REQUESTS and the seconds to wait. */
enum result sign_in_by_password(struct db *db, const void *context, const char *secret,
	const struct sign_in *attempt, uint64_t *staff, int64_t *wait_seconds);

/* A sign-in by OpenID. */
struct sign_in_openid {
	const char *address;
	instant now;
	int64_t wait;        /* filled in: the seconds to wait */
	instant last_before; /* filled in: the last failure before */
};
/* Counts it in the same way by its address. RESULT_OK or ERR_TOO_MANY_REQUESTS. */
enum result sign_in_count_openid(
	struct db *db, const void *context, const char *secret, struct sign_in_openid *attempt);
/* Undoes this count after a success, or when the failure was not the user's. */
enum result sign_in_forget_openid(struct db *db, const void *context, const char *secret,
	const struct sign_in_openid *attempt);

/* The seconds for which the next try is refused after so many failures in a row. A pure function.
 */
int64_t sign_in_wait(uint64_t failures, uint64_t free_failures);
/* Normalizes an e-mail address for storing and comparing, below context. */
char *sign_in_email(const void *context, const char *email);

#endif
