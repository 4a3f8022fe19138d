/* SPDX-License-Identifier: MIT */
/* Reads a JSON body into fields. json-c parses the values; a check of the text refuses what json-c
 * accepts against the standard. */
#include "web/input.h"

#include "base/json.h"
#include "base/json_walk.h"
#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { BODY_DEPTH = 8, ID_TEXT = 21 /* sign, digits and a comma */ };

/* --- the text --- */

/* Counts the names of the outermost object; -1 when the text is not JSON. */
static json_object *parse(const void *context, const char *text, size_t length, int64_t *names)
{
	struct json_walk found;
	enum json_tokener_error error;
	text = json_without_pairs(context, text, &length);
	json_object *json = json_parse(text, length, BODY_DEPTH, &error);
	if (error == json_tokener_success && text_is_utf8(text, length) && json_walk(text, &found)
		&& !found.has_half_pair) {
		if (!found.has_nul
			&& json_walk_fit(context, &found, json, text, BODY_DEPTH) == JSON_LACKS)
			memory_exhausted();
		*names = found.names;
		return json;
	}
	json_object_put(json);
	*names = -1;
	return NULL;
}

/* --- the fields --- */

static bool is_wanted_type(const struct field *field, const json_object *value)
{
	switch (field->type) {
	case FIELD_NUMBER:
	case FIELD_ID:
	case FIELD_OPTIONAL_NUMBER:
		return json_object_is_type(value, json_type_int)
			|| json_object_is_type(value, json_type_double);
	case FIELD_YES_NO: return json_object_is_type(value, json_type_boolean);
	case FIELD_IDS:
	case FIELD_LIST: return json_object_is_type(value, json_type_array);
	default: return json_object_is_type(value, json_type_string);
	}
}

static const char *set_list(
	const struct field *field, json_object *array, void *target, struct response *out)
{
	size_t count = json_object_array_length(array);
	const char **words = memory_array(out->context, const char *, count);
	for (size_t i = 0; i < count; i++) {
		json_object *item = json_object_array_get_idx(array, i);
		if (!json_object_is_type(item, json_type_string)
			|| strlen(json_object_get_string(item))
				!= (size_t)json_object_get_string_len(item))
			return field_expectation(field, out->context);
		words[i] = json_object_get_string(item);
	}
	return field_set_list(field, out->context, target, words, count);
}

/* Numbers as json-c writes them, separated by commas. */
static const char *set_ids(
	const struct field *field, json_object *array, void *target, struct response *out)
{
	size_t count = json_object_array_length(array);
	char *text = memory_array(out->context, char, count *ID_TEXT + 1), *to = text;
	*to = 0;
	for (size_t i = 0; i < count; i++) {
		json_object *item = json_object_array_get_idx(array, i);
		if (!json_object_is_type(item, json_type_int))
			return field_expectation(field, out->context);
		to += snprintf(
			to, ID_TEXT + 1, "%s%" PRId64, i ? "," : "", json_object_get_int64(item));
	}
	return field_set(field, out->context, target, text, strlen(text));
}

static const char *set_value(
	const struct field *field, json_object *value, void *target, struct response *out)
{
	if (!value && !field->is_required)
		return NULL; /* null means absent */
	if (!value || !is_wanted_type(field, value))
		return field_expectation(field, out->context);
	if (field->type == FIELD_LIST)
		return set_list(field, value, target, out);
	if (field->type == FIELD_IDS)
		return set_ids(field, value, target, out);
	if (field->type == FIELD_YES_NO) {
		const char *word = json_object_get_boolean(value) ? "yes" : "no";
		return field_set(field, out->context, target, word, strlen(word));
	}
	/* An integer of JSON Schema may be written as 300.0 or 3e2. json-c keeps the text. */
	const char *text = json_object_is_type(value, json_type_double)
		? text_of_json_integer(out->context, json_object_get_string(value))
		: json_object_get_string(value);
	if (!text)
		return field_expectation(field, out->context);
	size_t length = json_object_is_type(value, json_type_string)
		? (size_t)json_object_get_string_len(value)
		: strlen(text);
	return field_set(field, out->context, target, text, length);
}

static void set_fields(
	const struct field *table, json_object *json, void *target, struct response *out)
{
	struct json_object_iterator end = json_object_iter_end(json);
	for (struct json_object_iterator at = json_object_iter_begin(json);
		!json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
		const char *name = json_object_iter_peek_name(&at);
		const struct field *field = table ? field_find(table, name, FIELD_BODY) : NULL;
		const char *fault = field
			? set_value(field, json_object_iter_peek_value(&at), target, out)
			: "is not known here";
		if (fault)
			field_errors_add(&out->errors, out->context, name, fault);
	}
	for (const struct field *field = table; field && field->name; field++)
		if (field->source == FIELD_BODY && field->is_required
			&& !json_object_object_get_ex(json, field->name, NULL))
			field_errors_add(&out->errors, out->context, field->name, "is required");
}

enum result input_body(const struct field *table, const char *text, size_t length, void *target,
	struct response *out)
{
	int64_t names = 0;
	json_object *json = length ? parse(out->context, text, length, &names) : json_new_object();
	if (length && names < 0) {
		out->detail = "The body must be JSON in UTF-8";
		return ERR_BAD_REQUEST;
	}
	if (json)
		json_attach(out->context, json);
	if (!json_object_is_type(json, json_type_object))
		return response_field_error(out, ERR_INVALID, "body", "must be a JSON object");
	set_fields(table, json, target, out);
	if (length && names != json_object_object_length(json))
		field_errors_add(&out->errors, out->context, "body", "must not name a field twice");
	return out->errors.count ? ERR_INVALID : RESULT_OK;
}
