/* SPDX-License-Identifier: MIT */
/* Catalogues of UI texts by language (templates/catalogue.ko, catalogue.en), and the formats of
 * numbers and dates. A line is `key = text`. {name} in the text is replaced by a value;
 * {name|number}, {name|date} and {name|time} format it for the language. Lines that begin with #
 * are comments. */
#ifndef DOJANG_WEB_CATALOGUE_H
#define DOJANG_WEB_CATALOGUE_H

#include "base/calendar.h"
#include "web/writer.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

enum language { LANGUAGE_KO, LANGUAGE_EN, LANGUAGE_COUNT };

/* date: "2026-11-22"; time: RFC 3339 */
enum value_form { FORM_PLAIN, FORM_NUMBER, FORM_DATE, FORM_TIME, FORM_SHORT };

/* A name split at its dots: "claim.product" has two segments, "." has none. */
struct value_name {
	const char *text;
	const char *const *segments;
	size_t segment_count;
	enum value_form form;
};

/* Literal text, or a value when text is NULL. */
struct catalogue_part {
	const char *text;
	struct value_name value;
};
struct catalogue_entry {
	const char *key;
	const struct catalogue_part *parts;
	size_t part_count;
	unsigned line;
};

struct catalogue;

/* code is "ko" or "en"; false for others. */
bool language_find(const char *code, enum language *language);
const char *language_code(enum language language);

/* Reads directory/catalogue.CODE and the same file of override_directory (may be NULL), if it
 * exists; its texts replace those with the same key. Returns NULL and sets *error ("file:line: …")
 * after an error. Allocated below context. */
const struct catalogue *catalogue_load(const void *context, enum language language,
	const char *directory, const char *override_directory, const char **error);
/* The same from a text; file is used in errors. */
const struct catalogue *catalogue_parse(const void *context, enum language language,
	const char *file, const char *text, const char **error);

const struct catalogue_entry *catalogue_find(const struct catalogue *catalogue, const char *key);
/* The entries in the order of their keys; NULL after the last. */
const struct catalogue_entry *catalogue_at(const struct catalogue *catalogue, size_t index);
enum language catalogue_language(const struct catalogue *catalogue);

/* Parses "claim.product|date" into out, below context; false when it is invalid. */
bool value_name_parse(
	const void *context, const char *bytes, size_t length, struct value_name *out);
/* Formats a text, number or boolean for the language, below context. NULL when the value does not
 * have this form. A short time has its year only if it is not that of now. */
const char *format_value(const void *context, enum language language, const char *time_zone,
	instant now, enum value_form form, json_object *value);

#endif
