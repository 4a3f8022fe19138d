/* SPDX-License-Identifier: MIT */
/* The keys that issuers publish (RS256, ES256): fetched when they are missing, old or a new name
 * turns up, kept in one file of the state directory for the whole pool, and still good while their
 * issuer is down. */
#ifndef DOJANG_AUTH_JWKS_H
#define DOJANG_AUTH_JWKS_H

#include "auth/key_set.h"

enum {
	/* at most one fetch in this time, for each issuer and the whole pool */
	JWKS_RETRY_SECONDS = 60,
	/* older keys are fetched anew, and are good until that works */
	JWKS_FRESH_SECONDS = 3600,
	/* a name that was not among fetched keys is not asked for again before that */
	JWKS_UNKNOWN_SECONDS = 600,
	JWKS_KID_MAXIMUM = 255, /* bytes */
};

struct jwks;

/* Of all issuers of the settings; reads and fetches nothing yet. */
struct jwks *jwks_new(const void *context, const struct settings *settings);

/* Did the issuer at index sign this? May fetch its keys: then it takes FETCH_MILLISECONDS longer at
 * most. */
bool jwks_verify(struct jwks *jwks, size_t index, const struct signed_text *text, instant now);

/* Fetches the keys of one issuer, the first whose keys are missing or old, unless another worker
 * does. For the time between two requests; costs nothing when nothing is due. */
void jwks_refresh(struct jwks *jwks, instant now);

/* Are there keys of every issuer that publishes its own? Takes note of what other workers fetched.
 */
bool jwks_is_complete(struct jwks *jwks);

/* For people who look for a fault: fetches the keys of the issuer at index, keeps nothing. NULL
 * when they can be had, else why not. */
const char *jwks_fault(const struct jwks *jwks, const void *context, size_t index);

#endif
