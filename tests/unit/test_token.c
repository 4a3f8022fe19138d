/* SPDX-License-Identifier: MIT */
/* Which tokens of issuers with a secret are good, and every way of not being good. */
#include "auth/token_issue.h"

#include "forge.h"
#include "sentence.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST "first-secret-of-thirty-two-bytes"
#define SECOND "second-secret-of-thirty-two-byte"
#define OTHER "other-secret-of-thirty-two-bytes"
#define HEADER "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define TIMES "\"iat\":1795316600,\"exp\":1795317000"
#define OWN(rest) "{\"iss\":\"https://shop.example\",\"aud\":\"shop\"," rest "}"
#define FOR(rest) "{\"iss\":\"https://shop.example\",\"sub\":\"minji\"," TIMES "," rest "}"
#define MINJI OWN("\"sub\":\"minji\"," TIMES)
#define POOL(rest) "{\"iss\":\"https://pool.example\",\"sub\":\"u-1\"," TIMES "," rest "}"
#define TEN "abcdefghij"
#define FIFTY TEN TEN TEN TEN TEN
#define LONG_SUBJECT FIFTY FIFTY FIFTY FIFTY FIFTY "abcde" /* 255 bytes */

/* --- settings in a directory of this run --- */

static char directory[] = "/tmp/dojang-token-XXXXXX";
static void *all;
static struct issuers *issuers;

static const char SETTINGS_TEXT[] =
	"[database]\nhosts = unix:/nowhere\nname = dojang\n"
	"[server]\nstate_directory = .\nsecret_file = first\n"
	"[issuer own]\niss = https://shop.example\naudience = shop, app\nalgorithm = "
	"HS256\nsecret_file = first\nsecond_secret_file = second\n"
	"[issuer pool]\niss = https://pool.example\naudience = web\nclient_id = web, "
	"phone\ntoken_use = access\n"
	"username_claim = cognito:username, username\nalgorithm = HS256\nsecret_file = second\n";

static char *path_of(const char *name)
{
	return memory_format(all, "%s/%s", directory, name);
}

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(path_of(name), "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path_of(name), 0600), 0);
}

static struct issuers *load(const char *settings_text, const char **error)
{
	write_file("settings", settings_text);
	const struct settings *settings = settings_read(all, path_of("settings"), error);
	if (!settings)
		fail_msg("%s", *error);
	return issuers_load(all, settings, error);
}

static int prepare(void **state)
{
	(void)state;
	const char *error = NULL;
	all = memory_context(NULL);
	if (!mkdtemp(directory))
		return -1;
	write_file("first", FIRST "\n");
	write_file("second", SECOND "\n");
	issuers = load(SETTINGS_TEXT, &error);
	return issuers ? 0 : -1;
}

static int clean(void **state)
{
	static const char *const NAMES[] = { "first", "second", "short", "settings" };
	(void)state;
	for (size_t i = 0; i < countof(NAMES); i++)
		(void)unlink(path_of(NAMES[i]));
	memory_free(all);
	return rmdir(directory);
}

static bool is_good(const char *token)
{
	struct identity identity;
	void *context = memory_context(NULL);
	bool good = token_verify(issuers, context, token, (instant){ FORGE_NOW }, &identity);
	memory_free(context);
	return good;
}

static bool is_good_signed(const char *header, const char *payload, const char *key)
{
	return is_good(forge_hs256(all, header, payload, key));
}

/* --- form --- */

static void a_token_has_three_parts_and_is_not_too_long(void **state)
{
	(void)state;
	const char *good = forge_hs256(all, HEADER, MINJI, FIRST);
	const char *text = forge_unsigned(all, HEADER, MINJI);
	const char *signature = good + strlen(text) + 1;
	const struct {
		const char *sentence;
		const char *token;
		bool want;
	} rows[] = {
		{ "the token itself is good", good, true },
		{ "nothing is no token", "", false },
		{ "a word is no token", "minji", false },
		{ "dots alone are none", "..", false },
		{ "without a signature", text, false },
		{ "with an empty signature", memory_format(all, "%s.", text), false },
		{ "with an empty header", memory_format(all, ".%s", strchr(good, '.') + 1), false },
		{ "with an empty payload",
			memory_format(all, "%s..%s", text_to_base64url(all, HEADER, strlen(HEADER)),
				signature),
			false },
		{ "with a fourth part", memory_format(all, "%s.%s", good, signature), false },
		{ "with a dot at the end", memory_format(all, "%s.", good), false },
		{ "with five parts, as encrypted ones have", memory_format(all, "%s.a.a", good),
			false },
		{ "with a blank before it", memory_format(all, " %s", good), false },
		{ "with a blank behind it", memory_format(all, "%s ", good), false },
		{ "with a line break behind it", memory_format(all, "%s\n", good), false },
		{ "with padding", memory_format(all, "%s=", good), false },
	};
	for (size_t i = 0; i < countof(rows); i++)
		sentence_holds(rows[i].sentence, is_good(rows[i].token) == rows[i].want);
}

/* A token of exactly size bytes: the payload takes what is left, in steps of 4 characters for 3
 * bytes. */
static char *make_long(size_t size)
{
	for (size_t filling = size / 2; filling < size; filling++) {
		char *blanks = memory_array(all, char, filling + 1);
		memset(blanks, ' ', filling);
		char *token = forge_hs256(
			all, HEADER, memory_format(all, "%s%s", MINJI, blanks), FIRST);
		if (strlen(token) == size)
			return token;
		memory_free(token);
		memory_free(blanks);
	}
	return NULL;
}

static void eight_kibibytes_are_enough(void **state)
{
	(void)state;
	size_t size = TOKEN_MAXIMUM;
	char *longest = make_long(size);
	while (!longest) /* base64url has no texts of 4n + 1 characters */
		longest = make_long(--size);
	assert_true(is_good(longest));
	char *longer = NULL;
	for (size = TOKEN_MAXIMUM + 1; !longer; size++)
		longer = make_long(size);
	assert_false(is_good(longer));
}

static void every_changed_character_is_found(void **state)
{
	(void)state;
	static const char ALPHABET[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	char *token = forge_hs256(all, HEADER, MINJI, FIRST);
	assert_true(is_good(token));
	for (size_t i = 0; token[i]; i++) {
		char kept = token[i];
		const char *at = strchr(ALPHABET, kept);
		/* the least change: also of bits that belong to no byte */
		token[i] = at ? ALPHABET[(size_t)(at - ALPHABET) ^ 1] : 'A';
		if (is_good(token))
			fail_msg("character %zu may be changed", i);
		token[i] = kept;
	}
}

/* --- header --- */

static void the_header_is_held_to_the_settings(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *header;
		bool want;
	} rows[] = {
		{ "the algorithm alone is enough", "{\"alg\":\"HS256\"}", true },
		{ "the type may be written small", "{\"alg\":\"HS256\",\"typ\":\"jwt\"}", true },
		{ "an access token by RFC 9068 is good", "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}",
			true },
		{ "a logout token is not", "{\"alg\":\"HS256\",\"typ\":\"logout+jwt\"}", false },
		{ "a type that is no text is not", "{\"alg\":\"HS256\",\"typ\":1}", false },
		{ "a key's name is not needed and does no harm",
			"{\"alg\":\"HS256\",\"kid\":\"a\"}", true },
		{ "a key's name that is a path is only a name",
			"{\"alg\":\"HS256\",\"kid\":\"../../../dev/null\"}", true },
		{ "a key's name that is an injection is only a name",
			"{\"alg\":\"HS256\",\"kid\":\"x' UNION SELECT 'a\"}", true },
		{ "a key's name must be a text", "{\"alg\":\"HS256\",\"kid\":{\"a\":1}}", false },
		{ "keys that the token brings along are not looked at",
			"{\"alg\":\"HS256\",\"jku\":\"https://evil.example/keys\",\"x5u\":\"https:/"
			"/evil.example\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}}",
			true },
		{ "alg none is refused", "{\"alg\":\"none\"}", false },
		{ "alg None is refused", "{\"alg\":\"None\"}", false },
		{ "no alg is refused", "{\"typ\":\"JWT\"}", false },
		{ "an empty header is refused", "{}", false },
		{ "alg null is refused", "{\"alg\":null}", false },
		{ "alg in an array is refused", "{\"alg\":[\"HS256\"]}", false },
		{ "alg in small letters is refused", "{\"alg\":\"hs256\"}", false },
		{ "HS512 is refused", "{\"alg\":\"HS512\"}", false },
		{ "RS256 is refused where the issuer has a secret", "{\"alg\":\"RS256\"}", false },
		{ "two algs are refused, the good one last", "{\"alg\":\"none\",\"alg\":\"HS256\"}",
			false },
		{ "two algs are refused, one in disguise",
			"{\"\\u0061lg\":\"none\",\"alg\":\"HS256\"}", false },
		{ "crit is refused", "{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}", false },
		{ "an empty crit is refused", "{\"alg\":\"HS256\",\"crit\":[]}", false },
		{ "crit null is refused", "{\"alg\":\"HS256\",\"crit\":null}", false },
		{ "an array is no header", "[\"HS256\"]", false },
		{ "a text is no header", "\"HS256\"", false },
		{ "half an object is no header", "{\"alg\":\"HS256\"", false },
		{ "an object and more is no header", "{\"alg\":\"HS256\"}{}", false },
		{ "what is no JSON is no header", "alg=HS256", false },
	};
	for (size_t i = 0; i < countof(rows); i++)
		sentence_holds(rows[i].sentence,
			is_good_signed(rows[i].header, MINJI, FIRST) == rows[i].want);
}

static void unsigned_tokens_are_refused(void **state)
{
	(void)state;
	const char *none = forge_unsigned(all, "{\"alg\":\"none\"}", MINJI);
	const char *plain = forge_unsigned(all, HEADER, MINJI);
	assert_false(is_good(memory_format(all, "%s.", none)));
	assert_false(is_good(memory_format(all, "%s.AA", none)));
	assert_false(is_good(memory_format(all, "%s.AA", plain)));
}

static void two_secrets_are_good_while_one_is_changed(void **state)
{
	(void)state;
	assert_true(is_good_signed(HEADER, MINJI, FIRST));
	assert_true(is_good_signed(HEADER, MINJI, SECOND));
	assert_true(is_good_signed(HEADER, MINJI, FIRST));
	assert_false(is_good_signed(HEADER, MINJI, OTHER));
	assert_false(is_good_signed(HEADER, MINJI, ""));
	assert_false(is_good_signed(HEADER, MINJI, FIRST "\n"));
}

/* --- claims --- */

struct claims_row {
	const char *sentence, *payload;
	bool want;
};

static void check_claims(const struct claims_row *rows, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++)
		sentence_holds(rows[i].sentence,
			is_good_signed(HEADER, rows[i].payload, key) == rows[i].want);
}

static void times_are_checked(void **state)
{
	(void)state;
	static const struct claims_row ROWS[] = {
		{ "it expires later", OWN("\"sub\":\"minji\",\"exp\":1795316646"), true },
		{ "it expires now, which the skew allows",
			OWN("\"sub\":\"minji\",\"exp\":1795316645"), true },
		{ "it expired 59 seconds ago", OWN("\"sub\":\"minji\",\"exp\":1795316586"), true },
		{ "it expired 60 seconds ago", OWN("\"sub\":\"minji\",\"exp\":1795316585"), false },
		{ "it expired long ago", OWN("\"sub\":\"minji\",\"exp\":1"), false },
		{ "it never expires", OWN("\"sub\":\"minji\",\"iat\":1795316600"), false },
		{ "exp null", OWN("\"sub\":\"minji\",\"exp\":null"), false },
		{ "exp as a text", OWN("\"sub\":\"minji\",\"exp\":\"1795317000\""), false },
		{ "exp true", OWN("\"sub\":\"minji\",\"exp\":true"), false },
		{ "exp in an array", OWN("\"sub\":\"minji\",\"exp\":[1795317000]"), false },
		{ "exp with a fraction", OWN("\"sub\":\"minji\",\"exp\":1795317000.75"), true },
		{ "exp with an exponent", OWN("\"sub\":\"minji\",\"exp\":1.795317e9"), true },
		{ "exp with a fraction, long ago", OWN("\"sub\":\"minji\",\"exp\":1795316000.99"),
			false },
		{ "exp negative", OWN("\"sub\":\"minji\",\"exp\":-1"), false },
		{ "exp in the last second of 9999", OWN("\"sub\":\"minji\",\"exp\":253402300799"),
			true },
		{ "exp after that", OWN("\"sub\":\"minji\",\"exp\":253402300800"), false },
		{ "exp in milliseconds", OWN("\"sub\":\"minji\",\"exp\":1795317000000"), false },
		{ "exp near the end of 64 bits",
			OWN("\"sub\":\"minji\",\"exp\":9223372036854775807"), false },
		{ "exp beyond 64 bits", OWN("\"sub\":\"minji\",\"exp\":18446744073709551616"),
			false },
		{ "exp huge", OWN("\"sub\":\"minji\",\"exp\":1e300"), false },
		{ "exp beyond all numbers", OWN("\"sub\":\"minji\",\"exp\":1e999"), false },
		{ "exp that is not a number", OWN("\"sub\":\"minji\",\"exp\":NaN"), false },
		{ "issued 60 seconds ahead",
			OWN("\"sub\":\"minji\",\"exp\":1795317000,\"iat\":1795316705"), true },
		{ "issued 61 seconds ahead",
			OWN("\"sub\":\"minji\",\"exp\":1795317000,\"iat\":1795316706"), false },
		{ "iat as a text", OWN("\"sub\":\"minji\",\"exp\":1795317000,\"iat\":\"1\""),
			false },
		{ "iat null", OWN("\"sub\":\"minji\",\"exp\":1795317000,\"iat\":null"), false },
		{ "iat negative, with a fraction",
			OWN("\"sub\":\"minji\",\"exp\":1795317000,\"iat\":-5.5"), false },
		{ "iat negative", OWN("\"sub\":\"minji\",\"exp\":1795317000,\"iat\":-5"), false },
		{ "not before 60 seconds ahead",
			OWN("\"sub\":\"minji\",\"exp\":1795317000,\"nbf\":1795316705"), true },
		{ "not before 61 seconds ahead",
			OWN("\"sub\":\"minji\",\"exp\":1795317000,\"nbf\":1795316706"), false },
		{ "nbf with a fraction ahead",
			OWN("\"sub\":\"minji\",\"exp\":1795317000,\"nbf\":1795316999.5"), false },
		{ "nbf huge", OWN("\"sub\":\"minji\",\"exp\":1795317000,\"nbf\":1e300"), false },
	};
	check_claims(ROWS, countof(ROWS), FIRST);
}

static void the_issuer_is_found_byte_by_byte(void **state)
{
	(void)state;
	static const struct claims_row ROWS[] = {
		{ "a slash more",
			"{\"iss\":\"https://shop.example/"
			"\",\"aud\":\"shop\",\"sub\":\"minji\"," TIMES "}",
			false },
		{ "large letters",
			"{\"iss\":\"https://"
			"SHOP.example\",\"aud\":\"shop\",\"sub\":\"minji\"," TIMES "}",
			false },
		{ "an unknown one",
			"{\"iss\":\"https://"
			"evil.example\",\"aud\":\"shop\",\"sub\":\"minji\"," TIMES "}",
			false },
		{ "an empty one", "{\"iss\":\"\",\"aud\":\"shop\",\"sub\":\"minji\"," TIMES "}",
			false },
		/* even though the secret and the audience are those of one issuer only */
		{ "none", "{\"aud\":\"shop\",\"sub\":\"minji\"," TIMES "}", false },
		{ "null", "{\"iss\":null,\"aud\":\"shop\",\"sub\":\"minji\"," TIMES "}", false },
		{ "in an array",
			"{\"iss\":[\"https://"
			"shop.example\"],\"aud\":\"shop\",\"sub\":\"minji\"," TIMES "}",
			false },
		{ "with a NUL and more",
			"{\"iss\":\"https://"
			"shop.example\\u0000\",\"aud\":\"shop\",\"sub\":\"minji\"," TIMES "}",
			false },
		{ "escaped, the same",
			"{\"iss\":\"https:\\/\\/"
			"shop.example\",\"aud\":\"shop\",\"sub\":\"minji\"," TIMES "}",
			true },
		{ "another configured one, signed by this one's first secret",
			POOL("\"aud\":\"web\",\"token_use\":\"access\""), false },
		{ "two issuers", OWN("\"iss\":\"https://evil.example\",\"sub\":\"minji\"," TIMES),
			false },
	};
	check_claims(ROWS, countof(ROWS), FIRST);
}

static void the_audience_must_be_the_shop(void **state)
{
	(void)state;
	static const struct claims_row ROWS[] = {
		{ "the first audience", FOR("\"aud\":\"shop\""), true },
		{ "the second", FOR("\"aud\":\"app\""), true },
		{ "one of an array", FOR("\"aud\":[\"other\",\"shop\"]"), true },
		{ "another", FOR("\"aud\":\"other\""), false },
		{ "others in an array", FOR("\"aud\":[\"other\",\"sho\"]"), false },
		{ "an empty array", FOR("\"aud\":[]"), false },
		{ "an array with a number", FOR("\"aud\":[\"shop\",1]"), false },
		{ "an array in an array", FOR("\"aud\":[[\"shop\"]]"), false },
		{ "an object", FOR("\"aud\":{\"shop\":true}"), false },
		{ "null", FOR("\"aud\":null"), false },
		{ "empty", FOR("\"aud\":\"\""), false },
		{ "both in one text", FOR("\"aud\":\"shop, app\""), false },
		{ "with a NUL behind it", FOR("\"aud\":\"shop\\u0000\""), false },
		{ "in an array, with half a character", FOR("\"aud\":[\"shop\\udc00\"]"), false },
		{ "none at all", FOR("\"a\":1"), false },
		{ "a client, where the settings name none", FOR("\"client_id\":\"shop\""), false },
		{ "twice", FOR("\"aud\":\"other\",\"aud\":\"shop\""), false },
	};
	check_claims(ROWS, countof(ROWS), FIRST);
}

static void a_client_stands_for_the_audience_where_settings_say_so(void **state)
{
	(void)state;
	static const struct claims_row ROWS[] = {
		{ "the client of an access token",
			POOL("\"client_id\":\"phone\",\"token_use\":\"access\""), true },
		{ "another client", POOL("\"client_id\":\"other\",\"token_use\":\"access\""),
			false },
		{ "no client", POOL("\"token_use\":\"access\""), false },
		{ "an audience", POOL("\"aud\":\"web\",\"token_use\":\"access\""), true },
		{ "a wrong audience with a good client",
			POOL("\"aud\":\"other\",\"client_id\":\"web\",\"token_use\":\"access\""),
			false },
		{ "an audience that is a client only",
			POOL("\"aud\":\"phone\",\"token_use\":\"access\""), false },
		{ "another use", POOL("\"client_id\":\"web\",\"token_use\":\"id\""), false },
		{ "no use", POOL("\"client_id\":\"web\""), false },
		{ "a use that is no text", POOL("\"client_id\":\"web\",\"token_use\":true"),
			false },
	};
	check_claims(ROWS, countof(ROWS), SECOND);
}

static void the_subject_is_a_short_plain_text(void **state)
{
	(void)state;
	static const struct claims_row ROWS[] = {
		{ "one byte", OWN("\"sub\":\"a\"," TIMES), true },
		{ "Korean", OWN("\"sub\":\"민지\"," TIMES), true },
		{ "blanks and quotes", OWN("\"sub\":\" a\\\"'; DROP TABLE users\"," TIMES), true },
		{ "255 bytes", OWN("\"sub\":\"" LONG_SUBJECT "\"," TIMES), true },
		{ "256 bytes", OWN("\"sub\":\"" LONG_SUBJECT "f\"," TIMES), false },
		{ "none", OWN(TIMES), false },
		{ "empty", OWN("\"sub\":\"\"," TIMES), false },
		{ "null", OWN("\"sub\":null," TIMES), false },
		{ "a number", OWN("\"sub\":5," TIMES), false },
		{ "an array", OWN("\"sub\":[\"minji\"]," TIMES), false },
		{ "with NUL", OWN("\"sub\":\"minji\\u0000x\"," TIMES), false },
		{ "with a line break", OWN("\"sub\":\"minji\\n\"," TIMES), false },
		{ "with a tab", OWN("\"sub\":\"minji\\t\"," TIMES), false },
		{ "with escape", OWN("\"sub\":\"minji\\u001b\"," TIMES), false },
		{ "with delete", OWN("\"sub\":\"minji\\u007f\"," TIMES), false },
		{ "with a raw control character", OWN("\"sub\":\"minji\x01\"," TIMES), false },
		{ "with half a surrogate pair", OWN("\"sub\":\"minji\\ud800\"," TIMES), false },
		{ "in broken UTF-8", OWN("\"sub\":\"minji\xff\"," TIMES), false },
		{ "in overlong UTF-8", OWN("\"sub\":\"minji\xc0\xaf\"," TIMES), false },
		{ "twice", OWN("\"sub\":\"jun\",\"sub\":\"minji\"," TIMES), false },
		{ "twice, once in disguise", OWN("\"s\\u0075b\":\"jun\",\"sub\":\"minji\"," TIMES),
			false },
		{ "once, in disguise", OWN("\"s\\u0075b\":\"minji\"," TIMES), true },
		{ "twice, but once further in",
			OWN("\"sub\":\"minji\",\"more\":{\"sub\":\"jun\"}," TIMES), true },
		{ "with NUL and what another would be without it",
			OWN("\"sub\\u0000\":\"jun\",\"sub\":\"minji\"," TIMES), true },
		{ "with NUL in its name", OWN("\"sub\\u0000\":\"minji\"," TIMES), false },
		{ "with a surrogate pair", OWN("\"sub\":\"minji\\uD83D\\ude00\"," TIMES), true },
		{ "with the second half first", OWN("\"sub\":\"minji\\ude00\\ud83d\"," TIMES),
			false },
		{ "with two first halves", OWN("\"sub\":\"minji\\ud83d\\ud83d\"," TIMES), false },
		{ "with a backslash before what looks like half a pair",
			OWN("\"sub\":\"minji\\\\ud800\"," TIMES), true },
		{ "with colons, plain and in disguise",
			OWN("\"sub\":\"a:\\u003a\\\"\\u0022\"," TIMES), true },
	};
	check_claims(ROWS, countof(ROWS), FIRST);
}

static void the_payload_is_one_object(void **state)
{
	(void)state;
	static const struct claims_row ROWS[] = {
		{ "as it should be", MINJI, true },
		{ "with white space", " " MINJI "\n", true },
		{ "and another", MINJI MINJI, false },
		{ "and rubbish", MINJI "x", false },
		{ "in an array", "[" MINJI "]", false },
		{ "with a comma too many", OWN("\"sub\":\"minji\"," TIMES ","), false },
		{ "with single quotes", OWN("'sub':'minji'," TIMES), false },
		{ "with a comment", OWN("/* */\"sub\":\"minji\"," TIMES), false },
		{ "with values of every kind",
			OWN("\"sub\":\"minji\",\"a\":[0,-1,-0.5,1.5e+3,2E9,true,false,null,{},[],"
			    "\"\"]," TIMES),
			true },
		{ "with a number that begins with 0", OWN("\"sub\":\"minji\",\"a\":01," TIMES),
			false },
		{ "with a number that ends with its point",
			OWN("\"sub\":\"minji\",\"a\":1.," TIMES), false },
		{ "with a number that ends with its exponent",
			OWN("\"sub\":\"minji\",\"a\":1e," TIMES), false },
		{ "with a number that begins with +", OWN("\"sub\":\"minji\",\"a\":+1," TIMES),
			false },
		{ "with a sign alone", OWN("\"sub\":\"minji\",\"a\":-," TIMES), false },
		{ "with what is no number", OWN("\"sub\":\"minji\",\"a\":NaN," TIMES), false },
		{ "with Infinity", OWN("\"sub\":\"minji\",\"a\":-Infinity," TIMES), false },
		{ "with True", OWN("\"sub\":\"minji\",\"a\":True," TIMES), false },
		{ "with a control character in another claim",
			OWN("\"sub\":\"minji\",\"a\":\"\n\"," TIMES), false },
		{ "with an unknown escape", OWN("\"sub\":\"minji\",\"a\":\"\\x41\"," TIMES),
			false },
		{ "empty", "{}", false },
		{ "null", "null", false },
	};
	check_claims(ROWS, countof(ROWS), FIRST);
}

static void claims_that_nobody_reads_may_have_any_json(void **state)
{
	(void)state;
	static const char *const CLAIMS[] = { "\"nickname\":\"\\u0000\"",
		"\"nickname\":\"a\\u0000b\"", "\"nickname\":\"\\ud800\"",
		"\"nickname\":\"\\uDBFF!\"", "\"nickname\":\"\\udc00\"",
		"\"nickname\":\"\\ude00\\ud83d\"", "\"nickname\":\"\\ud83d\\ud83d\\ude00\"",
		"\"nickname\":\"\\\\\\ud83d\"", "\"a\\u0000\":1", "\"a\\udC00\":1",
		"\"a\\u0000\":1,\"a\":2,\"a\\u0000b\":3", "\"address\":{\"street\":\"\\u0000\"}",
		"\"groups\":[\"\\ud800\",\"\\u0000\"]", "\"more\":[{\"a\":1,\"a\":1}]",
		"\"more\":{\"sub\":\"jun\",\"sub\":\"jun\"}", "\"a\":1e999", "\"a\":-1e-999",
		"\"a\":123456789012345678901234567890", "\"a\":\"\\u001b\\u007f\\uffff\"",
		"\"\":\"\"" };
	for (size_t i = 0; i < countof(CLAIMS); i++)
		sentence_holds(CLAIMS[i],
			is_good_signed(HEADER,
				memory_format(all, OWN("\"sub\":\"minji\",%s," TIMES), CLAIMS[i]),
				FIRST));
}

static void nothing_hides_behind_a_nul(void **state)
{
	(void)state;
	char payload[] = MINJI "\0,";
	const char *header = text_to_base64url(all, HEADER, strlen(HEADER));
	const char *text = memory_format(
		all, "%s.%s", header, text_to_base64url(all, payload, sizeof payload - 1));
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	assert_non_null(HMAC(EVP_sha256(), FIRST, (int)strlen(FIRST), (const unsigned char *)text,
		strlen(text), digest, &size));
	assert_false(
		is_good(memory_format(all, "%s.%s", text, text_to_base64url(all, digest, size))));
}

static void deep_nesting_is_survived(void **state)
{
	(void)state;
	enum { DEPTH = 2700 };
	char *open = memory_array(all, char, DEPTH + 1),
	     *close = memory_array(all, char, DEPTH + 1);
	memset(open, '[', DEPTH);
	memset(close, ']', DEPTH);
	assert_false(is_good_signed(HEADER,
		memory_format(all, OWN("\"a\":%s%s,\"sub\":\"minji\"," TIMES), open, close),
		FIRST));
}

/* --- who it is --- */

static void the_name_comes_from_the_configured_claims_in_order(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *payload, *want;
	} rows[] = {
		{ "the first",
			POOL("\"aud\":\"web\",\"token_use\":\"access\",\"username\":\"b\","
			     "\"cognito:username\":\"a\""),
			"a" },
		{ "the second, when the first is missing",
			POOL("\"aud\":\"web\",\"token_use\":\"access\",\"username\":\"b\""), "b" },
		{ "the second, when the first is empty",
			POOL("\"aud\":\"web\",\"token_use\":\"access\",\"cognito:username\":\"\","
			     "\"username\":\"b\""),
			"b" },
		{ "the second, when the first is no text",
			POOL("\"aud\":\"web\",\"token_use\":\"access\",\"cognito:username\":1,"
			     "\"username\":\"b\""),
			"b" },
		{ "the second, when the first breaks the line",
			POOL("\"aud\":\"web\",\"token_use\":\"access\",\"cognito:username\":"
			     "\"a\\nb\",\"username\":\"b\""),
			"b" },
		{ "the second, when the first has half a character",
			POOL("\"aud\":\"web\",\"token_use\":\"access\",\"cognito:username\":"
			     "\"a\\ud800\",\"username\":\"b\""),
			"b" },
		{ "the second, when the first has a NUL",
			POOL("\"aud\":\"web\",\"token_use\":\"access\",\"cognito:username\":"
			     "\"a\\u0000\",\"username\":\"b\""),
			"b" },
		{ "else there is none",
			POOL("\"aud\":\"web\",\"token_use\":\"access\",\"name\":\"c\""), NULL },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct identity identity = { 0 };
		const char *token = forge_hs256(all, HEADER, rows[i].payload, SECOND);
		sentence_holds(rows[i].sentence,
			token_verify(issuers, all, token, (instant){ FORGE_NOW }, &identity));
		sentence_text(rows[i].sentence, rows[i].want, identity.username);
		sentence_text(rows[i].sentence, "u-1", identity.subject);
		sentence_number(rows[i].sentence, 1, (int64_t)identity.issuer);
	}
}

static void the_header_field_is_taken_apart(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *authorization, *want;
	} rows[] = {
		{ "the usual form", "Bearer a.b.c", "a.b.c" },
		{ "the scheme in small letters", "bearer a.b.c", "a.b.c" },
		{ "several blanks", "BEARER   a.b.c", "a.b.c" },
		{ "no field", NULL, NULL },
		{ "an empty field", "", NULL },
		{ "the scheme alone", "Bearer", NULL },
		{ "the scheme and blanks", "Bearer   ", NULL },
		{ "no blank", "Bearera.b.c", NULL },
		{ "a tab", "Bearer\ta.b.c", NULL },
		{ "another scheme", "Basic a.b.c", NULL },
		{ "the token alone", "a.b.c", NULL },
		{ "a blank first", " Bearer a.b.c", NULL },
	};
	for (size_t i = 0; i < countof(rows); i++)
		sentence_text(
			rows[i].sentence, rows[i].want, token_of_header(rows[i].authorization));
}

/* --- making and loading --- */

static void what_is_made_is_good_until_it_expires(void **state)
{
	(void)state;
	struct identity identity = { 0 };
	const char *token = token_issue(
		issuers, all, 1, "민지 / \"1\"", (instant){ FORGE_NOW }, 100);
	assert_non_null(token);
	assert_true(token_verify(issuers, all, token, (instant){ FORGE_NOW }, &identity));
	assert_string_equal(identity.subject, "민지 / \"1\"");
	assert_null(identity.username);
	assert_int_equal(identity.issuer, 1);
	assert_true(token_verify(issuers, all, token, (instant){ FORGE_NOW + 159 }, &identity));
	assert_false(token_verify(issuers, all, token, (instant){ FORGE_NOW + 160 }, &identity));
	assert_true(token_verify(issuers, all, token, (instant){ FORGE_NOW - 60 }, &identity));
	assert_false(token_verify(issuers, all, token, (instant){ FORGE_NOW - 61 }, &identity));
}

static void no_token_is_made_that_could_not_be_good(void **state)
{
	(void)state;
	static const char *const SUBJECTS[] = { "", "a\nb", "a\x7f", "\xff", LONG_SUBJECT "f" };
	for (size_t i = 0; i < countof(SUBJECTS); i++)
		assert_null(token_issue(issuers, all, 0, SUBJECTS[i], (instant){ FORGE_NOW }, 100));
	assert_non_null(token_issue(issuers, all, 0, LONG_SUBJECT, (instant){ FORGE_NOW }, 100));
}

static void short_and_missing_secrets_do_not_start(void **state)
{
	(void)state;
	static const char FORM[] = "[database]\nhosts = unix:/nowhere\n[server]\nstate_directory = "
				   ".\nsecret_file = first\n"
				   "[issuer own]\niss = i\naudience = a\nalgorithm = "
				   "HS256\nsecret_file = %s\nsecond_secret_file = %s\n";
	static const struct {
		const char *sentence, *first, *second, *want;
	} rows[] = {
		{ "one of 31 bytes", "short", "second",
			"/short: the secret must have at least 32 bytes, and has 31" },
		{ "a second of 31 bytes", "first", "short",
			"/short: the secret must have at least 32 bytes, and has 31" },
		{ "one that is not there", "absent", "second",
			"/absent: No such file or directory" },
	};
	write_file("short", "0123456789012345678901234567890\n");
	for (size_t i = 0; i < countof(rows); i++) {
		const char *error = NULL;
		sentence_holds(rows[i].sentence,
			load(memory_format(all, FORM, rows[i].first, rows[i].second), &error)
				== NULL);
		sentence_text(rows[i].sentence,
			memory_format(all, "[issuer own] %s%s", directory, rows[i].want), error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_has_three_parts_and_is_not_too_long),
		cmocka_unit_test(eight_kibibytes_are_enough),
		cmocka_unit_test(every_changed_character_is_found),
		cmocka_unit_test(the_header_is_held_to_the_settings),
		cmocka_unit_test(unsigned_tokens_are_refused),
		cmocka_unit_test(two_secrets_are_good_while_one_is_changed),
		cmocka_unit_test(times_are_checked),
		cmocka_unit_test(the_issuer_is_found_byte_by_byte),
		cmocka_unit_test(the_audience_must_be_the_shop),
		cmocka_unit_test(a_client_stands_for_the_audience_where_settings_say_so),
		cmocka_unit_test(the_subject_is_a_short_plain_text),
		cmocka_unit_test(the_payload_is_one_object),
		cmocka_unit_test(claims_that_nobody_reads_may_have_any_json),
		cmocka_unit_test(nothing_hides_behind_a_nul),
		cmocka_unit_test(deep_nesting_is_survived),
		cmocka_unit_test(the_name_comes_from_the_configured_claims_in_order),
		cmocka_unit_test(the_header_field_is_taken_apart),
		cmocka_unit_test(what_is_made_is_good_until_it_expires),
		cmocka_unit_test(no_token_is_made_that_could_not_be_good),
		cmocka_unit_test(short_and_missing_secrets_do_not_start),
	};
	return cmocka_run_group_tests(tests, prepare, clean);
}
