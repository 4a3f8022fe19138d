/* SPDX-License-Identifier: MIT */
/* Reads the JSON of tokens through libjwt, which is given an unsigned token of our own making: it parses and never judges. */
#include "auth/claims.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <jwt.h>
#include <stdlib.h>
#include <string.h>

/* {"alg":"none"}: with the token's own header, libjwt would look for keys and refuse types it does not know. */
static const char UNSIGNED_HEADER[] = "eyJhbGciOiJub25lIn0.";

#define LATEST_TIME INT64_C(253402300799)       /* the end of the year 9999 */

struct claims { const void *context; jwt_t *jwt; };

static void release_claims(void *jwt)
{
	jwt_free(jwt);
}

static jwt_t *parse(const void *context, const char *part, size_t size)
{
	char *token = memory_array(context, char, sizeof UNSIGNED_HEADER + size + 1);
	memcpy(token, UNSIGNED_HEADER, sizeof UNSIGNED_HEADER - 1);
	memcpy(token + sizeof UNSIGNED_HEADER - 1, part, size);
	token[sizeof UNSIGNED_HEADER - 1 + size] = '.';
	jwt_t *jwt = NULL;
	int fault = jwt_decode(&jwt, token, NULL, 0);
	if (fault == ENOMEM)
		memory_exhausted();
	if (fault)
		return NULL;
	memory_attach(context, jwt, release_claims);
	return jwt;
}

/* Members of all objects in good JSON: the colons outside its texts. */
static size_t count_members(const char *json, size_t length)
{
	size_t count = 0;
	bool is_text = false;
	for (size_t i = 0; i < length; i++) {
		if (is_text && json[i] == '\\')
			i++;
		else if (json[i] == '"')
			is_text = !is_text;
		else if (!is_text && json[i] == ':')
			count++;
	}
	return count;
}

/* Of two members with one name libjwt keeps the last, so a parsed object that is smaller than its text had two. */
static bool is_one_plain_object(jwt_t *jwt, const char *json, size_t length)
{
	char *kept = jwt_get_grants_json(jwt, NULL);
	bool is_plain = kept && kept[0] == '{' && !memchr(json, 0, length)
		&& count_members(json, length) == count_members(kept, strlen(kept));
	free(kept);
	return is_plain;
}

struct claims *claims_read(const void *context, const char *part, size_t size)
{
	unsigned char *json;
	size_t length;
	if (!text_from_base64url(context, part, size, &json, &length))
		return NULL;
	jwt_t *jwt = parse(context, part, size);
	if (!jwt || !is_one_plain_object(jwt, (const char *)json, length))
		return NULL;
	struct claims *claims = memory_new(context, struct claims);
	*claims = (struct claims){ context, jwt };
	return claims;
}

/* The claim as JSON text, NULL when there is none. */
static char *as_json(const struct claims *claims, const char *name)
{
	char *json = jwt_get_grants_json(claims->jwt, name);
	char *copy = memory_copy_text(claims->context, json);
	free(json);
	return copy;
}

bool claims_has(const struct claims *claims, const char *name)
{
	return as_json(claims, name) != NULL;
}

const char *claims_text(const struct claims *claims, const char *name)
{
	return jwt_get_grant(claims->jwt, name);
}

bool claims_is_true(const struct claims *claims, const char *name)
{
	return jwt_get_grant_bool(claims->jwt, name) == 1 || text_equals(claims_text(claims, name), "true");
}

static json_object *parse_value(const struct claims *claims, const char *json)
{
	json_object *value = json_tokener_parse(json);
	return value ? json_attach(claims->context, value) : NULL;
}

/* Issuers write whole seconds; the rest is for those that count finer. */
static bool is_fraction(const struct claims *claims, const char *json, int64_t *seconds)
{
	json_object *value = parse_value(claims, json);
	if (!json_object_is_type(value, json_type_double))
		return false;
	double number = json_object_get_double(value);
	if (!(number >= 0 && number <= (double)LATEST_TIME))
		return false;
	*seconds = (int64_t)number;
	return true;
}

enum claim_state claims_time(const struct claims *claims, const char *name, int64_t *seconds)
{
	const char *json = as_json(claims, name);
	if (!json)
		return CLAIM_ABSENT;
	return text_to_number(json, 0, LATEST_TIME, seconds) || is_fraction(claims, json, seconds) ? CLAIM_GOOD : CLAIM_BAD;
}

static bool is_among(const char *text, const struct text_list *words)
{
	for (size_t i = 0; i < words->count; i++)
		if (text_equals(words->items[i], text))
			return true;
	return false;
}

/* An array in which something is no text is refused whole. */
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

enum claim_state claims_names(const struct claims *claims, const char *name, const struct text_list *words)
{
	const char *text = claims_text(claims, name);
	if (text)
		return is_among(text, words) ? CLAIM_GOOD : CLAIM_BAD;
	const char *json = as_json(claims, name);
	if (!json)
		return CLAIM_ABSENT;
	json_object *value = parse_value(claims, json);
	return json_object_is_type(value, json_type_array) && has_one_among(value, words) ? CLAIM_GOOD : CLAIM_BAD;
}

size_t claims_count(const struct claims *claims, const char *name)
{
	const char *json = as_json(claims, name);
	json_object *value = json ? parse_value(claims, json) : NULL;
	if (!json)
		return 0;
	return json_object_is_type(value, json_type_array) ? json_object_array_length(value) : 1;
}
