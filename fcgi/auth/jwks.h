/* SPDX-License-Identifier: MIT */
/* The published keys of issuers (RS256, ES256). They are fetched when they are missing or old or a
 * new key id occurs. One file of the state directory keeps them for the whole pool. They stay valid
 * while their issuer is down. */
#ifndef DOJANG_AUTH_JWKS_H
#define DOJANG_AUTH_JWKS_H

#include "auth/key_set.h"

enum {
	/* at most one fetch per issuer in this time, for the whole pool */
	JWKS_RETRY_SECONDS = 60,
	/* older keys are fetched again, and stay valid until that succeeds */
	JWKS_FRESH_SECONDS = 3600,
};

struct jwks;

/* For all issuers of the settings. Does not read or fetch anything yet. */
struct jwks *jwks_new(const void *context, const struct settings *settings);

/* True when the issuer at index signed this. May fetch its keys, which takes at most
 * FETCH_MILLISECONDS. */
bool jwks_verify(struct jwks *jwks, size_t index, const struct signed_text *text, instant now);

/* Fetches the keys of the first issuer whose keys are missing or old, unless another worker does.
 * Called between requests; free when nothing is due. */
void jwks_refresh(struct jwks *jwks, instant now);

/* True when there are keys for every issuer that publishes them. Also reads what other workers
 * fetched. */
bool jwks_is_complete(struct jwks *jwks);

/* For diagnosis: fetches the keys of the issuer at index without keeping them. Returns NULL, or the
 * reason of a failure. Adds the published keys that are not used to ignored. */
const char *jwks_fault(
	const struct jwks *jwks, const void *context, size_t index, struct ignored *ignored);

#endif
