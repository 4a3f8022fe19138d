/* SPDX-License-Identifier: MIT */
/* Signs and verifies the cookies of known devices: a random id and a keyed hash over it and the
 * e-mail address. */
#include "auth/device.h"

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum { ID_BYTES = 16, ID_CHARACTERS = 22, HASH_BYTES = 32 };

static char *sign(const void *context, const char *secret, const char *email, const char *id)
{
	unsigned char hash[HASH_BYTES];
	unsigned size = HASH_BYTES;
	const char *text = memory_format(context, "sign-in-device\n%s\n%s", id, email);
	if (!HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)text,
		    strlen(text), hash, &size))
		memory_exhausted();
	return memory_format(context, "%s.%s", id, text_to_base64url(context, hash, sizeof hash));
}

char *device_issue(const void *context, const char *secret, const char *email)
{
	unsigned char id[ID_BYTES];
	random_bytes(id, sizeof id);
	return sign(context, secret, email, text_to_base64url(context, id, sizeof id));
}

const char *device_read(
	const void *context, const char *secret, const char *email, const char *cookie)
{
	if (!cookie || strlen(cookie) <= ID_CHARACTERS)
		return NULL;
	const char *id = memory_copy_bytes(context, cookie, ID_CHARACTERS),
		   *want = sign(context, secret, email, id);
	return strlen(cookie) == strlen(want) && CRYPTO_memcmp(cookie, want, strlen(want)) == 0
		? id
		: NULL;
}
