/* SPDX-License-Identifier: MIT */
/* Compares the lists of a discovery document with what is used of them. */
#include "auth/openid_ignored.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

/* What ID tokens are checked for. */
static const char *const CLAIMS[] = { "iss", "sub", "aud", "azp", "exp", "iat", "nbf", "nonce" };

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

static void add_claims(
	const struct openid_settings *settings, json_object *list, struct ignored *ignored)
{
	const char *used[countof(CLAIMS) + 2];
	size_t count = 0;
	for (; count < countof(CLAIMS); count++)
		used[count] = CLAIMS[count];
	if (settings->sends_auth_time)
		used[count++] = "auth_time";
	if (settings->role_from == OPENID_ROLE_FROM_GROUPS)
		used[count++] = settings->groups_claim;
	add_others(ignored, list, "claims", used, count, "Dojang does not read them");
	for (size_t i = countof(CLAIMS); list && i < count; i++)
		if (!has(list, used[i]))
			ignored_add(ignored, false,
				memory_format(ignored->context, "claim \"%s\"", used[i]),
				"the settings need it, and claims_supported of the provider does "
				"not list it");
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
