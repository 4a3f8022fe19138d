/* SPDX-License-Identifier: MIT */
/* Formats a JSON object as readable names and values. */
#include "console/change_text.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "console/page.h"
#include "web/writer.h"

static const char *label_of(const struct call *call, const char *name)
{
	static const char *const KINDS[] = { "fact", "column", "field" };
	for (size_t i = 0; i < countof(KINDS); i++) {
		const char *label = page_text(
			call, memory_format(call->context, "%s.%s", KINDS[i], name));
		if (label)
			return label;
	}
	return name;
}

static const char *value_of(const struct call *call, json_object *value);

static const char *items_of(const struct call *call, json_object *list)
{
	struct writer words = { .context = call->context };
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		writer_put_text(&words, i ? ", " : "");
		writer_put_text(&words, value_of(call, json_object_array_get_idx(list, i)));
	}
	return writer_text(&words);
}

static const char *value_of(const struct call *call, json_object *value)
{
	if (!value)
		return "–";
	if (json_object_is_type(value, json_type_array))
		return items_of(call, value);
	const char *text = json_object_is_type(value, json_type_boolean)
		? json_object_get_boolean(value) ? "yes" : "no"
		: json_object_get_string(value);
	const char *word = json_object_is_type(value, json_type_string)
			|| json_object_is_type(value, json_type_boolean)
		? page_text(call, memory_format(call->context, "word.%s", text))
		: NULL;
	return word ? word : text;
}

const char *change_text(const struct call *call, const char *json)
{
	json_object *facts = json ? json_tokener_parse(json) : NULL;
	struct writer words = { .context = call->context };
	if (!facts || !json_object_is_type(facts, json_type_object)) {
		json_object_put(facts);
		return json;
	}
	json_attach(call->context, facts);
	json_object_object_foreach(facts, name, value)
	{
		writer_put_text(&words, words.length ? "; " : "");
		writer_put_text(&words,
			memory_format(call->context, "%s: %s", label_of(call, name),
				value_of(call, value)));
	}
	return writer_text(&words);
}
