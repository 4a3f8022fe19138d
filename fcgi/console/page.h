/* SPDX-License-Identifier: MIT */
/* Pages: what every one of them shows, the way to the next, errors in the same clothes. */
#ifndef DOJANG_CONSOLE_PAGE_H
#define DOJANG_CONSOLE_PAGE_H

#include "base/json.h"
#include "console/service.h"
#include "records/edit.h"

/* Data for a page below the call's context, with all that the layout shows; title is a key of the
 * catalogue, section the first segment of the menu's path ("events"), NULL: none. */
json_object *page_new(const struct call *call, const char *title, const char *section);
/* Shows data by templates/console/NAME.html. */
enum result page_show(
	const struct call *call, struct response *out, const char *name, json_object *data);
/* The same with markup of ours in it, and times in a zone (NULL: the staff's). */
enum result page_show_view(const struct call *call, struct response *out, const char *name,
	json_object *data, const char *time_zone, const struct template_markup *markups,
	size_t markup_count);
/* Goes on at path; the page there says "done.NAME" (NULL: nothing). */
enum result page_go(
	const struct call *call, struct response *out, const char *path, const char *done);
/* The router's errors. */
void page_error(struct call *call, struct response *out);

/* A change in the name of who sent the form, done once per form. */
struct edit page_edit(const struct call *call);
/* After a change: a form sent twice goes where the first went, a success too; else out has the
 * errors, for the form to be shown again. */
enum result page_edited(const struct call *call, struct response *out, const struct edit *edit,
	enum result result, const char *path, const char *done);

/* A text of the catalogue that has no values in it; NULL: no such key. */
const char *page_text(const struct call *call, const char *key);
bool page_may(const struct call *call, enum staff_role role);

#endif
