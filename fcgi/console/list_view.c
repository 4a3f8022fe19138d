/* SPDX-License-Identifier: MIT */
/* Shows a list as a page, or sends it as CSV. */
#include "console/list_view.h"

enum result list_view_show(const struct call *call, struct response *out,
	const struct list_view *view, const char *cursor)
{
	struct list list;
	json_object *table, *data = page_new(call, view->title, view->section);
	enum result result = view->make(call, &list);
	if (result == RESULT_OK && view->offer)
		result = view->offer(call, &list);
	if (result == RESULT_OK)
		result = list_page(call, &list, cursor, &table);
	if (result != RESULT_OK)
		return result;
	json_put(data, "table", json_object_get(table));
	json_put_text(data, "new_path",
		view->new_path && page_may(call, view->may_make) ? view->new_path : NULL);
	json_put_text(data, "new_word", view->new_word);
	return page_show(call, out, view->template ? view->template : "list", data);
}

enum result list_view_export(
	const struct call *call, struct response *out, const struct list_view *view)
{
	struct list list;
	enum result result = view->make(call, &list);
	return result == RESULT_OK ? list_export(call, out, &list) : result;
}
