/* SPDX-License-Identifier: MIT */
/* All keys that one issuer published. */
#ifndef DOJANG_AUTH_KEY_SET_H
#define DOJANG_AUTH_KEY_SET_H

#include "auth/public_key.h"

enum { KEY_SET_MAXIMUM = 64 };

enum key_verdict {
	KEY_UNKNOWN, /* no key of this name and algorithm */
	KEY_REFUSES,
	KEY_ACCEPTS,
};

struct key_set;

/* The keys of a JWK set's array that can be used (the first KEY_SET_MAXIMUM); others are passed
 * over. */
struct key_set *key_set_read(const void *context, json_object *keys);
size_t key_set_count(const struct key_set *set);
/* A text whose token names no key is looked at only where there is one key of its algorithm; it is
 * unknown where there is none. */
enum key_verdict key_set_verify(const struct key_set *set, const struct signed_text *text);

/* The array "keys" of a JWK set document with nothing but the public members we use, NULL when it
 * holds no key that can be used. */
json_object *key_set_extract(const void *context, const char *document);

#endif
