/* SPDX-License-Identifier: MIT */
/* Finding customers: by the beginning of their name, by their subject, or the newest. */
#include "console/customers.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/list.h"
#include "console/routes.h"

#include <string.h>

const struct field CUSTOMER_LIST_FIELDS[] = {
	LIST_CURSOR(struct customer_list_fields),
	{ .name = "search", .type = FIELD_TEXT, .source = FIELD_QUERY, .offset = offsetof(struct customer_list_fields, search), .minimum = 0, .maximum = 255 },
	{ 0 }
};

static const struct column COLUMNS[] = {
	{ .name = "number", .kind = COLUMN_NUMBER },
	{ .name = "username", .kind = COLUMN_TEXT, .link = "/admin/customers/", .link_from = 0 },
	{ .name = "subject", .kind = COLUMN_TEXT, .link = "/admin/customers/", .link_from = 0 },
	{ .name = "state", .kind = COLUMN_WORD },
	{ .name = "points", .kind = COLUMN_NUMBER },
	{ .name = "since", .kind = COLUMN_TIME },
	{ .name = NULL },
};

static const struct list NEWEST = { .name = "customers", .query = QUERY_CONSOLE_CUSTOMERS, .columns = COLUMNS, .path = "/admin/customers",
	.export_path = "/admin/customers.csv" };

/* What LIKE takes for its own is meant literally. */
static const char *beginning(const void *context, const char *text)
{
	struct writer pattern = { .context = context };
	for (const char *at = text; *at; at++) {
		if (strchr("%_\\", *at))
			writer_put_text(&pattern, "\\");
		writer_put(&pattern, at, 1);
	}
	writer_put_text(&pattern, "%");
	return writer_text(&pattern);
}

static enum result find(const struct call *call, const char *search, json_object **table)
{
	struct db_value value = db_text(search);
	struct list list = { .name = "customers", .query = QUERY_CONSOLE_CUSTOMERS_OF_SUBJECT, .columns = COLUMNS, .values = &value, .value_count = 1 };
	enum result result = list_rows(call, &list, table);
	if (result != RESULT_OK || json_object_get_int64(json_object_object_get(*table, "count")) > 0)
		return result;
	value = db_text(beginning(call->context, search));
	list.query = QUERY_CONSOLE_CUSTOMERS_OF_NAME;
	return list_rows(call, &list, table);
}

enum result customer_index(const struct call *call, struct response *out)
{
	const struct customer_list_fields *fields = call->fields;
	json_object *table, *data = page_new(call, "page.customers", "customers");
	bool is_search = fields->search && *fields->search;
	enum result result = is_search ? find(call, fields->search, &table) : list_page(call, &NEWEST, fields->cursor, &table);
	if (result != RESULT_OK)
		return result;
	if (is_search)
		json_put_text(table, "empty", "customers-found");
	json_put(data, "table", json_object_get(table));
	json_put_text(data, "search", fields->search ? fields->search : "");
	json_put_null(data, "new_path");
	return page_show(call, out, "customers", data);
}

enum result customer_export(const struct call *call, struct response *out)
{
	return list_export(call, out, &NEWEST);
}
