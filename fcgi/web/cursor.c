/* SPDX-License-Identifier: MIT */
/* Writes and reads cursors: base64url of eight bytes of position, the sort key if there is one, and
 * sixteen bytes of HMAC. */
#include "web/cursor.h"

#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum { POSITION_BYTES = 8, TAG_BYTES = 16 };

static void tag(const void *context, const char *secret, const char *list, uint64_t caller,
	const char *key, uint64_t position, unsigned char out[TAG_BYTES])
{
	unsigned char full[EVP_MAX_MD_SIZE];
	unsigned size = sizeof full;
	char *text = memory_format(context, "cursor\n%s\n%" PRIu64 "\n%" PRIu64 "%s%s", list,
		caller, position, *key ? "\n" : "", key);
	if (!HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)text,
		    strlen(text), full, &size))
		memory_exhausted(); /* the only possible error */
	memcpy(out, full, TAG_BYTES);
}

char *cursor_write_sorted(const void *context, const char *secret, const char *list,
	uint64_t caller, const char *key, uint64_t position)
{
	key = key ? key : "";
	size_t length = strlen(key);
	unsigned char *bytes = memory_array(
		context, unsigned char, POSITION_BYTES + length + TAG_BYTES);
	for (unsigned i = 0; i < POSITION_BYTES; i++)
		bytes[i] = (unsigned char)(position >> (56 - 8 * i));
	memcpy(bytes + POSITION_BYTES, key,
		length); // NOLINT(bugprone-not-null-terminated-result): the tag follows, not NUL
	tag(context, secret, list, caller, key, position, bytes + POSITION_BYTES + length);
	return text_to_base64url(context, bytes, POSITION_BYTES + length + TAG_BYTES);
}

bool cursor_read_sorted(const void *context, const char *secret, const char *list, uint64_t caller,
	const char *cursor, const char **key, uint64_t *position)
{
	unsigned char *bytes, expected[TAG_BYTES];
	size_t length;
	if (!text_from_base64url(context, cursor, strlen(cursor), &bytes, &length)
		|| length < POSITION_BYTES + TAG_BYTES)
		return false;
	*position = 0;
	for (unsigned i = 0; i < POSITION_BYTES; i++)
		*position = *position << 8 | bytes[i];
	const size_t key_length = length - POSITION_BYTES - TAG_BYTES;
	*key = memory_copy_bytes(context, bytes + POSITION_BYTES, key_length);
	/* the HMAC covers texts: anything could follow a NUL */
	if (strlen(*key) != key_length)
		return false;
	tag(context, secret, list, caller, *key, *position, expected);
	return CRYPTO_memcmp(expected, bytes + length - TAG_BYTES, TAG_BYTES) == 0;
}

char *cursor_write(const void *context, const char *secret, const char *list, uint64_t caller,
	uint64_t position)
{
	return cursor_write_sorted(context, secret, list, caller, NULL, position);
}

bool cursor_read(const void *context, const char *secret, const char *list, uint64_t caller,
	const char *cursor, uint64_t *position)
{
	const char *key;
	return cursor_read_sorted(context, secret, list, caller, cursor, &key, position) && !*key;
}
