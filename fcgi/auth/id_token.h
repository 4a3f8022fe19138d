/* SPDX-License-Identifier: MIT */
/* ID tokens of the OpenID provider for staff (OpenID Connect Core 1.0, section 3.1.3.7). A valid
 * one gives a subject and a role. */
#ifndef DOJANG_AUTH_ID_TOKEN_H
#define DOJANG_AUTH_ID_TOKEN_H

#include "auth/issuer.h"
#include "auth/session.h"

struct id_token {
	const char *subject;
	/* a group of the person has a role; always false when roles come from the account */
	bool has_role;
	enum staff_role role; /* the highest role of the groups */
};

enum { ID_TOKEN_SKEW_SECONDS = 60 };

/* What belongs to this sign-in. */
struct id_token_request {
	const char *nonce;
	/* The person must have signed in at the provider since then (auth_time, less
	 * ID_TOKEN_SKEW_SECONDS), in seconds; 0: at any time. */
	int64_t since;
};

/* True when token is valid: signature, iss, aud, azp, exp, iat, and the nonce and auth_time of this
 * sign-in. issuers contains only the provider. The contents of out are allocated below context. The
 * reason of a failure is not reported. */
bool id_token_verify(struct issuers *issuers, const void *context,
	const struct openid_settings *settings, const char *token,
	const struct id_token_request *request, instant now, struct id_token *out);

#endif
