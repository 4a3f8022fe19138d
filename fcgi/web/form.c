/* SPDX-License-Identifier: MIT */
/* Reads form bodies into pairs, and pairs into fields. */
#include "web/form.h"

#include "base/memory.h"
#include "base/text.h"
#include "web/input.h"
#include "web/multipart.h"

#include <string.h>

static bool decode(
	const void *context, const char *raw, size_t size, struct request_text *out, size_t *length)
{
	char *text;
	out->is_good = text_percent_decode(context, raw, size, true, &text, length)
		&& text_is_utf8(text, *length);
	out->text = text;
	return out->is_good;
}

static bool add_pair(const void *context, const char *from, size_t size, struct form *form)
{
	const char *equals = memchr(from, '=', size);
	size_t name = equals ? (size_t)(equals - from) : size;
	if (form->count == FORM_PAIRS_MAXIMUM)
		return false;
	struct form_pair *pair = &form->pairs[form->count];
	size_t length;
	if (!decode(context, from, name, &pair->name, &length) || form_text(form, pair->name.text))
		return false;
	form->count++;
	if (!decode(context, equals ? equals + 1 : "", equals ? size - name - 1 : 0, &pair->value,
		    &pair->size))
		return false;
	pair->bytes = pair->value.text;
	return true;
}

enum result form_read(const struct request *request, size_t limit, struct form *form)
{
	char *body;
	size_t length;
	enum result result = request_body(request, limit, &body, &length);
	if (result != RESULT_OK)
		return result;
	if (multipart_is(request->content_type))
		return multipart_read(request, body, length, form);
	for (const char *at = body, *end = body + length; at < end;) {
		const char *next = memchr(at, '&', (size_t)(end - at));
		size_t size = (size_t)((next ? next : end) - at);
		if (size > 0 && !add_pair(request->context, at, size, form))
			return ERR_BAD_REQUEST;
		at += size + 1;
	}
	return RESULT_OK;
}

const char *form_text(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++)
		if (text_equals(form->pairs[i].name.text, name))
			return form->pairs[i].value.text;
	return NULL;
}

/* --- fields --- */

static void set_pair(
	const struct field *table, const struct form_pair *pair, void *target, struct response *out)
{
	const char *name = pair->name.text;
	const struct field *field = table ? field_find(table, name, FIELD_BODY) : NULL;
	if (*name == '_')
		return;
	const char *fault = NULL;
	if (!field)
		fault = "is not known here";
	else if (!pair->value.is_good && field->type != FIELD_BYTES)
		fault = "must be UTF-8";
	else if (pair->size > 0)
		fault = field_set(field, out->context, target, pair->bytes, pair->size);
	if (fault)
		field_errors_add(&out->errors, out->context, name, fault);
}

enum result input_form(
	const struct field *table, const struct form *form, void *target, struct response *out)
{
	for (size_t i = 0; i < form->count; i++)
		set_pair(table, &form->pairs[i], target, out);
	for (const struct field *field = table; field && field->name; field++) {
		const char *text = form_text(form, field->name);
		if (field->source == FIELD_BODY && field->is_required && !(text && *text))
			field_errors_add(&out->errors, out->context, field->name, "is required");
	}
	return out->errors.count ? ERR_INVALID : RESULT_OK;
}
