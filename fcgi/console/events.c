/* SPDX-License-Identifier: MIT */
/* The list of events. */
#include "console/events.h"

#include "console/list.h"
#include "console/routes.h"

const struct field EVENT_LIST_FIELDS[] = { LIST_CURSOR(struct event_list_fields), { 0 } };

static const struct column COLUMNS[] = {
	{ .name = "id", .kind = COLUMN_HIDDEN },
	{ .name = "name", .kind = COLUMN_TEXT, .link = "/admin/events/", .link_from = 2 },
	{ .name = "slug", .kind = COLUMN_TEXT },
	{ .name = "mode", .kind = COLUMN_WORD },
	{ .name = "starts_on", .kind = COLUMN_DATE },
	{ .name = "ends_on", .kind = COLUMN_DATE },
	{ .name = "state", .kind = COLUMN_WORD },
	{ .name = NULL },
};

static const struct list LIST = { .name = "events", .query = QUERY_CONSOLE_EVENTS, .columns = COLUMNS, .path = "/admin/events",
	.export_path = "/admin/events.csv" };

enum result event_index(const struct call *call, struct response *out)
{
	const struct event_list_fields *fields = call->fields;
	json_object *table, *data = page_new(call, "page.events", "events");
	enum result result = list_page(call, &LIST, fields->cursor, &table);
	if (result != RESULT_OK)
		return result;
	json_put(data, "table", json_object_get(table));
	json_put_text(data, "new_path", page_may(call, STAFF_MANAGER) ? "/admin/new/event" : NULL);
	json_put_text(data, "new_word", "event");
	return page_show(call, out, "list", data);
}

enum result event_export(const struct call *call, struct response *out)
{
	return list_export(call, out, &LIST);
}
