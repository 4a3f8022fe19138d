/* SPDX-License-Identifier: MIT */
/* Templates of pages and mails: a logic-less subset of mustache over json-c data.
 *
 * - {{name}}, {{a.b}}, {{.}}: a value, escaped in HTML
 * - {{name|number}}, {{name|date}}, {{name|time}}, {{name|short}} (a time, for tables): a value in
 *   the format of the language
 * - {{#name}}…{{/name}}: for each element of a list, or once for a value that is not false
 * - {{^name}}…{{/name}}: when the value is false: false, null, 0, "" or an empty list
 * - {{> mail/footer}}: another template of the same kind. Alone on its line, it is indented like
 * the tag.
 * - {{< layout}}{{$part}}…{{/part}}{{/layout}}: the template layout, with its {{$part}}…{{/part}}
 * replaced
 * - {{@ key}}, {{@ claim.state.[state]}}: a UI text in the language of the view. [name] in the key
 * is replaced by a value.
 * - {{! comment}}
 *
 * The suffix of a template is its kind: .html is escaped and becomes markup, .txt stays text. There
 * is no unescaped form: {{{x}}}, {{&x}} and {{=…=}} are errors. Names that the data does not have
 * are errors too (null is a value). */
#ifndef DOJANG_WEB_TEMPLATE_H
#define DOJANG_WEB_TEMPLATE_H

#include "web/catalogue.h"
#include "web/writer.h"

#include <json-c/json.h>

struct templates;

/* Markup made by the program, such as a chart. {{name}} shows it unescaped. */
struct template_markup {
	const char *name;
	struct markup markup;
};

struct template_view {
	const struct catalogue *catalogue; /* NULL: {{@ …}} is an error */
	const char *time_zone;             /* for {{x|time}}; NULL: UTC */
	const struct template_markup *markups;
	size_t markup_count;
	instant now; /* for {{x|short}} */
};

/* Parses every .html and .txt file below directory and below override_directory (may be NULL),
 * whose files replace those with the same name. UI texts are looked up in catalogue now, so an
 * unknown key is an error at the start. Returns NULL and sets *error ("file:line: …") after an
 * error. */
const struct templates *templates_load(const void *context, const char *directory,
	const char *override_directory, const struct catalogue *catalogue, const char **error);
/* The same with the catalogues of all languages, each checked. Returns NULL, or an error. */
const char *templates_load_all(const void *context, const char *directory,
	const char *override_directory, const struct catalogue *catalogues[LANGUAGE_COUNT],
	const struct templates **templates);

/* The same in steps, for tests. Names end in .html or .txt. False, with *error set, after an error.
 */
struct templates *templates_new(const void *context);
bool templates_add(struct templates *templates, const char *name, const char *file,
	const char *text, const char **error);
bool templates_link(
	struct templates *templates, const struct catalogue *catalogue, const char **error);

/* Renders data with the template of that name, below context. False, with *error set, when the data
 * does not fit. */
bool template_render(const struct templates *templates, const char *name, json_object *data,
	const struct template_view *view, const void *context, struct markup *out,
	const char **error);
bool template_render_text(const struct templates *templates, const char *name, json_object *data,
	const struct template_view *view, const void *context, const char **out,
	const char **error);

#endif
