/* SPDX-License-Identifier: MIT */
/* ID tokens of staff's OpenID provider (OpenID Connect Core 1.0, section 3.1.3.7): a good one
 * becomes a subject and a role. */
#ifndef DOJANG_AUTH_ID_TOKEN_H
#define DOJANG_AUTH_ID_TOKEN_H

#include "auth/issuer.h"
#include "auth/session.h"

struct id_token {
	const char *subject;
	/* one of the person's groups has a role; always false where roles come from the account */
	bool has_role;
	enum staff_role role; /* the highest of them */
};

/* True when token is good: signature, iss, aud, azp, exp, iat, and made for this very sign-in
 * (nonce). issuers holds the provider alone. What is in out goes below context. Says nothing of why
 * it is not. */
bool id_token_verify(struct issuers *issuers, const void *context,
	const struct openid_settings *settings, const char *token, const char *nonce, instant now,
	struct id_token *out);

#endif
