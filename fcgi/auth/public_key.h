/* SPDX-License-Identifier: MIT */
/* A published key of an issuer (JWK, RFC 7517). The key has a fixed algorithm: a token cannot
 * choose another. */
#ifndef DOJANG_AUTH_PUBLIC_KEY_H
#define DOJANG_AUTH_PUBLIC_KEY_H

#include "auth/issuer.h"

#include <json-c/json.h>

struct public_key;

/* Why a key is not used. */
struct key_fault {
	const char *reason;
	bool is_for_others; /* another type or purpose; otherwise it is weak or malformed */
};

/* Reads a key that verifies RS256 (RSA of 2048 to 8192 bits) or ES256 (P-256), below context. NULL
 * for keys of other types or uses, and for weak or malformed keys, with *fault set. */
struct public_key *public_key_read(const void *context, json_object *jwk, struct key_fault *fault);

/* True when the key has this algorithm and key id. kid NULL matches any key; a key without an id
 * matches no other kid. */
bool public_key_fits(const struct public_key *key, enum token_algorithm algorithm, const char *kid);
bool public_key_verify(const struct public_key *key, const struct signed_text *text);

#endif
