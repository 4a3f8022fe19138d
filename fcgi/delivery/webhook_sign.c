/* SPDX-License-Identifier: MIT */
/* Signs webhooks with OpenSSL. */
#include "delivery/webhook_sign.h"

#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum { LEAST_BYTES = 24, MOST_BYTES = 64, MOST_BASE64 = 4 * ((MOST_BYTES + 2) / 3) };

static const char PREFIX[] = "whsec_";

static char *to_base64(const void *context, const unsigned char *bytes, size_t length)
{
	char *text = memory_zeroed(context, 4 * ((length + 2) / 3) + 1);
	EVP_EncodeBlock((unsigned char *)text, bytes, (int)length);
	return text;
}

/* The secret's bytes; 0 when it is invalid. */
static size_t decode(const char *secret, unsigned char bytes[MOST_BASE64])
{
	if (!text_starts_with(secret, PREFIX))
		return 0;
	const char *base64 = secret + strlen(PREFIX);
	size_t length = strlen(base64), padding = 0;
	if (length == 0 || length % 4 != 0 || length > MOST_BASE64
		|| strspn(base64,
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
			!= length)
		return 0;
	while (padding < 2 && base64[length - 1 - padding] == '=')
		padding++;
	int size = EVP_DecodeBlock(bytes, (const unsigned char *)base64, (int)length);
	size_t count = size < 0 ? 0 : (size_t)size - padding;
	return count >= LEAST_BYTES && count <= MOST_BYTES ? count : 0;
}

static const char *sign(const void *context, const char *secret, const char *content)
{
	unsigned char key[MOST_BASE64], hash[EVP_MAX_MD_SIZE];
	unsigned hash_length = 0;
	size_t length = decode(secret, key);
	if (length == 0)
		return NULL;
	if (!HMAC(EVP_sha256(), key, (int)length, (const unsigned char *)content, strlen(content),
		    hash, &hash_length))
		memory_exhausted();
	explicit_bzero(key, sizeof key);
	return memory_format(context, "v1,%s", to_base64(context, hash, hash_length));
}

const char *webhook_sign(const void *context, const char *secret, const char *second_secret,
	const char *id, instant at, const char *body)
{
	const char *content = memory_format(context, "%s.%" PRId64 ".%s", id, at.seconds, body);
	const char *first = sign(context, secret, content),
		   *second = second_secret ? sign(context, second_secret, content) : NULL;
	if (!first || (second_secret && !second))
		return NULL;
	return second ? memory_format(context, "%s %s", first, second) : first;
}
