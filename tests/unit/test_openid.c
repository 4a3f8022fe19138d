/* SPDX-License-Identifier: MIT */
/* Signing in by OpenID, its pure parts: attempts and their cookies, discovery documents, ID tokens,
 * settings. */
#include "auth/id_token.h"
#include "auth/openid_attempt.h"
#include "auth/openid_metadata.h"

#include "forge.h"
#include "sentence.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET "0123456789abcdef0123456789abcdef"

static const instant NOW = { FORGE_NOW };
static char directory[] = "/tmp/dojang-openid-XXXXXX";
static void *all;

/* --- attempts --- */

static struct openid_attempt attempt(uint64_t staff, const char *back)
{
	struct openid_attempt made;
	openid_attempt_new(all, SECRET, staff, back, NOW, &made);
	return made;
}

static bool reads(const char *cookie, int64_t after_seconds, struct openid_attempt *out)
{
	return openid_attempt_read(
		all, SECRET, cookie, (instant){ FORGE_NOW + after_seconds }, out);
}

static void an_attempt_comes_back_as_it_was(void **state)
{
	(void)state;
	struct openid_attempt made = attempt(7, "/admin/claims?state=shipped"), read;
	unsigned char hash[SHA256_DIGEST_LENGTH];
	assert_true(reads(made.cookie, 0, &read));
	assert_int_equal(read.staff, 7);
	assert_string_equal(read.back, "/admin/claims?state=shipped");
	assert_string_equal(read.state, made.state);
	assert_string_equal(read.nonce, made.nonce);
	assert_string_equal(read.verifier, made.verifier);
	assert_memory_equal(read.id, made.id, sizeof made.id);
	assert_int_equal(strlen(made.verifier), 43);
	SHA256((const unsigned char *)made.verifier, 43, hash);
	assert_string_equal(made.challenge, text_to_base64url(all, hash, sizeof hash));
	assert_true(openid_attempt_has_state(&read, made.state));
	assert_false(openid_attempt_has_state(&read, NULL));
	assert_false(openid_attempt_has_state(&read, ""));
	assert_false(openid_attempt_has_state(&read, made.nonce));
}

static void attempts_have_nothing_in_common(void **state)
{
	(void)state;
	struct openid_attempt one = attempt(0, ""), other = attempt(0, "");
	const char *const texts[] = { one.state, one.nonce, one.verifier, one.challenge,
		other.state, other.nonce, other.verifier, other.challenge };
	for (size_t i = 0; i < countof(texts); i++)
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(texts[i], texts[j]);
	assert_memory_not_equal(one.id, other.id, sizeof one.id);
}

static void an_attempt_is_good_for_ten_minutes(void **state)
{
	(void)state;
	struct openid_attempt made = attempt(0, NULL), read;
	assert_true(reads(made.cookie, OPENID_ATTEMPT_SECONDS - 1, &read));
	assert_false(reads(made.cookie, OPENID_ATTEMPT_SECONDS, &read));
	assert_true(reads(made.cookie, -60, &read));
	assert_false(reads(made.cookie, -61, &read));
}

static void a_cookie_of_another_hand_is_none(void **state)
{
	(void)state;
	struct openid_attempt made = attempt(0, "/admin/"), read;
	assert_false(reads(NULL, 0, &read));
	assert_false(reads("", 0, &read));
	assert_false(reads(".", 0, &read));
	assert_false(openid_attempt_read(
		all, "another secret of the same length", made.cookie, NOW, &read));
	for (size_t i = 0; made.cookie[i]; i++) {
		char *changed = memory_copy_text(all, made.cookie);
		changed[i] = changed[i] == 'A' ? 'B' : 'A';
		assert_false(reads(changed, 0, &read));
	}
	char *cut = memory_copy_text(all, made.cookie);
	cut[strlen(cut) - 1] = 0;
	assert_false(reads(cut, 0, &read));
}

static void a_way_back_that_is_too_long_is_dropped(void **state)
{
	(void)state;
	char back[OPENID_BACK_MAXIMUM + 2];
	memset(back, 'x', sizeof back);
	back[OPENID_BACK_MAXIMUM + 1] = 0;
	assert_string_equal(attempt(0, back).back, "");
	back[OPENID_BACK_MAXIMUM] = 0;
	assert_string_equal(attempt(0, back).back, back);
	struct openid_attempt read;
	assert_true(reads(attempt(0, back).cookie, 0, &read));
	assert_string_equal(read.back, back);
}

/* --- discovery --- */

#define ENDPOINTS \
	"\"authorization_endpoint\":\"https://id.example/a\",\"token_endpoint\":\"https://" \
	"id.example/t\",\"jwks_uri\":\"https://id.example/k\""
#define DOCUMENT(issuer, more) "{\"issuer\":\"" issuer "\"," ENDPOINTS more "}"

static void a_document_is_believed_where_it_fits(void **state)
{
	static const struct {
		const char *sentence, *document;
		bool allows_http, want;
	} CASES[] = {
		{ "it names the issuer and the endpoints", DOCUMENT("https://id.example", ""),
			false, true },
		{ "with much more in it",
			DOCUMENT("https://id.example",
				",\"x\":{\"y\":[1,null]},\"code_challenge_methods_supported\":["
				"\"plain\",\"S256\"]"),
			false, true },
		{ "another issuer", DOCUMENT("https://evil.example", ""), false, false },
		{ "the issuer with a slash is another", DOCUMENT("https://id.example/", ""), false,
			false },
		{ "no issuer", "{" ENDPOINTS "}", false, false },
		{ "an issuer that is no text",
			"{\"issuer\":[\"https://id.example\"]," ENDPOINTS "}", false, false },
		{ "no token endpoint",
			"{\"issuer\":\"https://id.example\",\"authorization_endpoint\":\"https://"
			"id.example/a\",\"jwks_uri\":\"https://id.example/k\"}",
			false, false },
		{ "an endpoint by plain http",
			"{\"issuer\":\"https://id.example\",\"authorization_endpoint\":\"https://"
			"id.example/a\","
			"\"token_endpoint\":\"http://id.example/t\",\"jwks_uri\":\"https://"
			"id.example/k\"}",
			false, false },
		{ "the same where http is allowed",
			"{\"issuer\":\"https://id.example\",\"authorization_endpoint\":\"https://"
			"id.example/a\","
			"\"token_endpoint\":\"http://id.example/t\",\"jwks_uri\":\"https://"
			"id.example/k\"}",
			true, true },
		{ "an endpoint of another kind",
			"{\"issuer\":\"https://"
			"id.example\",\"authorization_endpoint\":\"javascript:alert(1)\","
			"\"token_endpoint\":\"https://id.example/t\",\"jwks_uri\":\"https://"
			"id.example/k\"}",
			true, false },
		{ "PKCE by plain alone",
			DOCUMENT("https://id.example",
				",\"code_challenge_methods_supported\":[\"plain\"]"),
			false, false },
		{ "signatures of another kind",
			DOCUMENT("https://id.example",
				",\"id_token_signing_alg_values_supported\":[\"ES256\"]"),
			false, false },
		{ "a list", "[]", false, false },
		{ "no JSON", "<html>", false, false },
		{ "nothing", "", false, false },
	};
	(void)state;
	for (size_t i = 0; i < countof(CASES); i++) {
		const char *fault;
		const struct openid_settings settings = { .issuer = "https://id.example",
			.algorithm = ALGORITHM_RS256,
			.allows_http = CASES[i].allows_http };
		const struct openid_metadata *metadata = openid_metadata_read(
			all, &settings, CASES[i].document, NULL, &fault);
		sentence_holds(CASES[i].sentence,
			(metadata != NULL) == CASES[i].want
				&& (metadata == NULL) == (fault != NULL));
	}
}

static void a_provider_says_whether_it_names_itself(void **state)
{
	(void)state;
	const char *fault;
	const struct openid_settings settings = { .issuer = "https://id.example",
		.algorithm = ALGORITHM_RS256 };
	assert_false(openid_metadata_read(
		all, &settings, DOCUMENT("https://id.example", ""), NULL, &fault)
			     ->sends_iss);
	assert_true(openid_metadata_read(all, &settings,
		DOCUMENT("https://id.example",
			",\"authorization_response_iss_parameter_supported\":true"),
		NULL, &fault)
			    ->sends_iss);
}

/* The methods of a provider; the setting; the method that is used, or NULL when there is none. */
static void the_secret_is_sent_as_the_provider_accepts_it(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *methods;
		int setting;
		const char *want;
	} rows[] = {
		{ "no list", NULL, OPENID_SECRET_BY_METADATA, "client_secret_basic" },
		{ "both", "[\"client_secret_post\",\"client_secret_basic\"]",
			OPENID_SECRET_BY_METADATA, "client_secret_basic" },
		{ "the body only", "[\"client_secret_post\"]", OPENID_SECRET_BY_METADATA,
			"client_secret_post" },
		{ "the body and a key", "[\"private_key_jwt\",\"client_secret_post\"]",
			OPENID_SECRET_BY_METADATA, "client_secret_post" },
		{ "a key only", "[\"private_key_jwt\"]", OPENID_SECRET_BY_METADATA, NULL },
		{ "an empty list", "[]", OPENID_SECRET_BY_METADATA, NULL },
		{ "a wrong list and a setting", "[\"private_key_jwt\"]", OPENID_SECRET_IN_BODY,
			"client_secret_post" },
		{ "the body only, and another setting", "[\"client_secret_post\"]",
			OPENID_SECRET_IN_HEADER, "client_secret_basic" },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		const char *fault;
		const struct openid_settings settings = { .issuer = "https://id.example",
			.algorithm = ALGORITHM_RS256,
			.client_secret_file = "a",
			.token_endpoint_auth_method = rows[i].setting };
		const char *list = rows[i].methods
			? memory_format(all, ",\"token_endpoint_auth_methods_supported\":%s",
				rows[i].methods)
			: "";
		const struct openid_metadata *metadata = openid_metadata_read(all, &settings,
			memory_format(all, DOCUMENT("https://id.example", "%s"), list), NULL,
			&fault);
		sentence_text(rows[i].sentence, rows[i].want,
			metadata ? openid_metadata_method(&settings, metadata) : NULL);
	}
}

static const char *ignored_text(const struct openid_settings *settings, const char *document)
{
	const char *fault, *text = "";
	struct ignored ignored = { .context = all };
	(void)openid_metadata_read(all, settings, document, &ignored, &fault);
	for (size_t i = 0; i < ignored.count; i++)
		text = memory_format(all, "%s%s %s: %s\n", text,
			ignored.items[i].is_usual ? "" : "!", ignored.items[i].what,
			ignored.items[i].why);
	return text;
}

static void what_a_provider_offers_in_vain_is_listed(void **state)
{
	(void)state;
	struct openid_settings settings = { .issuer = "https://id.example",
		.algorithm = ALGORITHM_RS256,
		.client_secret_file = "a",
		.groups_claim = "groups",
		.role_from = OPENID_ROLE_FROM_GROUPS,
		.sends_auth_time = true };
	static const char LISTS[] = DOCUMENT("https://id.example",
		",\"token_endpoint_auth_methods_supported\":[\"client_secret_post\",\"private_key_"
		"jwt\"]"
		",\"id_token_signing_alg_values_supported\":[\"RS256\",\"EdDSA\"]"
		",\"code_challenge_methods_supported\":[\"plain\",\"S256\"]"
		",\"claims_supported\":[\"sub\",\"email\",\"nick\\n\",5]");
	assert_string_equal(ignored_text(&settings, LISTS),
		" authentication methods \"private_key_jwt\": Dojang uses client_secret_post\n"
		" algorithms \"EdDSA\": console_openid.algorithm is RS256\n"
		" code challenge methods \"plain\": Dojang uses S256\n"
		" claims \"email\", \"nick\\n\", 5: Dojang does not read them\n"
		"! claim \"auth_time\": the settings need it, and claims_supported of the provider "
		"does not list it\n"
		"! claim \"groups\": the settings need it, and claims_supported of the provider "
		"does "
		"not list it\n");
	settings.sends_auth_time = false;
	settings.role_from = OPENID_ROLE_FROM_ACCOUNT;
	assert_null(strchr(ignored_text(&settings, LISTS), '!'));
	assert_string_equal(ignored_text(&settings, DOCUMENT("https://id.example", "")), "");
}

static void the_document_is_below_the_issuer(void **state)
{
	(void)state;
	assert_string_equal(
		openid_metadata_address(all,
			&(struct openid_settings){ .issuer = "https://id.example/realms/shop" }),
		"https://id.example/realms/shop/.well-known/openid-configuration");
	assert_string_equal(openid_metadata_address(all,
				    &(struct openid_settings){ .issuer = "https://id.example/" }),
		"https://id.example/.well-known/openid-configuration");
}

/* --- ID tokens (signed by a secret here: how keys are found is tested elsewhere) --- */

#define KEY "first-secret-of-thirty-two-bytes"
#define ID_TOKEN(rest) \
	"{\"iss\":\"https://id.example\",\"sub\":\"u-1\",\"exp\":1795317000," rest "}"
#define GOOD_BUT(rest) ID_TOKEN("\"aud\":\"console\",\"iat\":1795316600,\"nonce\":\"n\"" rest)

static struct issuers *issuers;

static void write_file(const char *name, const char *text)
{
	const char *path = memory_format(all, "%s/%s", directory, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0600), 0);
}

static const char *settings_fault(const char *more)
{
	const char *error;
	write_file("settings",
		memory_format(all, "[server]\nsecret_file = first\nstate_directory = .\n%s", more));
	(void)settings_read(all, memory_format(all, "%s/settings", directory), &error);
	return error;
}

static int make_issuers(void **state)
{
	(void)state;
	const char *error;
	all = memory_context(NULL);
	assert_non_null(mkdtemp(directory));
	write_file("first", KEY "\n");
	assert_null(settings_fault("[issuer id]\niss = https://id.example\naudience = "
				   "console\nalgorithm = HS256\nsecret_file = first\n"));
	const struct settings *settings = settings_read(
		all, memory_format(all, "%s/settings", directory), &error);
	issuers = issuers_load(all, settings, &error);
	return issuers ? 0 : -1;
}

static int remove_all(void **state)
{
	(void)state;
	unlink(memory_format(all, "%s/first", directory));
	unlink(memory_format(all, "%s/settings", directory));
	memory_free(all);
	return rmdir(directory);
}

static bool verify_since(const char *payload, int role_from, int64_t since, struct id_token *out)
{
	static const char *owners[] = { "owners", "/shop/heads" }, *managers[] = { "managers" },
			  *viewers[] = { "all" };
	const struct openid_settings settings = { .issuer = "https://id.example",
		.client_id = "console",
		.role_from = role_from,
		.groups_claim = "groups",
		.owner_groups = { owners, 2 },
		.manager_groups = { managers, 1 },
		.viewer_groups = { viewers, 1 } };
	return id_token_verify(issuers, all, &settings,
		forge_hs256(all, "{\"alg\":\"HS256\"}", payload, KEY),
		&(struct id_token_request){ "n", since }, NOW, out);
}

static bool verify(const char *payload, int role_from, struct id_token *out)
{
	return verify_since(payload, role_from, 0, out);
}

static void linking_needs_a_new_sign_in_at_the_provider(void **state)
{
	static const struct {
		const char *sentence, *payload;
		bool want;
	} CASES[] = {
		{ "signed in when the attempt began", GOOD_BUT(",\"auth_time\":1795316600"), true },
		{ "a clock that is a minute behind", GOOD_BUT(",\"auth_time\":1795316540"), true },
		{ "signed in before the attempt", GOOD_BUT(",\"auth_time\":1795316539"), false },
		{ "signed in long ago", GOOD_BUT(",\"auth_time\":1795230000"), false },
		{ "a time in the future", GOOD_BUT(",\"auth_time\":1795316706"), false },
		{ "no time", GOOD_BUT(""), false },
		{ "null", GOOD_BUT(",\"auth_time\":null"), false },
		{ "a text", GOOD_BUT(",\"auth_time\":\"1795316600\""), false },
		{ "a negative time", GOOD_BUT(",\"auth_time\":-1"), false },
	};
	struct id_token token;
	(void)state;
	for (size_t i = 0; i < countof(CASES); i++) {
		sentence_holds(CASES[i].sentence,
			verify_since(CASES[i].payload, OPENID_ROLE_FROM_GROUPS, 1795316600, &token)
				== CASES[i].want);
		sentence_holds("nothing is asked of a sign-in",
			verify(CASES[i].payload, OPENID_ROLE_FROM_GROUPS, &token));
	}
}

static void an_id_token_is_for_this_sign_in_and_for_us(void **state)
{
	static const struct {
		const char *sentence, *payload;
		bool want;
	} CASES[] = {
		{ "all that must be there", GOOD_BUT(""), true },
		{ "another nonce",
			ID_TOKEN("\"aud\":\"console\",\"iat\":1795316600,\"nonce\":\"m\""), false },
		{ "a nonce that begins alike",
			ID_TOKEN("\"aud\":\"console\",\"iat\":1795316600,\"nonce\":\"nn\""),
			false },
		{ "no nonce", ID_TOKEN("\"aud\":\"console\",\"iat\":1795316600"), false },
		{ "a nonce that is no text",
			ID_TOKEN("\"aud\":\"console\",\"iat\":1795316600,\"nonce\":[\"n\"]"),
			false },
		{ "no iat", ID_TOKEN("\"aud\":\"console\",\"nonce\":\"n\""), false },
		{ "an iat ahead",
			ID_TOKEN("\"aud\":\"console\",\"iat\":1795316800,\"nonce\":\"n\""), false },
		{ "another audience",
			ID_TOKEN("\"aud\":\"shop\",\"iat\":1795316600,\"nonce\":\"n\""), false },
		{ "no audience, the client alone",
			ID_TOKEN("\"client_id\":\"console\",\"iat\":1795316600,\"nonce\":\"n\""),
			false },
		{ "a list of one audience",
			ID_TOKEN("\"aud\":[\"console\"],\"iat\":1795316600,\"nonce\":\"n\""),
			true },
		{ "two audiences without azp",
			ID_TOKEN("\"aud\":[\"console\",\"shop\"],\"iat\":1795316600,\"nonce\":"
				 "\"n\""),
			false },
		{ "two audiences, issued to us",
			ID_TOKEN("\"aud\":[\"shop\",\"console\"],\"azp\":\"console\",\"iat\":"
				 "1795316600,\"nonce\":\"n\""),
			true },
		{ "two audiences, issued to another",
			ID_TOKEN("\"aud\":[\"console\",\"shop\"],\"azp\":\"shop\",\"iat\":"
				 "1795316600,\"nonce\":\"n\""),
			false },
		{ "one audience, issued to another", GOOD_BUT(",\"azp\":\"shop\""), false },
		{ "azp is no text", GOOD_BUT(",\"azp\":[\"console\"]"), false },
		{ "azp is null", GOOD_BUT(",\"azp\":null"), false },
		{ "expired",
			"{\"iss\":\"https://"
			"id.example\",\"sub\":\"u-1\",\"exp\":1795316500,\"aud\":\"console\","
			"\"iat\":1795316400,\"nonce\":\"n\"}",
			false },
		{ "another issuer",
			"{\"iss\":\"https://"
			"evil.example\",\"sub\":\"u-1\",\"exp\":1795317000,\"aud\":\"console\","
			"\"iat\":1795316600,\"nonce\":\"n\"}",
			false },
		{ "no subject",
			"{\"iss\":\"https://"
			"id.example\",\"exp\":1795317000,\"aud\":\"console\",\"iat\":1795316600,"
			"\"nonce\":\"n\"}",
			false },
	};
	(void)state;
	for (size_t i = 0; i < countof(CASES); i++) {
		struct id_token token;
		sentence_holds(CASES[i].sentence,
			verify(CASES[i].payload, OPENID_ROLE_FROM_GROUPS, &token) == CASES[i].want);
	}
}

static void the_highest_role_of_the_groups_counts(void **state)
{
	static const struct {
		const char *sentence, *payload;
		bool has_role;
		enum staff_role role;
	} CASES[] = {
		{ "one group", GOOD_BUT(",\"groups\":[\"all\"]"), true, STAFF_VIEWER },
		{ "several, in any order", GOOD_BUT(",\"groups\":[\"all\",\"managers\",\"x\"]"),
			true, STAFF_MANAGER },
		{ "the highest", GOOD_BUT(",\"groups\":[\"managers\",\"/shop/heads\",\"all\"]"),
			true, STAFF_OWNER },
		{ "a text in the place of a list", GOOD_BUT(",\"groups\":\"owners\""), true,
			STAFF_OWNER },
		{ "groups that mean nothing here",
			GOOD_BUT(",\"groups\":[\"Owners\",\"heads\",\"own\"]"), false,
			STAFF_VIEWER },
		{ "no groups", GOOD_BUT(",\"groups\":[]"), false, STAFF_VIEWER },
		{ "no claim", GOOD_BUT(""), false, STAFF_VIEWER },
		{ "something else among them", GOOD_BUT(",\"groups\":[\"owners\",1]"), false,
			STAFF_VIEWER },
	};
	(void)state;
	for (size_t i = 0; i < countof(CASES); i++) {
		struct id_token token;
		sentence_holds(CASES[i].sentence,
			verify(CASES[i].payload, OPENID_ROLE_FROM_GROUPS, &token));
		sentence_holds(CASES[i].sentence,
			token.has_role == CASES[i].has_role
				&& (!token.has_role || token.role == CASES[i].role));
		assert_true(verify(CASES[i].payload, OPENID_ROLE_FROM_ACCOUNT, &token));
		assert_false(token.has_role);
	}
}

/* --- settings --- */

#define WAY_BACK "redirect_uri = https://shop.example/admin/sign-in/openid/return\n"
#define WITHOUT_GROUPS \
	"[console_openid]\nissuer = https://id.example\nclient_id = console\n" WAY_BACK
#define FULL WITHOUT_GROUPS "owner_groups = owners\n"

static void settings_that_cannot_work_stop_the_start(void **state)
{
	static const struct {
		const char *sentence, *text, *want;
	} CASES[] = {
		{ "what is needed", FULL, NULL },
		{ "nothing at all", "", NULL },
		{ "own endpoints",
			FULL "authorization_endpoint = https://id.example/a\ntoken_endpoint = "
			     "https://id.example/t\njwks_uri = https://id.example/k\n",
			NULL },
		{ "one of them", FULL "token_endpoint = https://id.example/t\n",
			"needs all of authorization_endpoint" },
		{ "roles of the account", WITHOUT_GROUPS "role_from = account\n", NULL },
		{ "roles of the account, and groups", FULL "role_from = account\n",
			"must not have groups" },
		{ "no groups", WITHOUT_GROUPS, "needs owner_groups" },
		{ "no issuer", "[console_openid]\nclient_id = console\n", "needs issuer" },
		{ "no client",
			"[console_openid]\nissuer = https://id.example\nowner_groups = "
			"x\n" WAY_BACK,
			"needs client_id and redirect_uri" },
		{ "an issuer by plain http",
			"[console_openid]\nissuer = http://id.example\nclient_id = c\nowner_groups "
			"= x\n" WAY_BACK,
			"issuer must start with https://" },
		{ "the same where it is allowed",
			"[console_openid]\nissuer = http://id.example\nclient_id = c\nowner_groups "
			"= x\nallow_http = yes\n" WAY_BACK,
			NULL },
		{ "another way back",
			"[console_openid]\nissuer = https://id.example\nclient_id = "
			"c\nowner_groups = x\nredirect_uri = https://shop.example/back\n",
			"redirect_uri must end with" },
		{ "a secret as algorithm", FULL "algorithm = HS256\n", "must be RS256 or ES256" },
		{ "scopes without openid", FULL "scopes = email\n", "scopes must hold openid" },
	};
	(void)state;
	for (size_t i = 0; i < countof(CASES); i++) {
		const char *fault = settings_fault(CASES[i].text);
		sentence_holds(CASES[i].sentence,
			CASES[i].want ? fault && strstr(fault, CASES[i].want) : !fault);
	}
}

static void addresses_are_encoded(void **state)
{
	(void)state;
	assert_string_equal(text_percent_encode(all, "az AZ09-._~"), "az%20AZ09-._~");
	assert_string_equal(
		text_percent_encode(all, "a&b=c+d/%도"), "a%26b%3Dc%2Bd%2F%25%EB%8F%84");
	assert_string_equal(text_percent_encode(all, ""), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_attempt_comes_back_as_it_was),
		cmocka_unit_test(attempts_have_nothing_in_common),
		cmocka_unit_test(an_attempt_is_good_for_ten_minutes),
		cmocka_unit_test(a_cookie_of_another_hand_is_none),
		cmocka_unit_test(a_way_back_that_is_too_long_is_dropped),
		cmocka_unit_test(a_document_is_believed_where_it_fits),
		cmocka_unit_test(a_provider_says_whether_it_names_itself),
		cmocka_unit_test(the_secret_is_sent_as_the_provider_accepts_it),
		cmocka_unit_test(what_a_provider_offers_in_vain_is_listed),
		cmocka_unit_test(the_document_is_below_the_issuer),
		cmocka_unit_test(an_id_token_is_for_this_sign_in_and_for_us),
		cmocka_unit_test(linking_needs_a_new_sign_in_at_the_provider),
		cmocka_unit_test(the_highest_role_of_the_groups_counts),
		cmocka_unit_test(settings_that_cannot_work_stop_the_start),
		cmocka_unit_test(addresses_are_encoded),
	};
	return cmocka_run_group_tests(tests, make_issuers, remove_all);
}
