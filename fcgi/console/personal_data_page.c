/* SPDX-License-Identifier: MIT */
/* Exports and erases the personal data of customers, and lists the erasures. */
#include "console/customers.h"

#include "base/memory.h"
#include "console/form_page.h"
#include "console/list_view.h"
#include "console/routes.h"
#include "console/staff.h"
#include "reward/personal_data.h"

#include <inttypes.h>

const struct field REMOVAL_FIELDS[] = {
	PATH_FIELD(struct removal_form, customer, FIELD_ID),
	BODY_FIELD(struct removal_form, number, FIELD_NUMBER, FIELD_RANGE(1, (int64_t)1 << 53),
		.is_required = true),
	{ 0 },
};

static const struct column COLUMNS[] = {
	[CONSOLE_REMOVALS_NUMBER] = { .name = "id", .kind = COLUMN_HIDDEN },
	[CONSOLE_REMOVALS_AT] = { .name = "at_time", .kind = COLUMN_TIME },
	[CONSOLE_REMOVALS_USER_ID] = { .name = "customer",
		.kind = COLUMN_NUMBER,
		.link = "/admin/customers/",
		.link_from = CONSOLE_REMOVALS_USER_ID },
	[CONSOLE_REMOVALS_ACTOR_NAME] = { .name = "actor", .kind = COLUMN_TEXT },
	[CONSOLE_REMOVALS_DESTROYED] = { .name = "destroyed", .kind = COLUMN_TEXT },
	[CONSOLE_REMOVALS_COLUMNS] = { .name = NULL },
};

static customer_id user_of(const struct call *call)
{
	return (customer_id){ ((const struct customer_fields *)call->fields)->customer };
}

static const char *path_of(const struct call *call)
{
	return memory_format(call->context, "/admin/customers/%" PRIu64, user_of(call).value);
}

enum result person_export_send(const struct call *call, struct response *out)
{
	struct edit edit = page_edit(call);
	struct subject subject;
	json_object *profile;
	edit.form = NULL; /* repeating is harmless */
	enum result result = personal_data_subject(
		console_of(call)->db, call->context, user_of(call), &subject);
	if (result == RESULT_OK)
		result = personal_data_export(&edit, &subject, console_of(call)->seal, &profile);
	if (result != RESULT_OK)
		return result;
	response_header(out, "Content-Disposition",
		memory_format(call->context,
			"attachment; filename=\"dojang-customer-%" PRIu64 ".json\"",
			user_of(call).value));
	response_json(out, json_object_get(profile));
	return RESULT_OK;
}

/* --- removal --- */

enum result person_remove_ask(const struct call *call, struct response *out)
{
	struct db *db = console_of(call)->db;
	uint64_t customer = user_of(call).value;
	json_object *data = page_new(call, "form.person-remove.title", "customers");
	struct db_rows *row = db_read_one(
		db, QUERY_CONSOLE_CUSTOMER, DB_PARAMS(db_time(call->now), db_id(customer)));
	json_put_text(data, "username", db_get_text(row, CONSOLE_CUSTOMER_USERNAME, call->context));
	json_put_number(data, "customer", (int64_t)customer);
	enum result result = db_end_read(db);
	if (result != RESULT_OK)
		return result;
	return form_page_show(call, out,
		&(struct form_page){ .name = "person-remove",
			.table = REMOVAL_FIELDS,
			.back = path_of(call),
			.is_danger = true },
		data);
}

/* Erased already: the same page again, without personal data. */
enum result person_remove_send(const struct call *call, struct response *out)
{
	const struct removal_form *form = call->fields;
	const struct console *console = console_of(call);
	struct edit edit = page_edit(call);
	struct subject subject;
	if ((uint64_t)form->number != form->customer)
		return response_field_error(out, ERR_INVALID, "number", "is another customer's");
	enum result result = personal_data_subject(
		console->db, call->context, user_of(call), &subject);
	if (result == RESULT_OK)
		result = personal_data_erase(&edit, &subject, console->secret, NULL);
	if (result == ERR_NOT_FOUND)
		return page_go(call, out, path_of(call), NULL);
	return page_edited(call, out, &edit, result, path_of(call), "person-removed");
}

static enum result removals_of(const struct call *call, struct list *list)
{
	(void)call;
	*list = (struct list){ .name = "removals",
		.query = QUERY_CONSOLE_REMOVALS,
		.columns = COLUMNS,
		.path = "/admin/removals",
		.export_path = "/admin/removals.csv" };
	return RESULT_OK;
}

static const struct list_view VIEW = { "page.removals", "customers", removals_of, NULL, NULL, NULL,
	STAFF_VIEWER, NULL };

enum result removal_index(const struct call *call, struct response *out)
{
	const struct cursor_fields *fields = call->fields;
	return list_view_show(call, out, &VIEW, fields->cursor);
}

enum result removal_export(const struct call *call, struct response *out)
{
	return list_view_export(call, out, &VIEW);
}
