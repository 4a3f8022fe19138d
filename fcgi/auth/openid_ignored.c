/* SPDX-License-Identifier: MIT */
/* Compares the lists of a discovery document with what is used of them. */
#include "auth/openid_ignored.h"

#include "auth/fetch.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

/* What ID tokens are checked for. */
static const char *const CLAIMS[] = { "iss", "sub", "aud", "azp", "exp", "iat", "nbf", "nonce" };

/* further claims that the settings name */
enum { CLAIMS_MORE = 24, DEPTH_MAXIMUM = 8 };

static const char *const DEPENDING[] = { "email_verified", "phone_number_verified" };

static json_object *list_member(json_object *document, const char *name)
{
	json_object *list;
	return json_object_object_get_ex(document, name, &list)
			&& json_object_is_type(list, json_type_array)
		? list
		: NULL;
}

static bool has(json_object *list, const char *word)
{
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (text_equals(json_object_get_string(json_object_array_get_idx(list, i)), word))
			return true;
	return false;
}

static bool is_among(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text_equals(words[i], word))
			return true;
	return false;
}

/* One item with all words of the list but the used ones. */
static void add_others(struct ignored *ignored, json_object *list, const char *kind,
	const char *const *used, size_t used_count, const char *why)
{
	const char *text = NULL;
	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		json_object *item = json_object_array_get_idx(list, i);
		const char *word = json_object_get_string(item);
		if (!is_among(word, used, used_count))
			text = memory_format(ignored->context, "%s%s%s", text ? text : kind,
				text ? ", " : " ", json_line(item));
	}
	if (text)
		ignored_add(ignored, true, text, why);
}

/* Claims that are read: those that are checked (CLAIMS), and those that the settings name. */
struct claim_list {
	const char *names[countof(CLAIMS) + CLAIMS_MORE];
	size_t count;
};

static struct claim_list checked_claims(void)
{
	struct claim_list list = { .count = countof(CLAIMS) };
	for (size_t i = 0; i < countof(CLAIMS); i++)
		list.names[i] = CLAIMS[i];
	return list;
}

static void add_claim(struct claim_list *list, const char *name)
{
	if (name && list->count < countof(list->names))
		list->names[list->count++] = name;
}

static void add_missing(struct ignored *ignored, const char *name)
{
	ignored_add(ignored, false, memory_format(ignored->context, "claim \"%s\"", name),
		"the settings need it, and claims_supported of the provider does not list it");
}

static void add_claims(
	const struct openid_settings *settings, json_object *list, struct ignored *ignored)
{
	struct claim_list used = checked_claims();
	add_claim(&used, settings->sends_auth_time ? "auth_time" : NULL);
	add_claim(&used,
		settings->role_from == OPENID_ROLE_FROM_GROUPS ? settings->groups_claim : NULL);
	add_others(ignored, list, "claims", used.names, used.count, "Dojang does not read them");
	for (size_t i = countof(CLAIMS); list && i < used.count; i++)
		if (!has(list, used.names[i]))
			add_missing(ignored, used.names[i]);
}

void openid_list_ignored(const struct openid_settings *settings,
	const struct openid_metadata *metadata, json_object *document, struct ignored *ignored)
{
	const char *method = openid_metadata_method(settings, metadata),
		   *algorithm = settings->algorithm == ALGORITHM_ES256 ? "ES256" : "RS256",
		   *challenge = "S256";
	add_others(ignored, list_member(document, "token_endpoint_auth_methods_supported"),
		"authentication methods", &method, 1,
		memory_format(ignored->context, "Dojang uses %s", method));
	add_others(ignored, list_member(document, "id_token_signing_alg_values_supported"),
		"algorithms", &algorithm, 1,
		memory_format(ignored->context, "console_openid.algorithm is %s", algorithm));
	add_others(ignored, list_member(document, "code_challenge_methods_supported"),
		"code challenge methods", &challenge, 1, "Dojang uses S256");
	add_claims(settings, list_member(document, "claims_supported"), ignored);
}

/* --- issuers of customers' tokens --- */

static void add_issuer_claims(
	const struct issuer_settings *settings, json_object *list, struct ignored *ignored)
{
	struct claim_list used = checked_claims();
	for (size_t i = 0; i < countof(DEPENDING); i++)
		add_claim(&used, DEPENDING[i]);
	add_claim(&used, settings->client_id.count ? "client_id" : NULL);
	add_claim(&used, settings->token_use.count ? "token_use" : NULL);
	add_claim(&used, settings->account_created_claim);
	for (size_t i = 0; i < settings->username_claim.count; i++)
		add_claim(&used, settings->username_claim.items[i]);
	add_others(ignored, list, "claims", used.names, used.count, "Dojang does not read them");
	if (list && settings->account_created_claim && !has(list, settings->account_created_claim))
		add_missing(ignored, settings->account_created_claim);
}

static void list_issuer(
	const struct issuer_settings *settings, json_object *document, struct ignored *ignored)
{
	json_object *uri;
	const char *algorithm = settings->algorithm == ALGORITHM_ES256 ? "ES256" : "RS256";
	if (json_object_object_get_ex(document, "jwks_uri", &uri)
		&& !text_equals(json_object_get_string(uri), settings->jwks_uri))
		ignored_add(ignored, false,
			memory_format(ignored->context, "keys at %s", json_line(uri)),
			"the settings name another jwks_uri");
	add_others(ignored, list_member(document, "id_token_signing_alg_values_supported"),
		"algorithms", &algorithm, 1,
		memory_format(ignored->context, "the settings say %s", algorithm));
	add_issuer_claims(settings, list_member(document, "claims_supported"), ignored);
}

void openid_list_issuer_ignored(const struct issuer_settings *settings, struct ignored *ignored)
{
	const char *fault;
	json_object *issuer;
	bool has_address = settings->jwks_uri
		&& (text_starts_with(settings->iss, "https://")
			|| (settings->allows_http && text_starts_with(settings->iss, "http://")));
	const char *text = has_address ? fetch_text(ignored->context,
				   openid_metadata_address(ignored->context,
					   &(struct openid_settings){ .issuer = settings->iss }),
				   settings->allows_http, &fault)
				       : NULL;
	json_object *document = text ? json_read(ignored->context, text, DEPTH_MAXIMUM) : NULL;
	if (json_object_is_type(document, json_type_object)
		&& json_object_object_get_ex(document, "issuer", &issuer)
		&& text_equals(json_object_get_string(issuer), settings->iss))
		list_issuer(settings, document, ignored);
}
