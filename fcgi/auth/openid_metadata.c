/* SPDX-License-Identifier: MIT */
/* Parses a discovery document and accepts it only for the issuer that was asked for. */
#include "auth/openid_metadata.h"

#include "auth/openid_ignored.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

enum { DEPTH_MAXIMUM = 8 };

const char *openid_metadata_address(const void *context, const struct openid_settings *settings)
{
	size_t length = strlen(settings->issuer);
	bool has_slash = length > 0 && settings->issuer[length - 1] == '/';
	return memory_format(context, "%s%s.well-known/openid-configuration", settings->issuer,
		has_slash ? "" : "/");
}

static const char *text_member(json_object *object, const char *name)
{
	json_object *value;
	return json_object_object_get_ex(object, name, &value)
			&& json_object_is_type(value, json_type_string)
		? json_object_get_string(value)
		: NULL;
}

/* An absent list excludes nothing. */
static bool may_hold(json_object *object, const char *name, const char *word)
{
	json_object *list;
	if (!json_object_object_get_ex(object, name, &list)
		|| !json_object_is_type(list, json_type_array))
		return true;
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (text_equals(json_object_get_string(json_object_array_get_idx(list, i)), word))
			return true;
	return false;
}

/* A provider without a list supports client_secret_basic (OpenID Connect Discovery 1.0). */
static bool takes_secret_in_body(const struct openid_settings *settings, json_object *document)
{
	static const char METHODS[] = "token_endpoint_auth_methods_supported";
	return settings->token_endpoint_auth_method == OPENID_SECRET_IN_BODY
		|| (settings->token_endpoint_auth_method == OPENID_SECRET_BY_METADATA
			&& !may_hold(document, METHODS, "client_secret_basic")
			&& may_hold(document, METHODS, "client_secret_post"));
}

const char *openid_metadata_method(
	const struct openid_settings *settings, const struct openid_metadata *metadata)
{
	if (!settings->client_secret_file)
		return "none";
	return metadata->takes_secret_in_body ? "client_secret_post" : "client_secret_basic";
}

static bool is_address(const struct openid_settings *settings, const char *text)
{
	return text && !text_has_control(text)
		&& (text_starts_with(text, "https://")
			|| (settings->allows_http && text_starts_with(text, "http://")));
}

static const char *find_fault(const struct openid_settings *settings, json_object *document,
	const struct openid_metadata *metadata)
{
	if (!text_equals(text_member(document, "issuer"), settings->issuer))
		return "it names another issuer than console_openid.issuer";
	if (!is_address(settings, metadata->authorization_endpoint)
		|| !is_address(settings, metadata->token_endpoint)
		|| !is_address(settings, metadata->jwks_uri))
		return "it lacks an endpoint by https (authorization_endpoint, token_endpoint, "
		       "jwks_uri)";
	if (!may_hold(document, "code_challenge_methods_supported", "S256"))
		return "it does not support PKCE by S256";
	if (!may_hold(document, "id_token_signing_alg_values_supported",
		    settings->algorithm == ALGORITHM_ES256 ? "ES256" : "RS256"))
		return "it does not sign ID tokens by console_openid.algorithm";
	if (settings->client_secret_file
		&& settings->token_endpoint_auth_method == OPENID_SECRET_BY_METADATA
		&& !may_hold(document, "token_endpoint_auth_methods_supported",
			openid_metadata_method(settings, metadata)))
		return "it supports neither client_secret_basic nor client_secret_post";
	return NULL;
}

const struct openid_metadata *openid_metadata_read(const void *context,
	const struct openid_settings *settings, const char *document, struct ignored *ignored,
	const char **fault)
{
	json_object *json = json_read(context, document, DEPTH_MAXIMUM), *sends_iss;
	*fault = "it is no JSON object";
	if (!json_object_is_type(json, json_type_object))
		return NULL;
	struct openid_metadata *metadata = memory_new(context, struct openid_metadata);
	metadata->authorization_endpoint = text_member(json, "authorization_endpoint");
	metadata->token_endpoint = text_member(json, "token_endpoint");
	metadata->jwks_uri = text_member(json, "jwks_uri");
	metadata->sends_iss = json_object_object_get_ex(json,
				      "authorization_response_iss_parameter_supported", &sends_iss)
		&& json_object_get_boolean(sends_iss);
	metadata->takes_secret_in_body = takes_secret_in_body(settings, json);
	*fault = find_fault(settings, json, metadata);
	if (ignored)
		openid_list_ignored(settings, metadata, json, ignored);
	return *fault ? NULL : metadata;
}

const struct openid_metadata *openid_metadata_of_settings(
	const void *context, const struct openid_settings *settings)
{
	if (!settings->token_endpoint)
		return NULL;
	struct openid_metadata *metadata = memory_new(context, struct openid_metadata);
	*metadata = (struct openid_metadata){ settings->authorization_endpoint,
		settings->token_endpoint, settings->jwks_uri,
		settings->token_endpoint_auth_method == OPENID_SECRET_IN_BODY, false };
	return metadata;
}
