/* SPDX-License-Identifier: MIT */
/* All keys that one issuer published. */
#ifndef DOJANG_AUTH_KEY_SET_H
#define DOJANG_AUTH_KEY_SET_H

#include "auth/ignored.h"
#include "auth/public_key.h"

enum { KEY_SET_MAXIMUM = 64 };

enum key_verdict {
	KEY_UNKNOWN, /* no key of this id and algorithm */
	KEY_REFUSES,
	KEY_ACCEPTS,
};

struct key_set;

/* Reads the usable keys of a JWK set's array, at most KEY_SET_MAXIMUM. Others are skipped. */
struct key_set *key_set_read(const void *context, json_object *keys);
size_t key_set_count(const struct key_set *set);
/* A token without a key id is verified only when there is exactly one key of its algorithm.
 * KEY_UNKNOWN when there is none, KEY_REFUSES when there are several. */
enum key_verdict key_set_verify(const struct key_set *set, const struct signed_text *text);

/* True when there is a key of this algorithm. */
bool key_set_has(const struct key_set *set, enum token_algorithm algorithm);

/* Extracts the array "keys" of a JWK set document with only the public members in use. NULL when it
 * has no usable key. Adds the other keys to ignored, and those that are not for the issuer's
 * algorithm, unless ignored is NULL. */
json_object *key_set_extract(const void *context, const char *document,
	enum token_algorithm algorithm, struct ignored *ignored);

#endif
