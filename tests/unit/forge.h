/* SPDX-License-Identifier: MIT */
/* Makes tokens, good and hostile, without the code that checks them. */
#ifndef DOJANG_TESTS_FORGE_H
#define DOJANG_TESTS_FORGE_H

#include "base/memory.h"
#include "base/text.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#define FORGE_NOW INT64_C(1795316645) /* 2026-11-22T03:04:05Z */

/* "header.payload" of two JSON texts. */
static inline char *forge_unsigned(const void *context, const char *header, const char *payload)
{
	return memory_format(context, "%s.%s", text_to_base64url(context, header, strlen(header)),
		text_to_base64url(context, payload, strlen(payload)));
}

/* The token whose signature is the HMAC-SHA256 of its text under key. */
static inline char *forge_hs256(
	const void *context, const char *header, const char *payload, const char *key)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	char *text = forge_unsigned(context, header, payload);
	if (!HMAC(EVP_sha256(), key, (int)strlen(key), (const unsigned char *)text, strlen(text),
		    digest, &size))
		memory_exhausted();
	return memory_format(context, "%s.%s", text, text_to_base64url(context, digest, size));
}

#endif
