/* SPDX-License-Identifier: MIT */
/* Sealing what must lie in the database but not be readable there: AES-256-GCM. Sealed bytes name
 * their key, so that keys can be changed: the new one seals, the old one still opens. */
#ifndef DOJANG_BASE_SEAL_H
#define DOJANG_BASE_SEAL_H

#include <stdbool.h>
#include <stddef.h>

/* bytes that sealing adds; of these, version and key */
enum { SEAL_OVERHEAD = 33, SEAL_NAME = 5 };

struct seal;

/* Keys from files of 64 hex digits; old_key_file may be NULL. NULL and *error when a file is no
 * good. The keys are wiped with context. */
struct seal *seal_open(
	const void *context, const char *key_file, const char *old_key_file, const char **error);

/* True when sealed names one of these keys. Its first SEAL_NAME bytes will do. */
bool seal_has_key_of(const struct seal *seal, const void *sealed, size_t length);

/* purpose ("webhook") must be the same when opening: what was sealed for one is no good for
 * another. The result has length + SEAL_OVERHEAD bytes below context. */
unsigned char *seal_close(const struct seal *seal, const void *context, const char *purpose,
	const void *bytes, size_t length);
/* The bytes with a NUL behind them, below context; NULL when the key is unknown or anything was
 * changed. */
char *seal_read(const struct seal *seal, const void *context, const char *purpose,
	const void *sealed, size_t length, size_t *bytes_length);

#endif
