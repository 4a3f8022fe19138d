/* SPDX-License-Identifier: MIT */
/* Communicates with the provider: metadata, keys, tokens. After a failure it is not asked for a
 * while, so that it cannot block the workers. */
#include "auth/openid_provider.h"

#include "auth/fetch.h"
#include "auth/openid_metadata.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

enum { FRESH_MS = 3600 * 1000, PAUSE_MS = 3000, DEPTH_MAXIMUM = 16 };

struct openid_provider {
	const struct openid_settings *settings;
	const char *state_directory, *secret; /* secret NULL: a public client */
	void *memory;                         /* memory of the members below */
	const struct openid_metadata *metadata;
	struct issuers *issuers;
	/* of the monotonic clock; failed_at 0: no failure */
	int64_t fetched_at, failed_at;
};

struct openid_provider *openid_provider_new(
	const void *context, const struct settings *settings, const char **error)
{
	*error = NULL;
	if (!settings->console_openid.issuer)
		return NULL;
	struct openid_provider *provider = memory_new(context, struct openid_provider);
	provider->settings = &settings->console_openid;
	provider->state_directory = settings->server.state_directory;
	if (settings->console_openid.client_secret_file)
		provider->secret = settings_read_secret(
			provider, settings->console_openid.client_secret_file, error);
	return *error ? NULL : provider;
}

const struct openid_settings *openid_provider_settings(const struct openid_provider *provider)
{
	return provider->settings;
}

/* --- metadata --- */

/* The provider as a token issuer, so that its tokens are verified like all others. */
static struct issuers *load_issuers(const void *context, const struct openid_provider *provider,
	const struct openid_metadata *metadata)
{
	const char *error;
	const struct openid_settings *openid = provider->settings;
	struct settings *settings = memory_new(context, struct settings);
	const char **audience = memory_array(context, const char *, 1);
	audience[0] = openid->client_id;
	settings->server.state_directory = provider->state_directory;
	settings->issuer_count = 1;
	settings->issuers[0] = (struct issuer_settings){ .name = "console_openid",
		.iss = openid->issuer,
		.audience = { audience, 1 },
		.algorithm = openid->algorithm,
		.jwks_uri = metadata->jwks_uri,
		.allows_http = openid->allows_http };
	return issuers_load(context, settings, &error);
}

static const struct openid_metadata *ask_metadata(const void *context,
	const struct openid_provider *provider, struct ignored *ignored, const char **fault)
{
	const struct openid_settings *settings = provider->settings;
	const struct openid_metadata *metadata = openid_metadata_of_settings(context, settings);
	if (metadata)
		return metadata;
	const char *address = openid_metadata_address(context, settings), *why;
	const char *document = fetch_text(context, address, settings->allows_http, &why);
	if (document)
		metadata = openid_metadata_read(context, settings, document, ignored, &why);
	if (!metadata)
		*fault = memory_format(context, "%s: %s", address, why);
	return metadata;
}

static bool is_resting(const struct openid_provider *provider)
{
	return provider->failed_at && clock_monotonic_ms() - provider->failed_at < PAUSE_MS;
}

static void note_failure(struct openid_provider *provider)
{
	provider->failed_at = clock_monotonic_ms();
}

/* Old metadata stays valid until newer metadata can be fetched. */
static bool prepare(struct openid_provider *provider, const void *context, const char **fault)
{
	bool is_fresh = provider->metadata
		&& clock_monotonic_ms() - provider->fetched_at < FRESH_MS;
	*fault = "it failed a moment ago";
	if (is_fresh || is_resting(provider))
		return provider->metadata && !is_resting(provider);
	void *memory = memory_context(provider);
	const char *why;
	const struct openid_metadata *metadata = ask_metadata(memory, provider, NULL, &why);
	if (!metadata) {
		note_failure(provider);
		*fault = memory_copy_text(context, why);
		memory_free(memory);
		return provider->metadata;
	}
	provider->issuers = load_issuers(memory, provider, metadata);
	provider->metadata = metadata;
	provider->fetched_at = clock_monotonic_ms();
	memory_free(provider->memory);
	provider->memory = memory;
	return true;
}

/* --- starting --- */

static const char *scopes_text(const void *context, const struct text_list *scopes)
{
	const char *text = "";
	for (size_t i = 0; i < scopes->count; i++)
		text = memory_format(context, "%s%s%s", text, *text ? " " : "", scopes->items[i]);
	return text;
}

static bool needs_new_sign_in(
	const struct openid_settings *settings, const struct openid_attempt *attempt)
{
	return attempt->staff && settings->sends_auth_time;
}

const char *openid_provider_address(struct openid_provider *provider, const void *context,
	const struct openid_attempt *attempt, const char **fault)
{
	if (!prepare(provider, context, fault))
		return NULL;
	const struct openid_settings *settings = provider->settings;
	const char *endpoint = provider->metadata->authorization_endpoint;
	/* Linking an account asks for a new sign-in at the provider, since another person may still
	 * be signed in there in this browser. */
	return memory_format(context,
		"%s%cresponse_type=code&client_id=%s&redirect_uri=%s&scope=%s&state=%s&nonce=%s&"
		"code_challenge=%s"
		"&code_challenge_method=S256%s",
		endpoint, strchr(endpoint, '?') ? '&' : '?',
		text_percent_encode(context, settings->client_id),
		text_percent_encode(context, settings->redirect_uri),
		text_percent_encode(context, scopes_text(context, &settings->scopes)),
		attempt->state, attempt->nonce, attempt->challenge,
		!attempt->staff                                ? ""
			: needs_new_sign_in(settings, attempt) ? "&prompt=login&max_age=0"
							       : "&prompt=select_account");
}

/* --- returning --- */

/* RFC 9207: a provider that sends iss always sends it, and it must be its own. */
static bool is_from_provider(const struct openid_provider *provider, const char *iss)
{
	return iss ? text_equals(iss, provider->settings->issuer) : !provider->metadata->sends_iss;
}

static const char *member(const void *context, const char *document, const char *name)
{
	json_object *value, *json = json_read(context, document, DEPTH_MAXIMUM);
	if (!json_object_is_type(json, json_type_object)
		|| !json_object_object_get_ex(json, name, &value)
		|| !json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

/* A provider that rejects the client or is broken is not the user's fault. */
static enum openid_outcome judge_refusal(
	const void *context, const char *document, const char **fault)
{
	const char *error = member(context, document, "error");
	*fault = memory_format(context, "the token endpoint says %s", error ? error : "no");
	return text_equals(error, "invalid_grant") ? OPENID_REFUSED : OPENID_DOWN;
}

static struct fetch_form make_form(const struct openid_provider *provider, const void *context,
	const struct openid_attempt *attempt, const char *code)
{
	const struct openid_settings *settings = provider->settings;
	const char *client = text_percent_encode(context, settings->client_id);
	const char *body = memory_format(context,
		"grant_type=authorization_code&code=%s&redirect_uri=%s&code_verifier=%s",
		text_percent_encode(context, code),
		text_percent_encode(context, settings->redirect_uri), attempt->verifier);
	struct fetch_form form = { .uri = provider->metadata->token_endpoint,
		.allows_http = settings->allows_http,
		.body = body };
	const char *secret = text_percent_encode(context, provider->secret ? provider->secret : "");
	if (!provider->secret) {
		form.body = memory_format(context, "%s&client_id=%s", body, client);
	} else if (provider->metadata->takes_secret_in_body) {
		form.body = memory_format(
			context, "%s&client_id=%s&client_secret=%s", body, client, secret);
	} else {
		form.user = client;
		form.password = secret;
	}
	return form;
}

/* Returns the ID token, or NULL with *outcome and *fault set. */
static const char *exchange(struct openid_provider *provider, const void *context,
	const struct openid_attempt *attempt, const char *code, enum openid_outcome *outcome,
	const char **fault)
{
	bool is_refused;
	struct fetch_form form = make_form(provider, context, attempt, code);
	const char *document = fetch_posted(context, &form, &is_refused, fault);
	*outcome = OPENID_DOWN;
	if (!document) {
		note_failure(provider);
		return NULL;
	}
	provider->failed_at = 0;
	if (is_refused) {
		*outcome = judge_refusal(context, document, fault);
		return NULL;
	}
	*fault = "the token endpoint gives no id_token";
	return member(context, document, "id_token");
}

enum openid_outcome openid_provider_identify(struct openid_provider *provider, const void *context,
	const struct openid_attempt *attempt, const struct openid_answer *answer, instant now,
	struct id_token *out, const char **fault)
{
	enum openid_outcome outcome;
	if (!prepare(provider, context, fault))
		return OPENID_DOWN;
	*fault = "the answer names another issuer, or none";
	if (!is_from_provider(provider, answer->iss))
		return OPENID_REFUSED;
	*fault = "the answer has no code";
	if (!answer->code)
		return OPENID_REFUSED;
	const char *token = exchange(provider, context, attempt, answer->code, &outcome, fault);
	if (!token)
		return outcome;
	*fault = "the ID token is not good";
	issuers_refresh(provider->issuers, now);
	return id_token_verify(provider->issuers, context, provider->settings, token,
		       &(struct id_token_request){ attempt->nonce,
			       needs_new_sign_in(provider->settings, attempt) ? attempt->begun
									      : 0 },
		       now, out)
		? OPENID_GOOD
		: OPENID_REFUSED;
}

const char *openid_provider_fault(
	struct openid_provider *provider, const void *context, struct ignored *ignored)
{
	const char *fault;
	const struct openid_metadata *metadata = ask_metadata(context, provider, ignored, &fault);
	return metadata
		? issuers_fault(load_issuers(context, provider, metadata), context, 0, ignored)
		: fault;
}
