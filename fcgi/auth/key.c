/* SPDX-License-Identifier: MIT */
/* Makes and verifies API keys: random secrets, stored as SHA-256, compared in constant time. */
#include "auth/key.h"

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>

enum { SECRET_BYTES = 32, SECRET_TEXT = 43, TOUCH_SECONDS = 60 };

static const char PREFIX[] = "djk_";
_Static_assert(KEY_HASH_BYTES == SHA256_DIGEST_LENGTH, "keys are kept as SHA-256");

const char *const KEY_SCOPES[] = { "users:read", "users:delete", "points:write", "claims:write",
	"stock:write", "users:export", "events:read", "claims:read", "stock:read",
	"attendance:write", "payouts:write", NULL };

struct parts {
	uint64_t id;
	unsigned char hash[SHA256_DIGEST_LENGTH];
};

static void hash_secret(
	const unsigned char secret[SECRET_BYTES], unsigned char hash[SHA256_DIGEST_LENGTH])
{
	if (!SHA256(secret, SECRET_BYTES, hash))
		memory_exhausted();
}

static bool take_apart(const void *context, const char *text, struct parts *parts)
{
	const char *number = text + sizeof PREFIX - 1;
	const char *secret = text_starts_with(text, PREFIX) ? strchr(number, '_') : NULL;
	unsigned char *bytes;
	size_t length;
	int64_t id;
	if (!secret || strlen(secret + 1) != SECRET_TEXT || secret - number > 10)
		return false;
	if (!text_to_number(memory_copy_bytes(context, number, (size_t)(secret - number)), 1,
		    UINT32_MAX, &id))
		return false;
	if (!text_from_base64url(context, secret + 1, SECRET_TEXT, &bytes, &length)
		|| length != SECRET_BYTES)
		return false;
	parts->id = (uint64_t)id;
	hash_secret(bytes, parts->hash);
	return true;
}

static bool is_good(
	const struct db_rows *row, const void *context, const struct parts *parts, instant now)
{
	size_t length;
	const char *hash = db_get_bytes(row, KEY_FIND_SECRET_HASH, context, &length);
	bool is_secret = length == SHA256_DIGEST_LENGTH
		&& CRYPTO_memcmp(hash, parts->hash, SHA256_DIGEST_LENGTH) == 0;
	bool is_expired = !db_is_null(row, KEY_FIND_EXPIRES_AT)
		&& db_get_time(row, KEY_FIND_EXPIRES_AT).seconds <= now.seconds;
	return is_secret && !is_expired && db_is_null(row, KEY_FIND_REVOKED_AT);
}

static enum result verify(struct db *db, const void *context, const struct parts *parts,
	instant now, struct api_key *key)
{
	struct db_rows *row = db_read_one(db, QUERY_KEY_FIND, DB_PARAMS(db_id(parts->id)));
	bool is_valid = is_good(row, context, parts, now);
	unsigned scopes = (unsigned)db_get_number(row, KEY_FIND_SCOPE_BITS);
	bool is_touched = !db_is_null(row, KEY_FIND_LAST_USED_AT)
		&& db_get_time(row, KEY_FIND_LAST_USED_AT).seconds + TOUCH_SECONDS > now.seconds;
	enum result result = db_end_read(db);
	if (result == ERR_NOT_FOUND || (result == RESULT_OK && !is_valid))
		return ERR_UNAUTHORIZED;
	*key = (struct api_key){ parts->id, scopes };
	if (result == RESULT_OK && !is_touched)
		result = db_write(
			db, QUERY_KEY_TOUCH, DB_PARAMS(db_time(now), db_id(parts->id)), NULL);
	return result;
}

enum result key_verify(struct db *db, const char *text, instant now, struct api_key *key)
{
	struct parts parts;
	void *scratch = memory_context(NULL);
	enum result result = take_apart(scratch, text, &parts)
		? verify(db, scratch, &parts, now, key)
		: ERR_UNAUTHORIZED;
	memory_free(scratch);
	return result;
}

struct key_secret key_secret_new(const void *context)
{
	struct key_secret secret;
	unsigned char bytes[SECRET_BYTES];
	random_bytes(bytes, sizeof bytes);
	hash_secret(bytes, secret.hash);
	secret.text = text_to_base64url(context, bytes, sizeof bytes);
	OPENSSL_cleanse(bytes, sizeof bytes);
	return secret;
}

const char *key_text(const void *context, uint64_t id, const struct key_secret *secret)
{
	return memory_format(context, "%s%" PRIu64 "_%s", PREFIX, id, secret->text);
}

unsigned key_scopes_of(const struct text_list *names, const char **unknown)
{
	unsigned scopes = 0;
	for (size_t i = 0; i < names->count; i++) {
		unsigned bit = 0;
		while (KEY_SCOPES[bit] && !text_equals(KEY_SCOPES[bit], names->items[i]))
			bit++;
		if (!KEY_SCOPES[bit]) {
			*unknown = names->items[i];
			return 0;
		}
		scopes |= 1u << bit;
	}
	return scopes;
}
