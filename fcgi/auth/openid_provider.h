/* SPDX-License-Identifier: MIT */
/* The OpenID provider that staff may sign in at: where to send them, and what it says of whoever
 * comes back. */
#ifndef DOJANG_AUTH_OPENID_PROVIDER_H
#define DOJANG_AUTH_OPENID_PROVIDER_H

#include "auth/id_token.h"
#include "auth/openid_attempt.h"

enum openid_outcome {
	OPENID_GOOD,
	OPENID_DOWN,    /* it cannot be asked */
	OPENID_REFUSED, /* by it, or what it said cannot be believed */
};

struct openid_provider;

/* Asks for nothing yet. NULL with *error NULL: none is configured; with *error: it cannot be used.
 */
struct openid_provider *openid_provider_new(
	const void *context, const struct settings *settings, const char **error);
const struct openid_settings *openid_provider_settings(const struct openid_provider *provider);

/* The address that starts this attempt, below context. What the provider says of itself is kept for
 * an hour; else it is asked, within two seconds, and after a failure not again for some. NULL: it
 * is down, and *fault says why. */
const char *openid_provider_address(struct openid_provider *provider, const void *context,
	const struct openid_attempt *attempt, const char **fault);

/* What the provider sent with whoever came back; NULL: not there. */
struct openid_answer {
	const char *code, *iss;
};

/* Asks who it is. OPENID_GOOD: out is filled, below context. Else *fault says why, for the log.
 * Takes some seconds at most. */
enum openid_outcome openid_provider_identify(struct openid_provider *provider, const void *context,
	const struct openid_attempt *attempt, const struct openid_answer *answer, instant now,
	struct id_token *out, const char **fault);

/* For people who look for a fault: asks for metadata and keys anew. NULL when all is well. */
const char *openid_provider_fault(struct openid_provider *provider, const void *context);

#endif
