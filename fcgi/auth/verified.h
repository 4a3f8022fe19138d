/* SPDX-License-Identifier: MIT */
/* Remembers verified signatures, since a customer's page sends several requests with one token
 * within seconds. An entry contains no secret, is replaced by later ones, and only says that this
 * key signed this text in this way. */
#ifndef DOJANG_AUTH_VERIFIED_H
#define DOJANG_AUTH_VERIFIED_H

#include <stdbool.h>

enum { VERIFIED_NAME_BYTES = 32 };

/* Call once before the workers of a pool are forked, so that they share the table. Without it
 * nothing is remembered. */
void verified_open(void);
/* name: a SHA-256 over the public key, the signed text and its signature. Never true for a name
 * that was not added. */
bool verified_has(const unsigned char name[VERIFIED_NAME_BYTES]);
void verified_note(const unsigned char name[VERIFIED_NAME_BYTES]);

#endif
