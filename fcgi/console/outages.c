/* SPDX-License-Identifier: MIT */
/* Plans, applies and undoes outages. */
#include "console/outages.h"

#include "base/clock.h"
#include "base/memory.h"
#include "console/events.h"
#include "console/form_page.h"
#include "console/list.h"
#include "console/routes.h"
#include "reward/outage.h"

#include <inttypes.h>

/* A form waits at most this long; small shops are done by then. Between answers a worker may work
 * longer. */
enum { ANSWER_MILLISECONDS = 500, MAINTENANCE_MILLISECONDS = 3000 };

const struct field OUTAGE_LIST_FIELDS[] = { PATH_FIELD(
						    struct outage_list_fields, event, FIELD_SLUG),
	LIST_CURSOR(struct outage_list_fields), { 0 } };
const struct field OUTAGE_NEW_ASK_FIELDS[] = { PATH_FIELD(struct outage_form, event, FIELD_SLUG),
	{ 0 } };
const struct field OUTAGE_NEW_FIELDS[] = {
	PATH_FIELD(struct outage_form, event, FIELD_SLUG),
	BODY_FIELD(struct outage_form, day, FIELD_DATE, .is_required = true),
	BODY_FIELD(
		struct outage_form, reason, FIELD_TEXT, FIELD_RANGE(1, 200), .is_required = true),
	BODY_FIELD(struct outage_form, is_today_meant, FIELD_YES_NO),
	{ 0 },
};
const struct field OUTAGE_FIELDS[] = { PATH_FIELD(struct outage_form, outage, FIELD_ID), { 0 } };
const struct field OUTAGE_CONFIRM_FIELDS[] = { PATH_FIELD(struct outage_form, outage, FIELD_ID),
	BODY_FIELD(struct outage_form, day, FIELD_DATE, .is_required = true), { 0 } };

static const struct column COLUMNS[] = {
	[CONSOLE_OUTAGES_ID] = { .name = "number",
		.kind = COLUMN_ID,
		.link = "/admin/outages/",
		.link_from = CONSOLE_OUTAGES_ID },
	[CONSOLE_OUTAGES_DATE] = { .name = "day",
		.kind = COLUMN_DATE,
		.link = "/admin/outages/",
		.link_from = CONSOLE_OUTAGES_ID },
	[CONSOLE_OUTAGES_STATE] = { .name = "state", .kind = COLUMN_WORD },
	[CONSOLE_OUTAGES_ADDED] = { .name = "outage_added", .kind = COLUMN_NUMBER },
	[CONSOLE_OUTAGES_TAKEN_BACK] = { .name = "outage_taken_back", .kind = COLUMN_NUMBER },
	[CONSOLE_OUTAGES_REASON] = { .name = "reason", .kind = COLUMN_TEXT },
	[CONSOLE_OUTAGES_CREATED_AT] = { .name = "since_time", .kind = COLUMN_TIME },
	[CONSOLE_OUTAGES_COLUMNS] = { .name = NULL },
};

/* --- the list --- */

static struct list list_of(const struct call *call, struct db_value *event)
{
	const struct outage_list_fields *fields = call->fields;
	*event = db_text(fields->event);
	const char *path = memory_format(call->context, "/admin/events/%s/outages", fields->event);
	return (struct list){ .name = "outages",
		.query = QUERY_CONSOLE_OUTAGES,
		.columns = COLUMNS,
		.values = event,
		.value_count = 1,
		.path = path,
		.export_path = memory_format(call->context, "%s.csv", path) };
}

enum result outage_index(const struct call *call, struct response *out)
{
	const struct outage_list_fields *fields = call->fields;
	struct db_value event;
	struct list list = list_of(call, &event);
	json_object *table, *data = page_new(call, "page.outages", "events");
	enum result result = list_page(call, &list, fields->cursor, &table);
	if (result != RESULT_OK)
		return result;
	json_put(data, "table", json_object_get(table));
	json_put_text(data, "new_path",
		page_may(call, STAFF_MANAGER) ? memory_format(call->context, "%s/new", list.path)
					      : NULL);
	json_put_text(data, "new_word", "outage");
	return page_show(call, out, "list", data);
}

enum result outage_export(const struct call *call, struct response *out)
{
	struct db_value event;
	struct list list = list_of(call, &event);
	return list_export(call, out, &list);
}

/* --- the work --- */

static bool work_for(struct db *db, uint64_t id, instant now, int64_t limit)
{
	bool is_done = false;
	int64_t until = clock_monotonic_ms() + limit;
	while (!is_done && clock_monotonic_ms() < until
		&& outage_carry_on(db, id, now, &is_done) == RESULT_OK)
		;
	return is_done;
}

static void leave_to_upkeep(struct console *console, const struct outage *outage)
{
	console->outage_at_work = outage->id;
	console->outage_event = outage->event.value;
}

void outages_maintenance(struct console *console, instant now)
{
	if (!console->outage_at_work)
		return;
	/* Kept until it is done, in case the person does not open its page again. */
	if (!work_for(console->db, console->outage_at_work, now, MAINTENANCE_MILLISECONDS))
		return;
	console->event_that_changed = console->event_to_list = console->outage_event;
	console->outage_at_work = 0;
}

/* --- naming a day --- */

static const char *path_of(const struct call *call, uint64_t id)
{
	return memory_format(call->context, "/admin/outages/%" PRIu64, id);
}

enum result outage_new(const struct call *call, struct response *out)
{
	const struct outage_form *fields = call->fields;
	return form_page_show(call, out,
		&(struct form_page){ .name = "outage-new",
			.table = OUTAGE_NEW_FIELDS,
			.back = memory_format(
				call->context, "/admin/events/%s/outages", fields->event) },
		page_new(call, "form.outage-new.title", "events"));
}

enum result outage_create(const struct call *call, struct response *out)
{
	const struct outage_form *form = call->fields;
	struct edit edit = page_edit(call);
	uint64_t id = 0;
	enum result result = outage_plan(&edit,
		&(struct outage_plan){ form->event, form->day, form->reason, form->is_today_meant },
		&id);
	if (is_success(result))
		work_for(edit.db, id, call->now, ANSWER_MILLISECONDS);
	const char *list = memory_format(call->context, "/admin/events/%s/outages", form->event);
	return page_edited(
		call, out, &edit, result, edit.is_repeated ? list : path_of(call, id), NULL);
}

/* --- one --- */

static enum result read_outage(const struct call *call, struct outage *outage, json_object *data)
{
	const struct outage_form *fields = call->fields;
	struct edit edit = {
		.db = console_of(call)->db, .context = call->context, .now = call->now
	};
	char day[DATE_TEXT];
	enum result result = outage_read(&edit, fields->outage, outage);
	if (result != RESULT_OK)
		return result;
	bool is_planned = outage->state == OUTAGE_PLANNED;
	json_put_number(data, "outage", (int64_t)outage->id);
	json_put_text(data, "event", outage->slug);
	json_put_text(data, "event_name", outage->event_name);
	json_put_text(data, "day", date_format(outage->day, day));
	json_put_text(data, "reason", outage->reason);
	json_put_text(data, "state", OUTAGE_STATES[outage->state]);
	json_put_text(data, "about", OUTAGE_STATES[outage->state]);
	json_put_bool(data, "is_at_work", outage->is_at_work);
	json_put_number(data, "percent", outage->percent);
	json_put_number(data, "expected", (int64_t)outage->expected);
	json_put_number(data, "added", (int64_t)outage->added);
	json_put_number(data, "taken_back", (int64_t)outage->taken_back);
	json_put_bool(data, "is_planned", is_planned);
	json_put_bool(data, "is_early",
		is_planned && outage->day.day + 1 >= zone_date(outage->time_zone, call->now).day);
	json_put_bool(data, "may_apply", is_planned && !outage->is_at_work);
	json_put_bool(data, "may_undo",
		outage->state == OUTAGE_APPLYING || outage->state == OUTAGE_APPLIED);
	return RESULT_OK;
}

/* While there is work the page reloads itself, and each request continues the work: nothing is lost
 * when a worker dies. */
enum result outage_show(const struct call *call, struct response *out)
{
	struct outage outage;
	json_object *data = page_new(call, "page.outage", "events");
	enum result result = read_outage(call, &outage, data);
	if (result != RESULT_OK)
		return result;
	if (outage.is_at_work) {
		leave_to_upkeep(console_of(call), &outage);
		response_header(out, "Refresh", "3");
	}
	return page_show(call, out, "outage", data);
}

static enum result ask(const struct call *call, struct response *out, const char *name)
{
	struct outage outage;
	const struct outage_form *fields = call->fields;
	json_object *data = page_new(
		call, memory_format(call->context, "form.%s.title", name), "events");
	enum result result = read_outage(call, &outage, data);
	if (result != RESULT_OK)
		return result;
	return form_page_show(call, out,
		&(struct form_page){ .name = name,
			.table = OUTAGE_CONFIRM_FIELDS,
			.back = path_of(call, fields->outage),
			.is_danger = true },
		data);
}

typedef enum result begin(struct edit *edit, uint64_t id, date day);

static enum result send(const struct call *call, struct response *out, begin *begin_work)
{
	const struct outage_form *form = call->fields;
	struct console *console = console_of(call);
	struct outage outage;
	struct edit edit = page_edit(call);
	enum result result = begin_work(&edit, form->outage, form->day);
	if (is_success(result) && outage_read(&edit, form->outage, &outage) == RESULT_OK) {
		leave_to_upkeep(console, &outage);
		if (work_for(edit.db, form->outage, call->now, ANSWER_MILLISECONDS))
			console->event_that_changed = console->event_to_list = outage.event.value;
	}
	return page_edited(call, out, &edit, result, path_of(call, form->outage), NULL);
}

enum result outage_apply_ask(const struct call *call, struct response *out)
{
	return ask(call, out, "outage-apply");
}

enum result outage_apply_send(const struct call *call, struct response *out)
{
	return send(call, out, outage_apply);
}

enum result outage_undo_ask(const struct call *call, struct response *out)
{
	return ask(call, out, "outage-undo");
}

enum result outage_undo_send(const struct call *call, struct response *out)
{
	return send(call, out, outage_undo);
}
