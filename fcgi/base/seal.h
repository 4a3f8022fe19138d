/* SPDX-License-Identifier: MIT */
/* Encrypts values that are stored in the database (AES-256-GCM). Sealed bytes name their key, so
 * that keys can be changed: the new key seals, the old one still opens. */
#ifndef DOJANG_BASE_SEAL_H
#define DOJANG_BASE_SEAL_H

#include <stdbool.h>
#include <stddef.h>

/* bytes that sealing adds, and the part of them that is version and key id */
enum { SEAL_OVERHEAD = 33, SEAL_NAME = 5 };

struct seal;

/* Reads keys from files of 64 hex digits; old_key_file may be NULL. Returns NULL and sets *error
 * when a file is invalid. The keys are wiped when context is freed. */
struct seal *seal_open(
	const void *context, const char *key_file, const char *old_key_file, const char **error);

/* True when sealed names one of these keys. Its first SEAL_NAME bytes are enough. */
bool seal_has_key_of(const struct seal *seal, const void *sealed, size_t length);

/* purpose ("webhook") must be the same when opening, so that a value sealed for one purpose cannot
 * be used for another. The result has length + SEAL_OVERHEAD bytes, below context. */
unsigned char *seal_close(const struct seal *seal, const void *context, const char *purpose,
	const void *bytes, size_t length);
/* Returns the bytes with a NUL appended, below context. NULL when the key is unknown or anything
 * was changed. */
char *seal_read(const struct seal *seal, const void *context, const char *purpose,
	const void *sealed, size_t length, size_t *bytes_length);

#endif
