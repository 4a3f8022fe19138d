/* SPDX-License-Identifier: MIT */
/* A key that an issuer published (JWK, RFC 7517), kept ready for use. Its algorithm is its own: a
 * token cannot choose another. */
#ifndef DOJANG_AUTH_PUBLIC_KEY_H
#define DOJANG_AUTH_PUBLIC_KEY_H

#include "auth/issuer.h"

#include <json-c/json.h>

struct public_key;

/* A key that verifies RS256 (RSA of 2048 to 8192 bits) or ES256 (P-256), below context; NULL for
 * every other: those of other kinds, for other uses, too weak, or not well-formed. */
struct public_key *public_key_read(const void *context, json_object *jwk);

/* Is it of this algorithm, and of this name? kid NULL asks for any name; a key without a name has
 * none of the others. */
bool public_key_fits(const struct public_key *key, enum token_algorithm algorithm, const char *kid);
bool public_key_verify(const struct public_key *key, const struct signed_text *text);

#endif
