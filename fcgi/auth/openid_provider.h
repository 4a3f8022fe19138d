/* SPDX-License-Identifier: MIT */
/* The OpenID provider for staff: the address of a sign-in, and the identity of a person who
 * returns. */
#ifndef DOJANG_AUTH_OPENID_PROVIDER_H
#define DOJANG_AUTH_OPENID_PROVIDER_H

#include "auth/id_token.h"
#include "auth/openid_attempt.h"

enum openid_outcome {
	OPENID_GOOD,
	OPENID_DOWN,    /* it cannot be reached */
	OPENID_REFUSED, /* it refused, or its response is not valid */
};

struct openid_provider;

/* Does not contact the provider yet. Returns NULL without *error when none is configured, and with
 * *error when it cannot be used. */
struct openid_provider *openid_provider_new(
	const void *context, const struct settings *settings, const char **error);
const struct openid_settings *openid_provider_settings(const struct openid_provider *provider);

/* The address that starts this attempt, below context. Metadata is kept for an hour; otherwise it
 * is fetched, within two seconds, and after a failure not again for some time. Returns NULL and
 * sets *fault when the provider is down. */
const char *openid_provider_address(struct openid_provider *provider, const void *context,
	const struct openid_attempt *attempt, const char **fault);

/* The parameters of the authorization response; NULL when absent. */
struct openid_answer {
	const char *code, *iss;
};

/* Identifies the person. OPENID_GOOD: out is filled, below context. Otherwise *fault has the
 * reason, for the log. Takes at most some seconds. */
enum openid_outcome openid_provider_identify(struct openid_provider *provider, const void *context,
	const struct openid_attempt *attempt, const struct openid_answer *answer, instant now,
	struct id_token *out, const char **fault);

/* For diagnosis: fetches metadata and keys again. Returns NULL, or an error. Adds what is published
 * and not used to ignored. */
const char *openid_provider_fault(
	struct openid_provider *provider, const void *context, struct ignored *ignored);

#endif
