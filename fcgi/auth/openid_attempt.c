/* SPDX-License-Identifier: MIT */
/* Writes and reads the cookie of a sign-in by OpenID, and derives the parameters for the provider
 * from it. */
#include "auth/openid_attempt.h"

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum { RANDOM_BYTES = 32, HASH_BYTES = 32, COOKIE_MAXIMUM = 2048, LINES = 4 };

static void derive(const void *context, const char *secret, const char *what, const char *payload,
	unsigned char out[HASH_BYTES])
{
	unsigned size = HASH_BYTES;
	const char *text = memory_format(context, "openid-%s\n%s", what, payload);
	if (!HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)text,
		    strlen(text), out, &size))
		memory_exhausted();
}

static const char *derive_text(
	const void *context, const char *secret, const char *what, const char *payload)
{
	unsigned char bytes[HASH_BYTES];
	derive(context, secret, what, payload, bytes);
	return text_to_base64url(context, bytes, sizeof bytes);
}

/* PKCE's S256 (RFC 7636). */
static const char *challenge_of(const void *context, const char *verifier)
{
	unsigned char bytes[HASH_BYTES];
	unsigned size = sizeof bytes;
	if (!EVP_Digest(verifier, strlen(verifier), bytes, &size, EVP_sha256(), NULL))
		memory_exhausted();
	return text_to_base64url(context, bytes, sizeof bytes);
}

static void complete(const void *context, const char *secret, const char *payload,
	struct openid_attempt *attempt)
{
	unsigned char id[HASH_BYTES];
	attempt->state = derive_text(context, secret, "state", payload);
	attempt->nonce = derive_text(context, secret, "nonce", payload);
	attempt->verifier = derive_text(context, secret, "verifier", payload);
	attempt->challenge = challenge_of(context, attempt->verifier);
	derive(context, secret, "id", payload, id);
	memcpy(attempt->id, id, sizeof attempt->id);
}

void openid_attempt_new(const void *context, const char *secret, uint64_t staff, const char *back,
	instant now, struct openid_attempt *attempt)
{
	unsigned char random[RANDOM_BYTES];
	random_bytes(random, sizeof random);
	*attempt = (struct openid_attempt){ .begun = now.seconds,
		.staff = staff,
		.back = back && strlen(back) <= OPENID_BACK_MAXIMUM ? back : "" };
	const char *payload = memory_format(context, "%" PRId64 "\n%s\n%" PRIu64 "\n%s",
		now.seconds, text_to_base64url(context, random, sizeof random), staff,
		attempt->back);
	complete(context, secret, payload, attempt);
	attempt->cookie = memory_format(context, "%s.%s",
		text_to_base64url(context, payload, strlen(payload)),
		derive_text(context, secret, "cookie", payload));
}

/* --- reading --- */

static bool is_same(const char *a, const char *b)
{
	return strlen(a) == strlen(b) && CRYPTO_memcmp(a, b, strlen(b)) == 0;
}

/* The content of the cookie; NULL when its signature is invalid. */
static char *open_cookie(const void *context, const char *secret, const char *cookie)
{
	unsigned char *payload;
	size_t length;
	const char *dot = cookie && strlen(cookie) <= COOKIE_MAXIMUM ? strchr(cookie, '.') : NULL;
	if (!dot || !text_from_base64url(context, cookie, (size_t)(dot - cookie), &payload, &length)
		|| memchr(payload, 0, length))
		return NULL;
	char *text = memory_copy_bytes(context, payload, length);
	return is_same(dot + 1, derive_text(context, secret, "cookie", text)) ? text : NULL;
}

/* Ends each line except the last with a NUL. */
static bool split(char *text, const char *lines[LINES])
{
	for (size_t i = 0; i < LINES; i++) {
		lines[i] = text;
		char *end = strchr(text, '\n');
		if (!end)
			return i == LINES - 1;
		*end = 0;
		text = end + 1;
	}
	return false;
}

static bool is_timely(int64_t begun, instant now)
{
	return !instant_is_over((instant){ begun }, OPENID_ATTEMPT_SECONDS, now);
}

bool openid_attempt_read(const void *context, const char *secret, const char *cookie, instant now,
	struct openid_attempt *attempt)
{
	const char *lines[LINES];
	int64_t begun, staff;
	char *payload = open_cookie(context, secret, cookie);
	if (!payload || !split(memory_copy_text(context, payload), lines))
		return false;
	if (!text_to_number(lines[0], 0, INT64_MAX, &begun)
		|| !text_to_number(lines[2], 0, INT64_MAX, &staff))
		return false;
	*attempt = (struct openid_attempt){
		.cookie = cookie, .begun = begun, .staff = (uint64_t)staff, .back = lines[3]
	};
	complete(context, secret, payload, attempt);
	return is_timely(begun, now);
}

bool openid_attempt_has_state(const struct openid_attempt *attempt, const char *state)
{
	return state && is_same(state, attempt->state);
}
