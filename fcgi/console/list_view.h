/* SPDX-License-Identifier: MIT */
/* Pages that are one list, and the list's CSV. */
#ifndef DOJANG_CONSOLE_LIST_VIEW_H
#define DOJANG_CONSOLE_LIST_VIEW_H

#include "console/list.h"

struct list_view {
	const char *title, *section; /* see page_new */
	/* The list that the call asks for, its values below the call's context; ERR_BAD_REQUEST: it
	 * cannot be asked for so. */
	enum result (*make)(const struct call *call, struct list *list);
	/* What the page alone offers to choose from; NULL: what make has put there. */
	enum result (*offer)(const struct call *call, struct list *list);
	/* of the button above it, "new.WORD" of the catalogue; NULL: none */
	const char *new_path, *new_word;
	enum staff_role may_make; /* who sees the button */
};

enum result list_view_show(const struct call *call, struct response *out,
	const struct list_view *view, const char *cursor);
enum result list_view_export(
	const struct call *call, struct response *out, const struct list_view *view);

#endif
