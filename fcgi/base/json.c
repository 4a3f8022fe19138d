/* SPDX-License-Identifier: MIT */
/* Builds JSON with json-c. Out of memory ends the process. */
#include "base/json.h"

#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static json_object *checked(json_object *object)
{
	if (!object)
		memory_exhausted();
	return object;
}

static json_object *new_text(const char *text)
{
	return text ? checked(json_object_new_string(text)) : NULL;
}

json_object *json_new_object(void)
{
	return checked(json_object_new_object());
}

json_object *json_new_array(void)
{
	return checked(json_object_new_array());
}

void json_put(json_object *object, const char *name, json_object *value)
{
	if (json_object_object_add(object, name, value) != 0)
		memory_exhausted();
}

void json_put_text(json_object *object, const char *name, const char *text)
{
	json_put(object, name, new_text(text));
}

void json_put_number(json_object *object, const char *name, int64_t number)
{
	json_put(object, name, checked(json_object_new_int64(number)));
}

void json_put_optional(json_object *object, const char *name, struct optional_number number)
{
	json_put(object, name, number.is_set ? checked(json_object_new_int64(number.value)) : NULL);
}

void json_put_bool(json_object *object, const char *name, bool truth)
{
	json_put(object, name, checked(json_object_new_boolean(truth)));
}

void json_put_null(json_object *object, const char *name)
{
	json_put(object, name, NULL);
}

void json_append(json_object *array, json_object *value)
{
	if (json_object_array_add(array, value) != 0)
		memory_exhausted();
}

void json_append_text(json_object *array, const char *text)
{
	json_append(array, new_text(text));
}

static void release(void *object)
{
	json_object_put(object);
}

json_object *json_attach(const void *context, json_object *object)
{
	memory_attach(context, object, release);
	return object;
}

/* json-c 0.16 silently omits what it cannot allocate when it formats: a name became "". */
static const char *written(json_object *object, int flags)
{
	errno = 0;
	const char *text = json_object_to_json_string_ext(
		object, flags | JSON_C_TO_STRING_NOSLASHESCAPE);
	if (!text || errno == ENOMEM)
		memory_exhausted();
	return text;
}

const char *json_line(json_object *object)
{
	return written(object, JSON_C_TO_STRING_PLAIN);
}

const char *json_pretty(json_object *object)
{
	return written(object, JSON_C_TO_STRING_PRETTY);
}

char *json_text(const void *context, json_object *object)
{
	return memory_copy_text(context, json_line(object));
}

/* --- pairs of surrogates --- */

/* True for \uXXXX with a code unit of the 1024 from first on. */
static bool read_half(const char *at, uint32_t first, uint32_t *unit)
{
	char digits[5] = "";
	if (at[0] != '\\' || at[1] != 'u' || strspn(at + 2, "0123456789abcdefABCDEF") < 4)
		return false;
	memcpy(digits, at + 2, 4);
	*unit = (uint32_t)strtoul(digits, NULL, 16) - first;
	return *unit < 0x400;
}

static size_t put_character(char *out, uint32_t high, uint32_t low)
{
	uint32_t character = 0x10000 + (high << 10 | low);
	out[0] = (char)(0xF0 | character >> 18);
	for (unsigned i = 1; i < 4; i++)
		out[i] = (char)(0x80 | (character >> (18 - 6 * i) & 0x3F));
	return 4;
}

const char *json_without_pairs(const void *context, const char *text, size_t *length)
{
	uint32_t high, low;
	size_t to = 0;
	if (!strstr(text, "\\u"))
		return text;
	char *out = memory_copy_bytes(context, text, *length);
	for (size_t from = 0; from < *length;) {
		if (read_half(text + from, 0xD800, &high)
			&& read_half(text + from + 6, 0xDC00, &low)) {
			to += put_character(out + to, high, low);
			from += 12;
			continue;
		}
		if (text[from] == '\\') /* the escaped character starts no pair */
			out[to++] = text[from++];
		if (from < *length)
			out[to++] = text[from++];
	}
	out[to] = 0;
	*length = to;
	return out;
}

/* The length of the escape at a backslash, which is replaced when C strings or UTF-8 cannot have
 * its character. */
static size_t mark_escape(char *escape)
{
	uint32_t unit;
	bool is_high = read_half(escape, 0xD800, &unit);
	if (is_high && read_half(escape + 6, 0xDC00, &unit))
		return 12;
	if (is_high || read_half(escape, 0xDC00, &unit) || strncmp(escape, "\\u0000", 6) == 0)
		memcpy(escape + 2, "0001", 4);
	return escape[1] ? 2 : 1;
}

const char *json_with_marks(const void *context, const char *text)
{
	if (!strstr(text, "\\u"))
		return text;
	char *out = memory_copy_text(context, text);
	for (char *at = out; (at = strchr(at, '\\')) != NULL;)
		at += mark_escape(at);
	return out;
}

/* --- reading --- */

static json_object *parse(
	const char *text, size_t length, int depth, int flags, enum json_tokener_error *error)
{
	json_tokener *tokener = json_tokener_new_ex(depth);
	if (!tokener)
		memory_exhausted();
	json_tokener_set_flags(tokener, flags | JSON_TOKENER_VALIDATE_UTF8);
	errno = 0;
	/* including the NUL, which ends a number */
	json_object *json = json_tokener_parse_ex(tokener, text, (int)length + 1);
	*error = json_tokener_get_error(tokener);
	if (!json && errno == ENOMEM)
		memory_exhausted();
	if (*error == json_tokener_success && json_tokener_get_parse_end(tokener) < length)
		*error = json_tokener_error_parse_unexpected;
	json_tokener_free(tokener);
	if (*error == json_tokener_success)
		return json;
	json_object_put(json);
	return NULL;
}

json_object *json_parse(const char *text, size_t length, int depth, enum json_tokener_error *error)
{
	json_object *json = parse(text, length, depth, JSON_TOKENER_STRICT, error);
	/* Since json-c 0.17 a number beyond 64 bits is such an error, but it is valid JSON. */
	if (*error == json_tokener_error_parse_number)
		json = parse(text, length, depth, 0, error);
	return json;
}

json_object *json_read(const void *context, const char *text, int depth)
{
	enum json_tokener_error error;
	size_t length = strlen(text);
	text = json_without_pairs(context, text, &length);
	json_object *object = json_parse(text, length, depth, &error);
	return object ? json_attach(context, object) : NULL;
}
