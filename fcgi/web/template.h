/* SPDX-License-Identifier: MIT */
/* Templates: the logic-less mustache subset that pages and mails are written in, over json-c data.
 *
 *   {{name}} {{a.b}} {{.}}          a value, escaped in HTML; {{name|number}}, {{name|date}},
 * {{name|time}} in the language's form
 *   {{#name}}…{{/name}}             for each element of a list, or once with a value that is not
 * false
 *   {{^name}}…{{/name}}             when it is false: false, null, 0, "" or an empty list
 *   {{> mail/footer}}               another template of the same kind; alone on its line, it is
 * indented as the tag is
 *   {{< layout}}{{$part}}…{{/part}}{{/layout}}    the template layout, with its own
 * {{$part}}…{{/part}} replaced
 *   {{@ key}} {{@ claim.state.[state]}}           a message of the view's language; [name] in the
 * key stands for a value
 *   {{! comment}}
 *
 * A template's kind is its suffix: .html is escaped and becomes markup, .txt stays text. There is
 * no raw form: {{{x}}}, {{&x}} and
 * {{=…=}} are errors. Names that the data lacks are errors too (null is a value). */
#ifndef DOJANG_WEB_TEMPLATE_H
#define DOJANG_WEB_TEMPLATE_H

#include "web/catalogue.h"
#include "web/writer.h"

#include <json-c/json.h>

struct templates;

/* Markup that the program made (a chart), shown by {{name}} as it is. */
struct template_markup {
	const char *name;
	struct markup markup;
};

struct template_view {
	const struct catalogue *catalogue; /* NULL: {{@ …}} is an error */
	const char *time_zone;             /* of {{x|time}}; NULL: UTC */
	const struct template_markup *markups;
	size_t markup_count;
};

/* Parses every .html and .txt file below directory and, in the place of those with the same name,
 * below override_directory (may be NULL). Messages are looked up in catalogue now, so a wrong key
 * does not wait for its page. NULL and *error ("file:line: …") when something is wrong. */
const struct templates *templates_load(const void *context, const char *directory,
	const char *override_directory, const struct catalogue *catalogue, const char **error);

/* The same step by step, for tests: names end in .html or .txt. False and *error when something is
 * wrong. */
struct templates *templates_new(const void *context);
bool templates_add(struct templates *templates, const char *name, const char *file,
	const char *text, const char **error);
bool templates_link(
	struct templates *templates, const struct catalogue *catalogue, const char **error);

/* Shows data by the template of that name, below context. False and *error when the data does not
 * fit. */
bool template_render(const struct templates *templates, const char *name, json_object *data,
	const struct template_view *view, const void *context, struct markup *out,
	const char **error);
bool template_render_text(const struct templates *templates, const char *name, json_object *data,
	const struct template_view *view, const void *context, const char **out,
	const char **error);

#endif
