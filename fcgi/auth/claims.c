/* SPDX-License-Identifier: MIT */
/* Parses the JSON of tokens with json-c, and checks the text for what json-c accepts against the
 * standard. */
#include "auth/claims.h"

#include "base/json.h"
#include "base/json_walk.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

#define LATEST_TIME INT64_C(253402300799) /* the end of the year 9999 */

enum { DEPTH_MAXIMUM = 32 };

struct claims {
	json_object *json;
};

/* --- the tree --- */

struct claims *claims_read(const void *context, const char *part, size_t size)
{
	unsigned char *bytes;
	size_t length;
	if (!text_from_base64url(context, part, size, &bytes, &length)
		|| !text_is_utf8((const char *)bytes, length))
		return NULL;
	struct json_walk found;
	const char *text = json_with_marks(context, (const char *)bytes);
	json_object *json = json_read(context, text, DEPTH_MAXIMUM);
	if (!json_object_is_type(json, json_type_object) || !json_walk(text, &found))
		return NULL;
	if (json_walk_fit(context, &found, json, text, DEPTH_MAXIMUM) == JSON_LACKS)
		memory_exhausted();
	if (found.names != json_object_object_length(json))
		return NULL;
	struct claims *claims = memory_new(context, struct claims);
	claims->json = json;
	return claims;
}

/* --- claims --- */

bool claims_has(const struct claims *claims, const char *name)
{
	return json_object_object_get_ex(claims->json, name, NULL);
}

static json_object *value_of(const struct claims *claims, const char *name)
{
	return json_object_object_get(claims->json, name);
}

const char *claims_text(const struct claims *claims, const char *name)
{
	json_object *value = value_of(claims, name);
	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

bool claims_is_true(const struct claims *claims, const char *name)
{
	json_object *value = value_of(claims, name);
	return (json_object_is_type(value, json_type_boolean) && json_object_get_boolean(value))
		|| text_equals(claims_text(claims, name), "true");
}

/* Most issuers write whole seconds. Some write fractions. */
static bool read_fraction(json_object *value, int64_t *seconds)
{
	double number = json_object_get_double(value);
	if (!(number >= 0 && number <= (double)LATEST_TIME))
		return false;
	*seconds = (int64_t)number;
	return true;
}

/* json-c clamps numbers beyond 64 bits. */
static bool read_whole(json_object *value, int64_t *seconds)
{
	int64_t number = json_object_get_int64(value);
	if (number < 0 || number > LATEST_TIME)
		return false;
	*seconds = number;
	return true;
}

enum claim_state claims_time(const struct claims *claims, const char *name, int64_t *seconds)
{
	json_object *value = value_of(claims, name);
	if (json_object_is_type(value, json_type_int))
		return read_whole(value, seconds) ? CLAIM_GOOD : CLAIM_BAD;
	if (json_object_is_type(value, json_type_double))
		return read_fraction(value, seconds) ? CLAIM_GOOD : CLAIM_BAD;
	return claims_has(claims, name) ? CLAIM_BAD : CLAIM_ABSENT;
}

static bool is_among(const char *text, const struct text_list *words)
{
	for (size_t i = 0; i < words->count; i++)
		if (text_equals(words->items[i], text))
			return true;
	return false;
}

/* An array with an element that is not text is refused. */
static bool has_one_among(json_object *array, const struct text_list *words)
{
	bool is_found = false;
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		json_object *item = json_object_array_get_idx(array, i);
		if (!json_object_is_type(item, json_type_string))
			return false;
		is_found = is_found || is_among(json_object_get_string(item), words);
	}
	return is_found;
}

enum claim_state claims_names(
	const struct claims *claims, const char *name, const struct text_list *words)
{
	json_object *value = value_of(claims, name);
	if (json_object_is_type(value, json_type_string))
		return is_among(json_object_get_string(value), words) ? CLAIM_GOOD : CLAIM_BAD;
	if (json_object_is_type(value, json_type_array))
		return has_one_among(value, words) ? CLAIM_GOOD : CLAIM_BAD;
	return claims_has(claims, name) ? CLAIM_BAD : CLAIM_ABSENT;
}

size_t claims_count(const struct claims *claims, const char *name)
{
	json_object *value = value_of(claims, name);
	if (!claims_has(claims, name))
		return 0;
	return json_object_is_type(value, json_type_array) ? json_object_array_length(value) : 1;
}
