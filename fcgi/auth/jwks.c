/* SPDX-License-Identifier: MIT */
/* Decides when published keys are fetched, so that neither many unknown key ids nor a silent issuer
 * delay requests. */
#include "auth/jwks.h"

#include "auth/fetch.h"
#include "auth/key_file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>
#include <time.h>

/* The shared document:
 * {"<iss>":{"uri":…,"tried_at":…,"fetched_at":…,"keys":[…]}} */

enum { LOCK_TRIES = 100 };

struct source {
	const struct issuer_settings *settings; /* NULL: an issuer with a secret */
	struct key_set *keys;
};

struct jwks {
	struct key_file *file;
	void *document_memory, *keys_memory;
	json_object *document;
	struct source sources[ISSUERS_MAXIMUM];
	size_t count;
	bool has_sources;     /* an issuer that publishes its keys */
	int64_t refreshed_at; /* the second of the last check by jwks_refresh */
};

/* --- reading the document --- */

static json_object *object_member(json_object *object, const char *name)
{
	json_object *value;
	return json_object_object_get_ex(object, name, &value)
			&& json_object_is_type(value, json_type_object)
		? value
		: NULL;
}

static int64_t number_member(json_object *object, const char *name)
{
	json_object *value;
	return json_object_object_get_ex(object, name, &value)
			&& json_object_is_type(value, json_type_int)
		? json_object_get_int64(value)
		: 0;
}

/* The part of an issuer; NULL when there is none or it is for another address. */
static json_object *find_state(const struct jwks *jwks, const struct source *source)
{
	json_object *uri, *state = object_member(jwks->document, source->settings->iss);
	if (!json_object_object_get_ex(state, "uri", &uri)
		|| !text_equals(json_object_get_string(uri), source->settings->jwks_uri))
		return NULL;
	return state;
}

static json_object *make_state(const struct jwks *jwks, const struct source *source)
{
	json_object *state = find_state(jwks, source);
	if (state)
		return state;
	state = json_new_object();
	json_put_text(state, "uri", source->settings->jwks_uri);
	json_put(jwks->document, source->settings->iss, state);
	return state;
}

static void read_keys(struct jwks *jwks)
{
	memory_free(jwks->keys_memory);
	jwks->keys_memory = memory_context(jwks);
	for (size_t i = 0; i < jwks->count; i++) {
		struct source *source = &jwks->sources[i];
		json_object *keys = NULL;
		if (!source->settings)
			continue;
		json_object_object_get_ex(find_state(jwks, source), "keys", &keys);
		source->keys = key_set_read(jwks->keys_memory, keys);
	}
}

/* Reads what other workers wrote. */
static void read_changes(struct jwks *jwks)
{
	if (!jwks->has_sources)
		return;
	void *memory = memory_context(jwks);
	json_object *document = key_file_read_if_changed(jwks->file, memory);
	if (!document) {
		memory_free(memory);
		return;
	}
	memory_free(jwks->document_memory);
	jwks->document_memory = memory;
	jwks->document = document;
	read_keys(jwks);
}

struct jwks *jwks_new(const void *context, const struct settings *settings)
{
	struct jwks *jwks = memory_new(context, struct jwks);
	jwks->file = key_file_new(jwks, settings->server.state_directory, "issuer-keys");
	jwks->document_memory = memory_context(jwks);
	jwks->document = json_attach(jwks->document_memory, json_new_object());
	jwks->count = settings->issuer_count;
	for (size_t i = 0; i < jwks->count; i++)
		if (settings->issuers[i].algorithm != ALGORITHM_HS256)
			jwks->sources[i].settings = &settings->issuers[i];
	for (size_t i = 0; i < jwks->count; i++)
		jwks->has_sources |= jwks->sources[i].settings != NULL;
	read_keys(jwks);
	return jwks;
}

/* --- when to fetch --- */

static bool is_over(int64_t since, int64_t seconds, instant now)
{
	return instant_is_over((instant){ since }, seconds, now);
}

static bool may_fetch(const struct jwks *jwks, const struct source *source, instant now)
{
	return is_over(
		number_member(find_state(jwks, source), "tried_at"), JWKS_RETRY_SECONDS, now);
}

static bool is_due(const struct jwks *jwks, const struct source *source, instant now)
{
	return is_over(number_member(find_state(jwks, source), "fetched_at"), JWKS_FRESH_SECONDS,
		       now)
		&& may_fetch(jwks, source, now);
}

/* --- fetching --- */

/* One worker of the pool fetches. When the state directory cannot be used, each worker counts for
 * itself. */
static bool claim_fetch(struct jwks *jwks, const struct source *source, instant now)
{
	int lock = key_file_lock(jwks->file);
	if (lock == KEY_FILE_BUSY)
		return false;
	read_changes(jwks);
	bool is_mine = may_fetch(jwks, source, now);
	if (is_mine) {
		json_put_number(make_state(jwks, source), "tried_at", now.seconds);
		if (lock >= 0)
			(void)key_file_replace(jwks->file, jwks->document);
	}
	key_file_unlock(lock);
	return is_mine;
}

/* Others hold the lock only for a short time, so wait for it and keep the fetched keys. */
static int lock_patiently(const struct jwks *jwks)
{
	static const struct timespec WAIT = { 0, 5 * 1000 * 1000 };
	int lock = key_file_lock(jwks->file);
	for (unsigned tries = 0; lock == KEY_FILE_BUSY && tries < LOCK_TRIES; tries++) {
		nanosleep(&WAIT, NULL);
		lock = key_file_lock(jwks->file);
	}
	return lock;
}

static void keep(struct jwks *jwks, const struct source *source, json_object *keys, instant now)
{
	int lock = lock_patiently(jwks);
	read_changes(jwks);
	json_object *state = make_state(jwks, source);
	json_put(state, "keys", json_object_get(keys));
	json_put_number(state, "fetched_at", now.seconds);
	if (lock >= 0)
		(void)key_file_replace(jwks->file, jwks->document);
	key_file_unlock(lock);
	read_keys(jwks);
}

static json_object *fetch_keys(const void *context, const struct issuer_settings *issuer,
	struct ignored *ignored, const char **fault)
{
	const char *document = fetch_text(context, issuer->jwks_uri, issuer->allows_http, fault);
	if (!document)
		return NULL;
	*fault = "it is no JWK set with a key for RS256 or ES256";
	return key_set_extract(context, document, (enum token_algorithm)issuer->algorithm, ignored);
}

/* A failed fetch changes nothing. */
static void fetch(struct jwks *jwks, const struct source *source, instant now)
{
	if (!claim_fetch(jwks, source, now))
		return;
	const char *fault;
	void *scratch = memory_context(NULL);
	json_object *keys = fetch_keys(scratch, source->settings, NULL, &fault);
	if (keys)
		keep(jwks, source, keys, now);
	memory_free(scratch);
}

/* --- use --- */

bool jwks_verify(struct jwks *jwks, size_t index, const struct signed_text *text, instant now)
{
	const struct source *source = &jwks->sources[index];
	read_changes(jwks);
	enum key_verdict verdict = key_set_verify(source->keys, text);
	if (verdict == KEY_UNKNOWN && may_fetch(jwks, source, now)) {
		fetch(jwks, source, now);
		verdict = key_set_verify(source->keys, text);
	}
	return verdict == KEY_ACCEPTS;
}

/* Called after each request, so it checks once per second. It fetches for one issuer only, so that
 * the worker returns within two seconds and other workers do the rest. */
void jwks_refresh(struct jwks *jwks, instant now)
{
	if (!jwks->has_sources || jwks->refreshed_at == now.seconds)
		return;
	jwks->refreshed_at = now.seconds;
	read_changes(jwks);
	for (size_t i = 0; i < jwks->count; i++)
		if (jwks->sources[i].settings && is_due(jwks, &jwks->sources[i], now)) {
			fetch(jwks, &jwks->sources[i], now);
			return;
		}
}

bool jwks_is_complete(struct jwks *jwks)
{
	read_changes(jwks);
	for (size_t i = 0; i < jwks->count; i++)
		if (jwks->sources[i].settings && key_set_count(jwks->sources[i].keys) == 0)
			return false;
	return true;
}

/* Keys of the other algorithm are usable, but not for this issuer. */
static const char *find_mismatch(
	const void *context, const struct issuer_settings *issuer, json_object *keys)
{
	return key_set_has(key_set_read(context, keys), (enum token_algorithm)issuer->algorithm)
		? NULL
		: "it has no key for the algorithm of the settings";
}

const char *jwks_fault(
	const struct jwks *jwks, const void *context, size_t index, struct ignored *ignored)
{
	const char *fault = NULL;
	const struct issuer_settings *issuer = jwks->sources[index].settings;
	json_object *keys = issuer ? fetch_keys(context, issuer, ignored, &fault) : NULL;
	if (keys)
		fault = find_mismatch(context, issuer, keys);
	return fault ? memory_format(
		       context, "[issuer %s] %s: %s", issuer->name, issuer->jwks_uri, fault)
		     : NULL;
}
