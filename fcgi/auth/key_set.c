/* SPDX-License-Identifier: MIT */
/* Finds the key of a token among those that its issuer published. */
#include "auth/key_set.h"

#include "base/json.h"
#include "base/memory.h"

#include <string.h>

enum { DEPTH_MAXIMUM = 8 };

struct key_set {
	struct public_key *items[KEY_SET_MAXIMUM];
	size_t count;
};

/* The members that public_key_read uses. Others are not kept, above all not private ones. */
static const char *const MEMBERS[] = { "kty", "kid", "use", "key_ops", "alg", "n", "e", "crv", "x",
	"y" };

struct key_set *key_set_read(const void *context, json_object *keys)
{
	struct key_set *set = memory_new(context, struct key_set);
	size_t count = json_object_is_type(keys, json_type_array) ? json_object_array_length(keys)
								  : 0;
	for (size_t i = 0; i < count && set->count < KEY_SET_MAXIMUM; i++) {
		struct key_fault fault;
		struct public_key *key = public_key_read(
			set, json_object_array_get_idx(keys, i), &fault);
		if (key)
			set->items[set->count++] = key;
	}
	return set;
}

size_t key_set_count(const struct key_set *set)
{
	return set->count;
}

bool key_set_has(const struct key_set *set, enum token_algorithm algorithm)
{
	for (size_t i = 0; i < set->count; i++)
		if (public_key_fits(set->items[i], algorithm, NULL))
			return true;
	return false;
}

static size_t count_fitting(const struct key_set *set, const struct signed_text *text)
{
	size_t count = 0;
	for (size_t i = 0; i < set->count; i++)
		count += public_key_fits(set->items[i], text->algorithm, text->kid);
	return count;
}

/* Two keys may have the same id while an issuer changes them, so each is tried. */
enum key_verdict key_set_verify(const struct key_set *set, const struct signed_text *text)
{
	size_t fitting = count_fitting(set, text);
	if (fitting == 0)
		return KEY_UNKNOWN;
	if (!text->kid && fitting > 1)
		return KEY_REFUSES;
	for (size_t i = 0; i < set->count; i++)
		if (public_key_fits(set->items[i], text->algorithm, text->kid)
			&& public_key_verify(set->items[i], text))
			return KEY_ACCEPTS;
	return KEY_REFUSES;
}

static json_object *public_members(json_object *key)
{
	json_object *kept = json_new_object(), *value;
	for (size_t i = 0; i < countof(MEMBERS); i++)
		if (json_object_object_get_ex(key, MEMBERS[i], &value))
			json_put(kept, MEMBERS[i], json_object_get(value));
	return kept;
}

static const char *describe_key(const void *context, json_object *key, size_t position)
{
	json_object *kid;
	return json_object_object_get_ex(key, "kid", &kid) && kid
		? memory_format(context, "key %s", json_line(kid))
		: memory_format(context, "key number %zu", position + 1);
}

/* Keys of the other algorithm are kept, but no token can use them. */
static const char *find_mismatch(const struct public_key *key, enum token_algorithm algorithm)
{
	if (public_key_fits(key, algorithm, NULL))
		return NULL;
	return algorithm == ALGORITHM_RS256 ? "it is for ES256, and the settings say RS256"
					    : "it is for RS256, and the settings say ES256";
}

static void extract(const void *context, json_object *keys, enum token_algorithm algorithm,
	json_object *out, struct ignored *ignored)
{
	for (size_t i = 0; i < json_object_array_length(keys); i++) {
		json_object *item = json_object_array_get_idx(keys, i);
		const struct public_key *key = NULL;
		struct key_fault fault = { "only the first 64 usable keys are kept", false };
		if (json_object_array_length(out) < KEY_SET_MAXIMUM
			&& (key = public_key_read(context, item, &fault)) != NULL) {
			json_append(out, public_members(item));
			fault = (struct key_fault){ find_mismatch(key, algorithm), true };
		}
		if (ignored && fault.reason)
			ignored_add(ignored, fault.is_for_others,
				describe_key(ignored->context, item, i), fault.reason);
	}
}

json_object *key_set_extract(const void *context, const char *document,
	enum token_algorithm algorithm, struct ignored *ignored)
{
	json_object *keys, *out = json_attach(context, json_new_array());
	if (!json_object_object_get_ex(json_read(context, document, DEPTH_MAXIMUM), "keys", &keys)
		|| !json_object_is_type(keys, json_type_array))
		return NULL;
	extract(context, keys, algorithm, out, ignored);
	return json_object_array_length(out) ? out : NULL;
}
