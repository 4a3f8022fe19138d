/* SPDX-License-Identifier: MIT */
/* Pages: common data, redirects, and errors in the console's style. */
#ifndef DOJANG_CONSOLE_PAGE_H
#define DOJANG_CONSOLE_PAGE_H

#include "base/json.h"
#include "console/service.h"
#include "records/edit.h"

/* Data for a page, below the call's context, with everything that the layout shows. title is a key
 * of the catalogue; section is the first segment of the menu's path ("events"), NULL: none. */
json_object *page_new(const struct call *call, const char *title, const char *section);
/* Renders data with templates/console/NAME.html. */
enum result page_show(
	const struct call *call, struct response *out, const char *name, json_object *data);
/* The same with markup of the program, and times in a zone (NULL: the staff's). */
enum result page_show_view(const struct call *call, struct response *out, const char *name,
	json_object *data, const char *time_zone, const struct template_markup *markups,
	size_t markup_count);
/* Redirects to path; the page there shows "done.NAME" (NULL: nothing). */
enum result page_go(
	const struct call *call, struct response *out, const char *path, const char *done);
/* Renders errors of the router. */
void page_error(struct call *call, struct response *out);

/* An edit on behalf of the person who sent the form, done once per form. */
struct edit page_edit(const struct call *call);
/* After an edit: a repeated form is redirected like the first one, also after a success. Otherwise
 * out has the errors, and the form is shown again. */
enum result page_edited(const struct call *call, struct response *out, const struct edit *edit,
	enum result result, const char *path, const char *done);

/* A text of the catalogue without values; NULL: no such key. */
const char *page_text(const struct call *call, const char *key);
/* True for the name of a section of the menu, which has a picture. */
bool page_is_section(const char *name);
bool page_may(const struct call *call, enum staff_role role);

#endif
