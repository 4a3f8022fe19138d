/* SPDX-License-Identifier: MIT */
/* The shared secrets of an HS256 issuer: one, or two while it is replaced. */
#ifndef DOJANG_AUTH_SECRETS_H
#define DOJANG_AUTH_SECRETS_H

#include "base/settings.h"

enum { SECRET_MINIMUM = 32 }; /* in bytes, as long as a SHA-256 (RFC 7518, section 3.2) */

struct secrets;

/* Loads secret_file and, if set, second_secret_file. Returns NULL and sets *error to a sentence
 * when one cannot be used. */
struct secrets *secrets_load(
	const void *context, const struct issuer_settings *issuer, const char **error);

/* True when signature is the HMAC-SHA256 of text under one of the secrets. Takes the same time
 * wherever they differ. */
bool secrets_verify(const struct secrets *secrets, const char *text, size_t length,
	const unsigned char *signature, size_t size);

/* The first secret, for making tokens. */
const char *secrets_first(const struct secrets *secrets);

#endif
