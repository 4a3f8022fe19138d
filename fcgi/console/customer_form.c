/* SPDX-License-Identifier: MIT */
/* Corrects days and points of a customer. */
#include "console/customers.h"

#include "base/memory.h"
#include "console/choices.h"
#include "console/form_page.h"
#include "console/routes.h"
#include "reward/customer_edit.h"

#include <inttypes.h>

enum { ADD, REMOVE };
static const char *const WHATS[] = { [ADD] = "add", [REMOVE] = "remove", NULL };

const struct field DAY_FIELDS[] = {
	PATH_FIELD(struct day_form, customer, FIELD_ID),
	BODY_FIELD(struct day_form, event, FIELD_SLUG, .is_required = true),
	BODY_FIELD(struct day_form, what, FIELD_CHOICE, .choices = WHATS, .is_required = true),
	BODY_FIELD(struct day_form, day, FIELD_DATE, .is_required = true),
	BODY_FIELD(struct day_form, reason, FIELD_TEXT, FIELD_RANGE(1, 200), .is_required = true),
	BODY_FIELD(struct day_form, pays, FIELD_YES_NO),
	{ 0 },
};
const struct field DAY_ASK_FIELDS[] = { PATH_FIELD(struct day_form, customer, FIELD_ID),
	QUERY_FIELD(struct day_form, event, FIELD_SLUG), { 0 } };
const struct field POINTS_FIELDS[] = {
	PATH_FIELD(struct points_form, customer, FIELD_ID),
	BODY_FIELD(struct points_form, amount, FIELD_NUMBER,
		FIELD_RANGE(-ADJUSTMENT_MAXIMUM, ADJUSTMENT_MAXIMUM), .is_required = true),
	BODY_FIELD(
		struct points_form, reason, FIELD_TEXT, FIELD_RANGE(1, 200), .is_required = true),
	BODY_FIELD(struct points_form, internal_note, FIELD_TEXT, FIELD_RANGE(1, 200)),
	{ 0 },
};

static const char *path_of(const struct call *call)
{
	const struct customer_fields *fields = call->fields;
	return memory_format(call->context, "/admin/customers/%" PRIu64, fields->customer);
}

/* --- what the forms ask about --- */

static enum result put_customer(const struct call *call, json_object *data)
{
	struct db *db = console_of(call)->db;
	const struct customer_fields *fields = call->fields;
	struct db_rows *row = db_read_one(
		db, QUERY_CONSOLE_CUSTOMER, DB_PARAMS(db_time(call->now), db_id(fields->customer)));
	const char *name = db_get_text(row, CONSOLE_CUSTOMER_USERNAME, call->context);
	json_put_text(data, "username",
		name ? name : memory_format(call->context, "#%" PRIu64, fields->customer));
	json_put_number(data, "points", db_get_number(row, CONSOLE_CUSTOMER_POINTS));
	return db_end_read(db);
}

enum result day_ask(const struct call *call, struct response *out)
{
	const struct day_form *fields = call->fields;
	json_object *events, *data = page_new(call, "form.day.title", "customers");
	enum result result = put_customer(call, data);
	if (result == RESULT_OK)
		result = choices_read(call, QUERY_CONSOLE_EVENT_OPTIONS, &events);
	if (result != RESULT_OK)
		return result;
	struct form_options options = { "event", events };
	struct day_form form = { .event = fields->event };
	return form_page_show(call, out,
		&(struct form_page){ .name = "day",
			.table = DAY_FIELDS,
			.values = &form,
			.options = &options,
			.option_count = 1,
			.back = path_of(call) },
		data);
}

enum result day_send(const struct call *call, struct response *out)
{
	const struct day_form *form = call->fields;
	struct edit edit = page_edit(call);
	struct day_change change = { form->event, { form->customer }, form->day, form->reason,
		form->pays };
	enum result result = form->what == ADD ? customer_edit_add_day(&edit, &change)
					       : customer_edit_remove_day(&edit, &change);
	struct month month = date_month(form->day);
	const char *path = memory_format(call->context, "%s?event=%s&month=%04d-%02d",
		path_of(call), form->event, month.year, month.month);
	return page_edited(
		call, out, &edit, result, path, form->what == ADD ? "day-added" : "day-removed");
}

enum result points_ask(const struct call *call, struct response *out)
{
	json_object *data = page_new(call, "form.points.title", "customers");
	enum result result = put_customer(call, data);
	if (result != RESULT_OK)
		return result;
	return form_page_show(call, out,
		&(struct form_page){
			.name = "points", .table = POINTS_FIELDS, .back = path_of(call) },
		data);
}

enum result points_send(const struct call *call, struct response *out)
{
	const struct points_form *form = call->fields;
	struct edit edit = page_edit(call);
	if (!edit.form)
		return ERR_BAD_REQUEST;
	enum result result = customer_edit_points(&edit,
		&(struct points_adjustment){ { form->customer }, form->amount, form->reason,
			form->internal_note, form_text(call->form, "_form") });
	return page_edited(call, out, &edit, result, path_of(call), "points-adjusted");
}
