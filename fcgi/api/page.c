/* SPDX-License-Identifier: MIT */
/* Reads and writes the cursors of lists. */
#include "api/page.h"

#include "web/cursor.h"

enum result page_position(const struct call *call, const struct page_fields *page, const char *list,
	uint64_t caller, uint64_t *position, struct response *out)
{
	*position = 0;
	if (!page->cursor
		|| cursor_read(
			call->context, api_of(call)->secret, list, caller, page->cursor, position))
		return RESULT_OK;
	return response_field_error(out, ERR_BAD_REQUEST, "cursor",
		"must be the `next` of this list, as it was given to this caller");
}

void page_answer(const struct call *call, const char *list, uint64_t caller, json_object *items,
	bool has_more, uint64_t position, struct response *out)
{
	json_object *json = json_new_object();
	json_put(json, "items", items);
	json_put_text(json, "next",
		has_more ? cursor_write(call->context, api_of(call)->secret, list, caller, position)
			 : NULL);
	response_json(out, json);
}
