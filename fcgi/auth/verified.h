/* SPDX-License-Identifier: MIT */
/* Signatures that were found good already: a customer's page asks several times within seconds,
 * with one token. What is remembered has no secret in it, is forgotten as others come, and says
 * nothing but that this key has signed this text in this way. */
#ifndef DOJANG_AUTH_VERIFIED_H
#define DOJANG_AUTH_VERIFIED_H

#include <stdbool.h>

enum { VERIFIED_NAME_BYTES = 32 };

/* To be called once, before the workers of a pool are forked, so that they share what they know.
 * Without it nothing is remembered. */
void verified_open(void);
/* name: a SHA-256 over the public key, the signed text and its signature. Never true for one that
 * was not noted. */
bool verified_has(const unsigned char name[VERIFIED_NAME_BYTES]);
void verified_note(const unsigned char name[VERIFIED_NAME_BYTES]);

#endif
