/* SPDX-License-Identifier: MIT */
/* One way to an OpenID provider and back. All that it needs to remember is in a cookie that only we
 * can write, so that whoever sets out costs no place in the database; state, nonce and PKCE's
 * verifier are derived from it, and are good with that cookie alone. */
#ifndef DOJANG_AUTH_OPENID_ATTEMPT_H
#define DOJANG_AUTH_OPENID_ATTEMPT_H

#include "base/calendar.h"

#include <stdbool.h>
#include <stdint.h>

enum { OPENID_ATTEMPT_SECONDS = 600, OPENID_BACK_MAXIMUM = 500, OPENID_ATTEMPT_ID_BYTES = 16 };

struct openid_attempt {
	const char *cookie; /* its value */
	const char *state, *nonce, *verifier, *challenge;
	/* whose account is to be linked; 0: somebody signs in */
	uint64_t staff;
	const char *back;                          /* the path to go on at; "" */
	unsigned char id[OPENID_ATTEMPT_ID_BYTES]; /* to be used up */
};

/* A new one, below context; secret is the server's. A way back that is too long is dropped. */
void openid_attempt_new(const void *context, const char *secret, uint64_t staff, const char *back,
	instant now, struct openid_attempt *attempt);
/* False unless the cookie was written by us, within OPENID_ATTEMPT_SECONDS. */
bool openid_attempt_read(const void *context, const char *secret, const char *cookie, instant now,
	struct openid_attempt *attempt);
/* In constant time; state NULL is none. */
bool openid_attempt_has_state(const struct openid_attempt *attempt, const char *state);

#endif
