/* SPDX-License-Identifier: MIT */
/* Serves every list by cursor. */
#include "api/page.h"

#include "base/memory.h"
#include "base/text.h"
#include "web/cursor.h"

/* NULL: PAGE_LISTS lacks the route. */
static const struct page_list *find_list(const struct route *route)
{
	const struct page_list *list = PAGE_LISTS;
	while (list->path && !text_equals(list->path, route->path))
		list++;
	return list->path ? list : NULL;
}

/* A part of the path, or of the query beside the page. */
static bool is_filter(const struct field *field)
{
	return !text_equals(field->name, "limit") && !text_equals(field->name, "cursor");
}

/* The name of the list in its cursors: the route, and what the list is filtered by. */
static const char *cursor_name(const struct call *call)
{
	static const char PREFIX[] = "/api/v1/";
	const char *name = call->route->path + sizeof PREFIX - 1;
	for (const struct field *field = call->route->fields; field->name; field++)
		if (is_filter(field))
			name = memory_format(call->context, "%s?%s=%s", name, field->name,
				field_show(field, call->context, call->fields));
	return name;
}

static uint64_t caller_id(const struct call *call)
{
	if (is_visitor(call))
		return 0;
	return call->route->role == ROLE_SHOP ? key_of(call)->id
					      : caller_of(call)->customer.id.value;
}

void page_add(struct page *page, json_object *item, uint64_t position)
{
	json_append(page->items, item);
	page->last = position;
}

enum result page_list_show(const struct call *call, struct response *out)
{
	const struct page_fields *fields = call->fields;
	const char *name = cursor_name(call), *secret = api_of(call)->secret;
	uint64_t caller = caller_id(call);
	struct page page = { .limit = (size_t)fields->limit, .out = out };
	if (fields->cursor
		&& !cursor_read(
			call->context, secret, name, caller, fields->cursor, &page.position))
		return response_field_error(out, ERR_BAD_REQUEST, "cursor",
			"must be the `next` of this list, as it was given to this caller");
	json_object *json = json_new_object();
	page.items = json_new_array();
	json_put(json, "items", page.items);
	response_json(out, json);
	const struct page_list *list = find_list(call->route);
	enum result result = list ? list->read(call, &page) : ERR_INTERNAL;
	json_put_text(json, "next",
		page.has_more ? cursor_write(call->context, secret, name, caller, page.last)
			      : NULL);
	return result == RESULT_OK && is_visitor(call) ? visitor_response(call, out) : result;
}
