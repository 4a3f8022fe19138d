/* SPDX-License-Identifier: MIT */
/* Renders the filters and sort order above a list. */
#include "console/list.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

static json_object *filter_new(json_object *filters, const char *name, const char *value)
{
	json_object *filter = json_new_object();
	json_put_text(filter, "name", name);
	json_put_text(filter, "value", value ? value : "");
	json_put_bool(filter, "is_sort", text_equals(name, "sort"));
	json_append(filters, filter);
	return filter;
}

static json_object *option_new(
	const char *value, const char *word, const char *label, const char *chosen)
{
	json_object *option = json_new_object();
	json_put_text(option, "value", value);
	json_put_text(option, "word", word);
	json_put_text(option, "label", label);
	json_put_bool(option, "is_chosen", text_equals(value, chosen));
	return option;
}

json_object *list_filters_new(const struct call *call)
{
	return json_attach(call->context, json_new_array());
}

void list_filters_words(
	json_object *filters, const char *name, const char *const *words, const char *chosen)
{
	json_object *filter = filter_new(filters, name, chosen), *options = json_new_array();
	for (size_t i = 0; words[i]; i++)
		json_append(options, option_new(words[i], words[i], NULL, chosen));
	json_put_bool(filter, "is_select", true);
	json_put(filter, "options", options);
}

void list_filters_rows(
	json_object *filters, const char *name, json_object *rows, const char *chosen)
{
	json_object *filter = filter_new(filters, name, chosen), *options = json_new_array();
	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		json_object *row = json_object_array_get_idx(rows, i);
		json_append(options,
			option_new(json_object_get_string(json_object_object_get(row, "value")),
				NULL, json_object_get_string(json_object_object_get(row, "label")),
				chosen));
	}
	json_put_bool(filter, "is_select", true);
	json_put(filter, "options", options);
}

void list_filters_text(json_object *filters, const char *name, const char *typed)
{
	json_object *filter = filter_new(filters, name, typed);
	json_put_bool(filter, "is_select", false);
	json_put_bool(filter, "is_number", false);
	json_put_null(filter, "options");
}

void list_filters_digits(json_object *filters, const char *name, const char *typed)
{
	list_filters_text(filters, name, typed);
	json_put_bool(json_object_array_get_idx(filters, json_object_array_length(filters) - 1),
		"is_number", true);
}

bool list_filters_knows(const char *const *words, const char *value)
{
	if (!value || !*value)
		return true;
	for (size_t i = 0; words[i]; i++)
		if (text_equals(words[i], value))
			return true;
	return false;
}

bool list_filters_number(const char *typed, uint64_t *number)
{
	int64_t value = 0;
	bool is_good = !typed || !*typed
		|| text_to_number(typed, 1, ((int64_t)1 << 53) - 1, &value);
	*number = (uint64_t)value;
	return is_good;
}

const char *list_beginning(const void *context, const char *text)
{
	struct writer pattern = { .context = context };
	for (const char *at = text; *at; at++) {
		if (strchr("%_\\", *at))
			writer_put_text(&pattern, "\\");
		writer_put(&pattern, at, 1);
	}
	writer_put_text(&pattern, "%");
	return writer_text(&pattern);
}
