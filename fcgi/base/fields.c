/* SPDX-License-Identifier: MIT */
/* Parses text into the slots of a struct by a table of fields, with one wording for errors. */
#include "base/fields.h"

#include "base/calendar.h"
#include "base/field_kinds.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *slot_of(const struct field *field, void *target)
{
	return (char *)target + field->offset;
}

const char *field_expectation(const struct field *field, const void *context)
{
	const struct field_kind *kind = field_kind_of(field->type);
	return kind->words ? kind->words : kind->expectation(field, context);
}

static bool holds_text(enum field_type type)
{
	return type == FIELD_TEXT || type == FIELD_LONG_TEXT || type == FIELD_LIST
		|| type == FIELD_FILE;
}

/* Returns the error for a refused text: about its bytes, or the expectation of the type. */
static const char *complaint(const struct field *field, const void *context, const char *text)
{
	bool may_break = field->type == FIELD_LONG_TEXT;
	if (holds_text(field->type)
		&& (text_has_control(text) || (!may_break && strpbrk(text, "\t\n"))))
		return "must not hold control characters";
	return field_expectation(field, context);
}

const char *field_set(const struct field *field, const void *context, void *target,
	const char *text, size_t length)
{
	if (field->type != FIELD_BYTES && !text_is_utf8(text, length))
		return "must be UTF-8 without NUL";
	const char *copy = memory_copy_bytes(context, text, length);
	const struct field_into into = { field, context, slot_of(field, target), length };
	return field_kind_of(field->type)->set(&into, copy) ? NULL
							    : complaint(field, context, copy);
}

const char *field_set_list(const struct field *field, const void *context, void *target,
	const char *const *words, size_t count)
{
	const struct field_into into = { field, context, slot_of(field, target), 0 };
	if (field->type == FIELD_LIST && field_kind_set_words(&into, words, count))
		return NULL;
	return field_expectation(field, context);
}

const char *field_show(const struct field *field, const void *context, const void *target)
{
	const struct field_from from = { field, context, (const char *)target + field->offset };
	const char *text = field_kind_of(field->type)->show(&from);
	return text && field->is_secret ? "(hidden)" : text;
}

/* Tries the default on a slot of its own, since the table's struct is not available here. */
static bool has_good_fallback(const struct field *field)
{
	if (!field->fallback)
		return true;
	if (field->is_required)
		return false;
	/* a host without time zones is not an error of the table */
	if (field->type == FIELD_ZONE)
		return zones_are_missing() || zone_exists(field->fallback);
	union {
		struct text_list list;
		struct optional_time time;
		struct optional_number number;
		struct month month;
		struct field_bytes bytes;
	} slot;
	struct field alone = *field;
	alone.offset = 0;
	void *context = memory_context(NULL);
	bool is_good = field_set(&alone, context, &slot, field->fallback, strlen(field->fallback))
		== NULL;
	memory_free(context);
	return is_good;
}

static bool is_repeated(const struct field *table, const struct field *field)
{
	for (const struct field *earlier = table; earlier < field; earlier++)
		if (text_equals(earlier->name, field->name) && earlier->source == field->source)
			return true;
	return false;
}

const struct field *field_table_fault(const struct field *table)
{
	for (const struct field *field = table; field->name; field++) {
		const struct field_kind *kind = field_kind_of(field->type);
		if (!*field->name || !kind || (kind->is_sound && !kind->is_sound(field))
			|| !has_good_fallback(field) || is_repeated(table, field))
			return field;
	}
	return NULL;
}

const struct field *field_find(
	const struct field *table, const char *name, enum field_source source)
{
	for (const struct field *field = table; field->name; field++)
		if (text_equals(field->name, name)
			&& (field->source == source || source == FIELD_ANYWHERE
				|| field->source == FIELD_ANYWHERE))
			return field;
	return NULL;
}

void field_set_fallbacks(const struct field *table, const void *context, void *target)
{
	for (const struct field *field = table; field->name; field++)
		if (field->fallback
			&& field_set(
				field, context, target, field->fallback, strlen(field->fallback))) {
			fprintf(stderr, "event=bad_fallback field=%s\n", field->name);
			abort();
		}
}

void field_errors_add(
	struct field_errors *errors, const void *context, const char *field, const char *detail)
{
	errors->items = memory_grow(context, errors->items, struct field_error, errors->count + 1);
	errors->items[errors->count++] = (struct field_error){ memory_copy_text(context, field),
		memory_copy_text(context, detail) };
}
