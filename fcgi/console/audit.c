/* SPDX-License-Identifier: MIT */
/* The audit log and the settings, to be read. */
#include "console/list.h"
#include "console/routes.h"
#include "console/staff.h"

#include "base/memory.h"

static const struct column COLUMNS[] = {
	{ .name = "entry", .kind = COLUMN_NUMBER },
	{ .name = "at_time", .kind = COLUMN_TIME },
	{ .name = "actor", .kind = COLUMN_TEXT },
	{ .name = "action", .kind = COLUMN_WORD },
	{ .name = "about", .kind = COLUMN_WORD },
	{ .name = "number", .kind = COLUMN_NUMBER },
	{ .name = "before", .kind = COLUMN_TEXT },
	{ .name = "after", .kind = COLUMN_TEXT },
	{ .name = "address", .kind = COLUMN_TEXT },
	{ .name = NULL },
};
static const struct list LIST = { .name = "audit", .query = QUERY_CONSOLE_AUDIT, .columns = COLUMNS, .path = "/admin/audit", .export_path = "/admin/audit.csv" };

enum result audit_index(const struct call *call, struct response *out)
{
	const struct cursor_fields *fields = call->fields;
	json_object *table, *data = page_new(call, "page.audit", "audit");
	enum result result = list_page(call, &LIST, fields->cursor, &table);
	if (result != RESULT_OK)
		return result;
	json_put(data, "table", json_object_get(table));
	json_put_null(data, "new_path");
	return page_show(call, out, "list", data);
}

enum result audit_export(const struct call *call, struct response *out)
{
	return list_export(call, out, &LIST);
}

/* --- settings ----------------------------------------------------------------------------------------------------------------- */

static void add_settings(json_object *list, const void *context, const char *section, const struct field *table, const void *values)
{
	for (const struct field *field = table; field->name; field++) {
		json_object *item = json_new_object();
		json_put_text(item, "setting", section ? memory_format(context, "%s.%s", section, field->name) : field->name);
		json_put_text(item, "value", field_show(field, context, values));
		json_put_text(item, "help", field->help);
		json_append(list, item);
	}
}

enum result settings_show(const struct call *call, struct response *out)
{
	const struct settings *settings = console_of(call)->settings;
	json_object *data = page_new(call, "page.settings", "settings"), *list = json_new_array();
	add_settings(list, call->context, NULL, SETTINGS, settings);
	for (size_t i = 0; i < settings->issuer_count; i++)
		add_settings(list, call->context, memory_format(call->context, "issuer %s", settings->issuers[i].name), ISSUER_SETTINGS, &settings->issuers[i]);
	json_put(data, "settings", list);
	return page_show(call, out, "settings", data);
}
