/* SPDX-License-Identifier: MIT */
/* Renders form fields, and their errors in the reader's language. */
#include "console/form_page.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

/* --- errors --- */

static const char *const TYPE_WORDS[] = {
	[FIELD_TEXT] = "text",
	[FIELD_LONG_TEXT] = "text",
	[FIELD_SLUG] = "slug",
	[FIELD_NUMBER] = "number",
	[FIELD_OPTIONAL_NUMBER] = "number",
	[FIELD_ID] = "choice",
	[FIELD_YES_NO] = "choice",
	[FIELD_CHOICE] = "choice",
	[FIELD_DATE] = "date",
	[FIELD_MONTH] = "date",
	[FIELD_TIME] = "date",
	[FIELD_ZONE] = "zone",
	[FIELD_LIST] = "text",
	[FIELD_FILE] = "text",
	[FIELD_BYTES] = "text",
};

static const char *find_detail(const struct response *out, const char *name)
{
	for (size_t i = 0; i < out->errors.count; i++)
		if (text_equals(out->errors.items[i].field, name))
			return out->errors.items[i].detail;
	return NULL;
}

/* The key after "wrong.": the kind of the input's error, or the domain's error of this field. */
static const char *error_key(const struct call *call, const struct form_page *form,
	const struct field *field, const char *detail)
{
	if (text_equals(detail, "is required"))
		return "required";
	if (text_equals(detail, field_expectation(field, call->context))
		|| text_starts_with(detail, "must not hold control")
		|| text_starts_with(detail, "must be UTF-8"))
		return TYPE_WORDS[field->type];
	const char *own = memory_format(call->context, "by.%s.%s", form->name, field->name),
		   *key = memory_format(call->context, "by.%s", field->name);
	if (page_text(call, memory_format(call->context, "wrong.%s", own)))
		return own;
	return page_text(call, memory_format(call->context, "wrong.%s", key)) ? key : "other";
}

/* --- fields --- */

static json_object *choices_json(const struct field *field, const char *value)
{
	json_object *list = json_new_array();
	for (size_t i = 0; field->choices && field->choices[i]; i++) {
		json_object *item = json_new_object();
		json_put_text(item, "value", field->choices[i]);
		json_put_text(item, "word", field->choices[i]);
		json_put_null(item, "label");
		json_put_bool(item, "is_chosen", text_equals(value, field->choices[i]));
		json_append(list, item);
	}
	return list;
}

static json_object *rows_json(json_object *options, const char *value)
{
	json_object *list = json_new_array();
	for (size_t i = 0; i < json_object_array_length(options); i++) {
		json_object *row = json_object_array_get_idx(options, i), *item = json_new_object();
		const char *of_row = json_object_get_string(json_object_object_get(row, "value"));
		json_put_text(item, "value", of_row);
		json_put_null(item, "word");
		json_put_text(item, "label",
			json_object_get_string(json_object_object_get(row, "label")));
		json_put_bool(item, "is_chosen", text_equals(value, of_row));
		json_append(list, item);
	}
	return list;
}

static json_object *find_options(const struct form_page *form, const char *name)
{
	for (size_t i = 0; i < form->option_count; i++)
		if (text_equals(form->options[i].field, name))
			return form->options[i].options;
	return NULL;
}

static bool is_locked(const struct form_page *form, const char *name)
{
	for (size_t i = 0; form->locked && form->locked[i]; i++)
		if (text_equals(form->locked[i], name))
			return true;
	return false;
}

/* The value of the field: as typed, as stored, or the default. An unset date is 1970-01-01. */
static const char *value_of(
	const struct call *call, const struct form_page *form, const struct field *field)
{
	if (field->is_secret)
		return NULL;
	if (call->form && !is_locked(form, field->name))
		return form_text(call->form, field->name);
	if (!form->values)
		return field->fallback;
	const char *text = field_show(field, call->context, form->values);
	return field->type == FIELD_DATE && text_equals(text, "1970-01-01") ? NULL : text;
}

static const char *input_type(const struct field *field)
{
	if (field->is_secret)
		return "password";
	if (text_equals(field->name, "email"))
		return "email";
	return field->type == FIELD_DATE ? "date" : "text";
}

static bool is_text(enum field_type type)
{
	return type == FIELD_TEXT || type == FIELD_LONG_TEXT;
}

static const char *hint_of(const struct call *call, const struct form_page *form, const char *name)
{
	if (is_locked(form, name))
		return "locked";
	const char *own = memory_format(call->context, "%s.%s", form->name, name);
	const struct catalogue *texts = catalogue_of(call);
	if (catalogue_find(texts, memory_format(call->context, "hint.%s", own)))
		return own;
	return catalogue_find(texts, memory_format(call->context, "hint.%s", name)) ? name : NULL;
}

/* --- someone else was faster --- */

static bool is_asked(const struct field *field)
{
	return field->source == FIELD_BODY && !text_equals(field->name, "version");
}

/* FNV-1a over the value of a field, to detect later whether it has changed. */
static const char *mark_of(const void *context, const char *text)
{
	uint32_t hash = 2166136261u;
	for (const char *at = text ? text : ""; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 16777619u;
	return memory_format(context, "%08x.", (unsigned)hash);
}

enum { MARK_LENGTH = 9 };

/* A mark for each field: its value when the form was made. A form that is shown again for another
 * reason keeps its marks. */
static const char *marks_of(
	const struct call *call, const struct response *out, const struct form_page *form)
{
	const char *marks = "";
	if (call->form && !find_detail(out, "version"))
		return form_text(call->form, "_was");
	for (const struct field *field = form->table; field && field->name; field++)
		if (is_asked(field))
			marks = memory_format(call->context, "%s%s", marks,
				mark_of(call->context,
					field_show(field, call->context, form->values)));
	return marks;
}

static size_t index_of(const struct form_page *form, const struct field *field)
{
	size_t index = 0;
	for (const struct field *at = form->table; at != field; at++)
		index += is_asked(at);
	return index;
}

/* The current value, when somebody else has changed it and another value was typed; "" when it was
 * emptied; else NULL. */
static const char *value_now(const struct call *call, const struct response *out,
	const struct form_page *form, const struct field *field)
{
	if (!call->form || !form->values || !find_detail(out, "version"))
		return NULL;
	const char *now = field_show(field, call->context, form->values),
		   *typed = form_text(call->form, field->name),
		   *was = form_text(call->form, "_was");
	size_t at = index_of(form, field) * MARK_LENGTH;
	bool is_same = was && strlen(was) >= at + MARK_LENGTH
		&& strncmp(was + at, mark_of(call->context, now), MARK_LENGTH) == 0;
	if (is_same || text_equals(now ? now : "", typed ? typed : ""))
		return NULL;
	return now && !(field->type == FIELD_DATE && text_equals(now, "1970-01-01")) ? now : "";
}

static json_object *field_json(const struct call *call, const struct response *out,
	const struct form_page *form, const struct field *field)
{
	const char *detail = find_detail(out, field->name), *value = value_of(call, form, field);
	json_object *json = json_new_object(), *options = find_options(form, field->name);
	bool is_fixed = is_locked(form, field->name),
	     is_select = !is_fixed && (options || field->type == FIELD_CHOICE);
	bool is_check = field->type == FIELD_YES_NO, is_area = field->type == FIELD_LONG_TEXT;
	json_put_text(json, "name", field->name);
	json_put_text(json, "value", value ? value : "");
	json_put_text(json, "type", input_type(field));
	json_put_text(json, "fixed_word", is_fixed && field->type == FIELD_CHOICE ? value : NULL);
	json_put_bool(json, "is_fixed", is_fixed);
	json_put_bool(json, "is_input",
		!is_select && !is_check && !is_area && !(is_fixed && field->type == FIELD_CHOICE));
	json_put_bool(json, "is_select", is_select);
	json_put_bool(json, "is_check", is_check);
	json_put_bool(json, "is_area", is_area);
	json_put_bool(json, "is_checked", text_equals(value, "yes"));
	json_put_bool(json, "is_required", field->is_required);
	json_put_bool(json, "is_numeric",
		field->type == FIELD_NUMBER || field->type == FIELD_OPTIONAL_NUMBER);
	json_put(json, "options", options ? rows_json(options, value) : choices_json(field, value));
	json_put_number(json, "minimum", field->minimum);
	json_put_number(json, "maximum", field->maximum);
	if (is_text(field->type))
		json_put_number(json, "length", field->maximum);
	else
		json_put_null(json, "length");
	json_put_text(json, "hint", hint_of(call, form, field->name));
	const char *now = value_now(call, out, form, field);
	bool is_word = now && field->type == FIELD_CHOICE;
	json_put_text(json, "now", now && *now && !is_word ? now : NULL);
	json_put_text(json, "now_word", is_word ? now : NULL);
	json_put_bool(json, "is_emptied", now && !*now);
	json_put_text(json, "wrong", detail ? error_key(call, form, field, detail) : NULL);
	return json;
}

json_object *form_page_fields(
	const struct call *call, const struct response *out, const struct form_page *form)
{
	json_object *list = json_new_array();
	for (const struct field *field = form->table; field && field->name; field++)
		if (is_asked(field))
			json_append(list, field_json(call, out, form, field));
	return list;
}

/* Errors of fields that the form does not show apply to the whole form. */
static const char *whole_error(
	const struct call *call, const struct response *out, const struct form_page *form)
{
	for (size_t i = 0; i < out->errors.count; i++) {
		const char *name = out->errors.items[i].field;
		const struct field *field = form->table ? field_find(form->table, name, FIELD_BODY)
							: NULL;
		const char *key = memory_format(call->context, "by.%s", name);
		if (!field || text_equals(name, "version"))
			return page_text(call, memory_format(call->context, "wrong.%s", key))
				? key
				: "other";
	}
	return NULL;
}

void form_page_put_seen(const struct call *call, const struct response *out,
	const struct form_page *form, json_object *data)
{
	const struct field *version = form->table ? field_find(form->table, "version", FIELD_BODY)
						  : NULL;
	/* the marks are still those of the first time */
	bool is_again = call->form && !find_detail(out, "version");
	json_put_text(data, "version",
		!version || !form->values ? NULL
			: is_again        ? form_text(call->form, "version")
					  : field_show(version, call->context, form->values));
	json_put_text(data, "was", version && form->values ? marks_of(call, out, form) : NULL);
	json_put_text(data, "wrong_whole", whole_error(call, out, form));
}

enum result form_page_show(const struct call *call, struct response *out,
	const struct form_page *form, json_object *data)
{
	const char *intro = memory_format(call->context, "%s.intro", form->name);
	bool has_intro = catalogue_find(
		catalogue_of(call), memory_format(call->context, "form.%s", intro));
	json_put(data, "fields", form_page_fields(call, out, form));
	json_put_text(data, "intro", has_intro ? intro : NULL);
	json_put_text(data, "send", memory_format(call->context, "%s.send", form->name));
	json_put_text(data, "back", form->back);
	json_put_text(data, "other", form->other);
	json_put_text(data, "other_word", memory_format(call->context, "%s.other", form->name));
	json_put_text(data, "another", form->another);
	json_put_text(data, "another_word", memory_format(call->context, "%s.another", form->name));
	json_put_text(data, "further", form->further);
	json_put_text(data, "further_word", memory_format(call->context, "%s.further", form->name));
	json_put_bool(data, "is_danger", form->is_danger);
	json_put_bool(data, "is_wrong", out->errors.count > 0);
	form_page_put_seen(call, out, form, data);
	return page_show(call, out, "form", data);
}
