/* SPDX-License-Identifier: MIT */
/* One sign-in attempt at an OpenID provider. Its whole state is in a signed cookie, so starting an
 * attempt needs no row in the database. state, nonce and the PKCE verifier are derived from the
 * cookie and are valid only with it. */
#ifndef DOJANG_AUTH_OPENID_ATTEMPT_H
#define DOJANG_AUTH_OPENID_ATTEMPT_H

#include "base/calendar.h"

#include <stdbool.h>
#include <stdint.h>

enum { OPENID_ATTEMPT_SECONDS = 600, OPENID_BACK_MAXIMUM = 500, OPENID_ATTEMPT_ID_BYTES = 16 };

struct openid_attempt {
	const char *cookie; /* its value */
	const char *state, *nonce, *verifier, *challenge;
	int64_t begun; /* in seconds */
	/* the account to be linked; 0 for a sign-in */
	uint64_t staff;
	const char *back; /* the path to return to; may be "" */
	unsigned char
		id[OPENID_ATTEMPT_ID_BYTES]; /* identifies the attempt, which can be used once */
};

/* Makes a new attempt, below context. secret is the server's. A return path that is too long is
 * dropped. */
void openid_attempt_new(const void *context, const char *secret, uint64_t staff, const char *back,
	instant now, struct openid_attempt *attempt);
/* False unless the cookie's signature is valid and not older than OPENID_ATTEMPT_SECONDS. */
bool openid_attempt_read(const void *context, const char *secret, const char *cookie, instant now,
	struct openid_attempt *attempt);
/* Compares in constant time. False for a NULL state. */
bool openid_attempt_has_state(const struct openid_attempt *attempt, const char *state);

#endif
