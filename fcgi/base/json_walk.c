/* SPDX-License-Identifier: MIT */
/* Checks the text of JSON beside json-c, which is lenient even in strict mode. */
#include "base/json_walk.h"

#include "base/json.h"
#include "base/memory.h"

#include <string.h>

/* --- strings --- */

/* True when the code unit (u and four digits) is half of a surrogate pair and its second digit is
 * one of these. */
static bool is_half(const char *unit, const char *third)
{
	return unit[0] == 'u' && (unit[1] == 'd' || unit[1] == 'D') && unit[2]
		&& strchr(third, unit[2]);
}

/* The length of a code unit's character in UTF-8. Each half of a pair counts two. */
static int64_t unit_bytes(const char *unit, bool is_of_pair)
{
	if (is_of_pair || strncmp(unit, "u00", 3) != 0)
		return is_of_pair || (unit[1] == '0' && unit[2] < '8') ? 2 : 3;
	return unit[3] < '8' ? 1 : 2;
}

/* Returns the last byte of the escape whose second byte this is, or NULL when it is invalid. */
static const char *escape_end(const char *at, struct json_walk *found)
{
	static const char HIGH[] = "89abAB", LOW[] = "cdefCDEF", HEX[] = "0123456789abcdefABCDEF";
	if (*at != 'u') {
		found->text_bytes++;
		return *at ? at : NULL;
	}
	if (strspn(at + 1, HEX) < 4)
		return NULL;
	bool is_pair = is_half(at, HIGH) && at[5] == '\\' && is_half(at + 6, LOW)
		&& strspn(at + 7, HEX) >= 4;
	found->text_bytes += unit_bytes(at, is_pair);
	if (is_pair)
		found->text_bytes += unit_bytes(at + 6, true);
	found->has_nul |= strncmp(at, "u0000", 5) == 0;
	found->has_half_pair |= !is_pair && (is_half(at, HIGH) || is_half(at, LOW));
	return is_pair ? at + 10 : at + 4;
}

/* Returns the position after the string that begins at `at`; NULL when it has a control character
 * or does not end. */
static const char *string_end(const char *at, struct json_walk *found)
{
	for (at++; *at != '"'; at++) {
		if ((unsigned char)*at < 0x20)
			return NULL;
		if (*at != '\\')
			found->text_bytes++;
		else if (!(at = escape_end(at + 1, found)))
			return NULL;
	}
	return at + 1;
}

/* --- scalars --- */

static const char *digits_end(const char *at)
{
	return at + strspn(at, "0123456789");
}

static bool is_number(const char *at, const char *end)
{
	const char *digits = at + (*at == '-');
	at = *digits == '0' ? digits + 1 : digits_end(digits);
	if (at > digits && *at == '.') {
		digits = at + 1;
		at = digits_end(digits);
	}
	if (at > digits && (*at == 'e' || *at == 'E')) {
		digits = at + 1 + (at[1] == '+' || at[1] == '-');
		at = digits_end(digits);
	}
	return at > digits && at == end;
}

/* Returns the position after the scalar that begins at `at`; NULL when the standard does not allow
 * it. */
static const char *scalar_end(const char *at)
{
	static const char *const WORDS[] = { "true", "false", "null" };
	const char *end = at + strcspn(at, " \t\r\n{}[],:\"");
	for (size_t i = 0; i < countof(WORDS); i++)
		if ((size_t)(end - at) == strlen(WORDS[i])
			&& memcmp(at, WORDS[i], strlen(WORDS[i])) == 0)
			return end;
	return is_number(at, end) ? end : NULL;
}

/* --- the walk --- */

bool json_walk(const char *text, struct json_walk *found)
{
	int depth = 0;
	*found = (struct json_walk){ 0 };
	for (const char *at = text; *at;) {
		if (*at == '"') {
			at = string_end(at, found);
		} else if (strchr(" \t\r\n{}[],:", *at)) {
			depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
			found->members += *at == ':';
			found->names += *at == ':' && depth == 1;
			at++;
		} else {
			found->nulls += *at == 'n';
			at = scalar_end(at);
		}
		if (!at)
			return false;
	}
	return true;
}

/* --- what json-c made of it --- */

static void measure(json_object *value, struct json_walk *sum)
{
	sum->nulls += value == NULL;
	if (json_object_is_type(value, json_type_string))
		sum->text_bytes += json_object_get_string_len(value);
	if (json_object_is_type(value, json_type_array))
		for (size_t i = 0; i < json_object_array_length(value); i++)
			measure(json_object_array_get_idx(value, i), sum);
	if (!json_object_is_type(value, json_type_object))
		return;
	struct json_object_iterator at = json_object_iter_begin(value),
				    end = json_object_iter_end(value);
	for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
		sum->members++;
		sum->text_bytes += (int64_t)strlen(json_object_iter_peek_name(&at));
		measure(json_object_iter_peek_value(&at), sum);
	}
}

static enum json_walk_fit compare(const struct json_walk *found, json_object *json)
{
	struct json_walk sum = { 0 };
	measure(json, &sum);
	if (sum.members != found->members)
		return sum.members < found->members ? JSON_REPEATS : JSON_LACKS;
	return sum.nulls == found->nulls && sum.text_bytes == found->text_bytes ? JSON_FITS
										: JSON_LACKS;
}

/* A member may also be missing because memory was short. It is present when the text is parsed
 * again. */
enum json_walk_fit json_walk_fit(const void *context, const struct json_walk *found,
	json_object *json, const char *text, int depth)
{
	enum json_walk_fit fit = compare(found, json);
	if (fit != JSON_REPEATS)
		return fit;
	return compare(found, json_read(context, text, depth)) == JSON_REPEATS ? JSON_REPEATS
									       : JSON_LACKS;
}
