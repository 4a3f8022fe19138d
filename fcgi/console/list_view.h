/* SPDX-License-Identifier: MIT */
/* Pages that are one list, and the list as CSV. */
#ifndef DOJANG_CONSOLE_LIST_VIEW_H
#define DOJANG_CONSOLE_LIST_VIEW_H

#include "console/list.h"

struct list_view {
	const char *title, *section; /* see page_new */
	/* Makes the requested list, with its values below the call's context. ERR_BAD_REQUEST: the
	 * request is invalid. */
	enum result (*make)(const struct call *call, struct list *list);
	/* Adds choices that only the page offers; NULL: none beside those of make. */
	enum result (*offer)(const struct call *call, struct list *list);
	/* of the button above the list, "new.WORD" of the catalogue; NULL: none */
	const char *new_path, *new_word;
	enum staff_role may_make; /* the role that sees the button */
	const char *template;     /* templates/console/NAME.html; NULL: list */
};

enum result list_view_show(const struct call *call, struct response *out,
	const struct list_view *view, const char *cursor);
enum result list_view_export(
	const struct call *call, struct response *out, const struct list_view *view);

#endif
