/* SPDX-License-Identifier: MIT */
/* Shows an event, opens and ends it. */
#include "console/events.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/daily_points.h"
#include "console/form_page.h"
#include "console/list.h"
#include "console/routes.h"
#include "reward/event_change.h"

#include <string.h>

const struct field EVENT_SHOW_FIELDS[] = {
	PATH_FIELD(struct event_fields, event, FIELD_SLUG),
	QUERY_FIELD(struct event_fields, customers, FIELD_OPTIONAL_NUMBER,
		FIELD_RANGE(0, PREVIEW_CUSTOMERS_MAXIMUM)),
	{ 0 },
};

static const struct column MILESTONES[] = {
	[CONSOLE_EVENT_MILESTONES_ID] = { .name = "id", .kind = COLUMN_HIDDEN },
	[CONSOLE_EVENT_MILESTONES_AT] = { .name = "at", .kind = COLUMN_NUMBER },
	[CONSOLE_EVENT_MILESTONES_BASIS] = { .name = "basis", .kind = COLUMN_WORD },
	[CONSOLE_EVENT_MILESTONES_NAME] = { .name = "product",
		.kind = COLUMN_TEXT,
		.link = "/admin/products/",
		.link_from = CONSOLE_EVENT_MILESTONES_PRODUCT_ID },
	[CONSOLE_EVENT_MILESTONES_KIND] = { .name = "kind", .kind = COLUMN_WORD },
	[CONSOLE_EVENT_MILESTONES_POINTS] = { .name = "points", .kind = COLUMN_NUMBER },
	[CONSOLE_EVENT_MILESTONES_REMAIN] = { .name = "remain", .kind = COLUMN_NUMBER },
	[CONSOLE_EVENT_MILESTONES_CLAIM_UNTIL] = { .name = "claim_until", .kind = COLUMN_TIME },
	[CONSOLE_EVENT_MILESTONES_EARNED_FROM] = { .name = "earned_from", .kind = COLUMN_DATE },
	[CONSOLE_EVENT_MILESTONES_PRODUCT_ID] = { .name = "product_id", .kind = COLUMN_HIDDEN },
	[CONSOLE_EVENT_MILESTONES_COLUMNS] = { .name = NULL },
};

static const char *phase_word(const struct event_draft *draft, instant now)
{
	static const char *const WORDS[] = {
		[PHASE_COMING] = "coming", [PHASE_RUNNING] = "running", [PHASE_ENDED] = "ended"
	};
	return draft->is_open ? WORDS[rules_phase(draft->window, zone_date(draft->time_zone, now))]
			      : "draft";
}

static void put_event(json_object *data, const struct call *call, const struct event_draft *draft)
{
	char starts[DATE_TEXT], ends[DATE_TEXT];
	const char *phase = phase_word(draft, call->now);
	json_put_text(data, "event", draft->slug);
	json_put_text(data, "event_name", draft->name);
	json_put_text(data, "description", draft->description);
	json_put_text(data, "image", draft->image);
	json_put_text(data, "terms", draft->terms);
	json_put_text(data, "mode", draft->mode == MODE_CONSECUTIVE ? "consecutive" : "cumulative");
	json_put_text(data, "time_zone", draft->time_zone);
	json_put_text(data, "starts_on", date_format(draft->window.starts_on, starts));
	json_put_text(data, "ends_on", date_format(draft->window.ends_on, ends));
	json_put_text(data, "state", phase);
	json_put_bool(data, "is_draft", !draft->is_open);
	json_put_bool(data, "is_running", strcmp(phase, "running") == 0);
}

/* Milestones are edited through a link of their own, which a column table cannot show. */
static void put_milestone_links(json_object *table, const char *slug, const void *context)
{
	json_object *rows = json_object_object_get(table, "rows");
	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		json_object *row = json_object_array_get_idx(rows, i);
		json_object *cell = json_object_array_get_idx(
			json_object_object_get(row, "cells"), 0);
		json_put_text(cell, "href",
			memory_format(context, "/admin/events/%s/milestones/%s", slug,
				json_object_get_string(json_object_object_get(row, "id"))));
	}
}

/* Of a row: a limited stock without anything in it. */
static bool is_sold_out(json_object *cells)
{
	for (size_t i = 0; i < json_object_array_length(cells); i++) {
		json_object *cell = json_object_array_get_idx(cells, i);
		if (text_equals(json_object_get_string(json_object_object_get(cell, "column")),
			    "remain"))
			return json_object_get_boolean(json_object_object_get(cell, "has_number"))
				&& json_object_get_int64(json_object_object_get(cell, "number"))
				== 0;
	}
	return false;
}

/* Milestones that nobody can reach are allowed, since the last day may still move. */
static void put_reach(json_object *data, json_object *table, struct event_window window)
{
	int64_t days = window.ends_on.day - window.starts_on.day + 1, highest = 0, sold_out = 0;
	json_object *rows = json_object_object_get(table, "rows");
	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		json_object *cells = json_object_object_get(
			json_object_array_get_idx(rows, i), "cells");
		int64_t at = json_object_get_int64(
			json_object_object_get(json_object_array_get_idx(cells, 0), "number"));
		highest = at > highest ? at : highest;
		sold_out += is_sold_out(cells);
	}
	json_put_number(data, "sold_out", sold_out);
	json_put_number(data, "day_count", days);
	json_put_number(data, "out_of_reach", highest > days ? highest : 0);
}

enum result event_page_put(const struct call *call, json_object *data,
	const struct event_record *record, json_object **table)
{
	const struct db_value id = db_id(record->id.value);
	enum result result = list_rows(call,
		&(struct list){ .name = "milestones",
			.query = QUERY_CONSOLE_EVENT_MILESTONES,
			.columns = MILESTONES,
			.values = &id,
			.value_count = 1 },
		table);
	if (result != RESULT_OK)
		return result;
	put_event(data, call, &record->draft);
	put_reach(data, *table, record->draft.window);
	json_put(data, "milestones", json_object_get(*table));
	return RESULT_OK;
}

enum result event_show(const struct call *call, struct response *out)
{
	const struct event_fields *fields = call->fields;
	struct edit edit = {
		.db = console_of(call)->db, .context = call->context, .now = call->now
	};
	struct event_record record;
	json_object *data = page_new(call, "page.event", "events"), *table;
	enum result result = event_change_read(&edit, fields->event, &record);
	if (result == RESULT_OK)
		result = event_page_put(call, data, &record, &table);
	if (result != RESULT_OK)
		return result;
	result = daily_points_put(call, record.draft.slug, fields->customers, data);
	if (result != RESULT_OK)
		return result;
	if (page_may(call, STAFF_MANAGER))
		put_milestone_links(table, record.draft.slug, call->context);
	return page_show_view(call, out, "event", data, record.draft.time_zone, NULL, 0);
}

static const char *event_path(const struct call *call)
{
	const struct event_fields *fields = call->fields;
	return memory_format(call->context, "/admin/events/%s", fields->event);
}

enum result event_end(const struct call *call, struct response *out)
{
	const struct event_fields *fields = call->fields;
	struct edit edit = page_edit(call);
	enum result result = event_change_end(&edit, fields->event);
	return page_edited(call, out, &edit, result, event_path(call), "event-ended");
}

/* Ending asks for confirmation. */
enum result event_end_ask(const struct call *call, struct response *out)
{
	const struct event_fields *fields = call->fields;
	struct edit edit = {
		.db = console_of(call)->db, .context = call->context, .now = call->now
	};
	struct event_record record;
	enum result result = event_change_read(&edit, fields->event, &record);
	if (result != RESULT_OK)
		return result;
	json_object *data = page_new(call, "form.event-end.title", "events");
	put_event(data, call, &record.draft);
	return form_page_show(call, out,
		&(struct form_page){ .name = "event-end",
			.table = EVENT_FIELDS,
			.back = event_path(call),
			.is_danger = true },
		data);
}
