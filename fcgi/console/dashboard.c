/* SPDX-License-Identifier: MIT */
/* Shows the overview of an event, and sends its tables as files. */
#include "console/dashboard.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/console_user.h"
#include "console/list.h"
#include "console/overview.h"
#include "console/page.h"
#include "console/routes.h"
#include "reward/report.h"
#include "reward/rules.h"

#include <inttypes.h>

const struct field DASHBOARD_FIELDS[] = {
	QUERY_FIELD(struct dashboard_fields, event, FIELD_SLUG),
	QUERY_FIELD(struct dashboard_fields, range, FIELD_CHOICE, .choices = OVERVIEW_RANGES,
		.fallback = "30"),
	{ 0 },
};

const struct field OVERVIEW_FIELDS[] = {
	QUERY_FIELD(struct overview_fields, event, FIELD_SLUG),
	QUERY_FIELD(struct overview_fields, range, FIELD_CHOICE, .choices = OVERVIEW_RANGES,
		.fallback = "all"),
	QUERY_FIELD(struct overview_fields, part, FIELD_CHOICE, .choices = OVERVIEW_PART_NAMES,
		.fallback = "days"),
	{ 0 },
};

static const struct column LOW[] = {
	[CONSOLE_REPORT_LOW_ID] = { .name = "id", .kind = COLUMN_HIDDEN },
	[CONSOLE_REPORT_LOW_NAME] = { .name = "name",
		.kind = COLUMN_TEXT,
		.link = "/admin/products/",
		.link_from = CONSOLE_REPORT_LOW_ID },
	[CONSOLE_REPORT_LOW_KIND] = { .name = "kind", .kind = COLUMN_WORD },
	[CONSOLE_REPORT_LOW_REMAIN] = { .name = "remain", .kind = COLUMN_NUMBER },
	[CONSOLE_REPORT_LOW_THRESHOLD] = { .name = "threshold", .kind = COLUMN_NUMBER },
	[CONSOLE_REPORT_LOW_STOCK_STATE] = { .name = "stock_state", .kind = COLUMN_WORD },
	[CONSOLE_REPORT_LOW_COLUMNS] = { .name = NULL },
};

/* --- which event --- */

enum { EVENTS_MAXIMUM = 100 }; /* as the query */

struct chosen {
	event_id id;
	const char *slug, *name, *time_zone;
	struct event_window window;
	enum event_phase phase;
};

static struct chosen read_event(const struct db_rows *rows, const void *context, instant now)
{
	struct chosen event = { .id = { db_get_id(rows, CONSOLE_REPORT_EVENTS_ID) },
		.slug = db_get_text(rows, CONSOLE_REPORT_EVENTS_SLUG, context),
		.name = db_get_text(rows, CONSOLE_REPORT_EVENTS_NAME, context),
		.time_zone = db_get_text(rows, CONSOLE_REPORT_EVENTS_TIME_ZONE, context),
		.window = { db_get_date(rows, CONSOLE_REPORT_EVENTS_STARTS_ON),
			db_get_date(rows, CONSOLE_REPORT_EVENTS_ENDS_ON) } };
	event.phase = rules_phase(event.window, zone_date(event.time_zone, now));
	return event;
}

/* The tabs of one phase; those that do not fit are in a list below them. */
static void put_group(json_object *groups, const struct chosen *events, size_t count,
	enum event_phase phase, event_id chosen)
{
	enum { TABS = 6 };
	static const char *const NAMES[] = {
		[PHASE_COMING] = "coming", [PHASE_RUNNING] = "running", [PHASE_ENDED] = "ended"
	};
	json_object *group = json_new_object(), *tabs = json_new_array(), *more = json_new_array();
	size_t found = 0;
	for (size_t i = 0; i < count; i++) {
		if (events[i].phase != phase)
			continue;
		bool is_chosen = events[i].id.value == chosen.value;
		json_object *item = json_new_object();
		json_put_text(item, "slug", events[i].slug);
		json_put_text(item, "name", events[i].name);
		json_put_bool(item, "is_chosen", is_chosen);
		json_append(found++ < TABS || is_chosen ? tabs : more, item);
	}
	json_put_text(group, "phase", NAMES[phase]);
	json_put_number(group, "more_count", (int64_t)json_object_array_length(more));
	json_put(group, "tabs", tabs);
	json_put(group, "more", more);
	json_append(groups, group);
	if (found == 0)
		json_object_array_del_idx(groups, json_object_array_length(groups) - 1, 1);
}

/* The best of these events to show: a running one, else one that is to come, else one that ended;
 * of several, the latest start, but of those to come the next. */
static const struct chosen *best_of(const struct chosen *events, size_t count)
{
	static const int RANKS[] = { [PHASE_ENDED] = 1, [PHASE_COMING] = 2, [PHASE_RUNNING] = 3 };
	const struct chosen *best = NULL;
	for (size_t i = 0; i < count; i++) {
		int rank = RANKS[events[i].phase], best_rank = best ? RANKS[best->phase] : 0;
		if (rank > best_rank || (rank == best_rank && events[i].phase == PHASE_COMING))
			best = &events[i];
	}
	return best;
}

static const struct chosen *find_event(const struct chosen *events, size_t count, const char *slug)
{
	for (size_t i = 0; slug && i < count; i++)
		if (text_equals(slug, events[i].slug))
			return &events[i];
	return NULL;
}

/* The wanted event, which must exist. Without one: the last one, if it still exists, or the best
 * one. id 0: there are no events. */
static enum result choose(struct db *db, const void *context, const char *wanted, const char *last,
	instant now, struct chosen *chosen, json_object **groups)
{
	struct chosen *all = memory_array(context, struct chosen, EVENTS_MAXIMUM);
	size_t count = 0;
	struct db_rows *rows = db_read(db, QUERY_CONSOLE_REPORT_EVENTS, DB_NO_PARAMS);
	while (count < EVENTS_MAXIMUM && db_next(rows))
		all[count++] = read_event(rows, context, now);
	enum result result = db_end_read(db);
	const struct chosen *found = find_event(all, count, wanted ? wanted : last);
	if (!wanted && !found)
		found = best_of(all, count);
	*chosen = found ? *found : (struct chosen){ 0 };
	*groups = json_attach(context, json_new_array());
	put_group(*groups, all, count, PHASE_RUNNING, chosen->id);
	put_group(*groups, all, count, PHASE_COMING, chosen->id);
	put_group(*groups, all, count, PHASE_ENDED, chosen->id);
	return result == RESULT_OK && wanted && !found ? ERR_NOT_FOUND : result;
}

/* --- the page --- */

static enum result read_report(
	const struct call *call, const struct chosen *event, json_object **report, instant *at)
{
	struct console *console = console_of(call);
	enum result result = report_read(console->db, call->context, event->id, report, at);
	/* the first view: counted after this answer */
	if (result == ERR_NOT_FOUND)
		console->event_to_count = event->id.value;
	if (result == RESULT_OK && instant_is_over(*at, REPORT_SECONDS, call->now))
		console->event_to_count = event->id.value;
	return result;
}

static struct overview overview_of(
	const struct call *call, const struct chosen *event, json_object *report, int range)
{
	return (struct overview){ .call = call,
		.report = report,
		.window = event->window,
		.phase = event->phase,
		.today = zone_date(event->time_zone, call->now),
		.range = range };
}

static void put_ranges(json_object *data, int range)
{
	json_object *list = json_new_array();
	for (int i = 0; OVERVIEW_RANGES[i]; i++) {
		json_object *item = json_new_object();
		json_put_text(item, "range", OVERVIEW_RANGES[i]);
		json_put_bool(item, "is_chosen", i == range);
		json_append(list, item);
	}
	json_put(data, "ranges", list);
	json_put_text(data, "range", OVERVIEW_RANGES[range]);
}

/* What staff should do, whatever the figures are. */
static enum result put_tasks(const struct call *call, const struct chosen *event, json_object *data)
{
	enum { SOON = 7 };
	struct db *db = console_of(call)->db;
	int64_t sold_out = 0;
	date today = zone_date(event->time_zone, call->now);
	struct db_rows *rows = db_read(db, QUERY_CONSOLE_REPORT_LOW, DB_NO_PARAMS);
	while (db_next(rows))
		sold_out += db_get_number(rows, CONSOLE_REPORT_LOW_REMAIN) == 0;
	int32_t left = event->window.ends_on.day - today.day,
		wait = event->window.starts_on.day - today.day;
	json_put_number(data, "sold_out", sold_out);
	json_put_bool(data, "ends_soon", event->phase == PHASE_RUNNING && left <= SOON);
	json_put_number(data, "days_left", left);
	json_put_bool(data, "is_coming", event->phase == PHASE_COMING);
	json_put_number(data, "days_to_wait", wait);
	return db_end_read(db);
}

static bool has_tasks(json_object *data)
{
	static const char *const NAMES[] = { "sold_out", "to_ship", "dead_letters" };
	for (size_t i = 0; i < countof(NAMES); i++)
		if (json_object_get_int64(json_object_object_get(data, NAMES[i])) > 0)
			return true;
	return json_object_get_boolean(json_object_object_get(data, "ends_soon"))
		|| json_object_get_boolean(json_object_object_get(data, "is_coming"));
}

static enum result show_nothing(const struct call *call, struct response *out, json_object *data)
{
	json_put_bool(data, "has_report", false);
	return page_show(call, out, "dashboard", data);
}

static enum result show_report(const struct call *call, struct response *out,
	const struct chosen *chosen, json_object *report, json_object *data)
{
	const struct dashboard_fields *fields = call->fields;
	struct overview overview = overview_of(call, chosen, report, fields->range);
	struct template_markup markups[OVERVIEW_MARKUPS];
	overview_put_figures(&overview, data);
	json_put_bool(data, "is_running", chosen->phase == PHASE_RUNNING);
	json_put_bool(data, "is_over", chosen->phase == PHASE_ENDED);
	json_put_bool(data, "has_tasks", has_tasks(data));
	for (enum overview_part part = 0; part < OVERVIEW_PARTS; part++) {
		json_object *table = overview_table(&overview, part);
		json_put(data, memory_format(call->context, "%s_table", OVERVIEW_PART_NAMES[part]),
			json_object_get(table));
	}
	json_put_bool(data, "has_steps",
		json_object_array_length(
			json_object_object_get(json_object_object_get(data, "steps_table"), "rows"))
			> 0);
	json_put_bool(data, "has_back",
		json_object_array_length(
			json_object_object_get(json_object_object_get(data, "back_table"), "rows"))
			> 0);
	json_put_bool(data, "has_report", true);
	overview_markups(&overview, markups);
	return page_show_view(
		call, out, "dashboard", data, chosen->time_zone, markups, OVERVIEW_MARKUPS);
}

/* The event that was asked for, or the one that this browser showed last, or the best one. */
static enum result choose_for(const struct call *call, struct response *out, const char *wanted,
	struct chosen *chosen, json_object **groups)
{
	struct db *db = console_of(call)->db;
	enum result result = choose(db, call->context, wanted,
		wanted ? NULL : console_user_overview(call), call->now, chosen, groups);
	if (result == RESULT_OK && wanted)
		console_user_set_overview_cookie(call, out, chosen->slug);
	return result;
}

enum result dashboard_show(const struct call *call, struct response *out)
{
	const struct dashboard_fields *fields = call->fields;
	struct chosen chosen;
	json_object *groups, *report, *low, *data = page_new(call, "page.overview", "");
	instant at;
	char counted[INSTANT_TEXT];
	enum result result = choose_for(call, out, fields->event, &chosen, &groups);
	if (result == RESULT_OK)
		result = list_rows(call,
			&(struct list){
				.name = "low", .query = QUERY_CONSOLE_REPORT_LOW, .columns = LOW },
			&low);
	if (result != RESULT_OK)
		return result;
	json_put(data, "low", json_object_get(low));
	json_put(data, "groups", json_object_get(groups));
	json_put_text(data, "event", chosen.slug);
	json_put_text(data, "event_name", chosen.name);
	put_ranges(data, fields->range);
	if (!chosen.slug)
		return show_nothing(call, out, data);
	result = put_tasks(call, &chosen, data);
	if (result == RESULT_OK)
		result = read_report(call, &chosen, &report, &at);
	/* nobody waits for the first count: the page reloads for it */
	if (result == ERR_NOT_FOUND) {
		response_header(out, "Refresh", "3");
		return show_nothing(call, out, data);
	}
	if (result != RESULT_OK)
		return result;
	json_put_text(data, "counted_at", instant_format(at, counted));
	return show_report(call, out, &chosen, report, data);
}

/* --- the same as files --- */

static void put_csv_cell(struct writer *text, const struct call *call, json_object *cell)
{
	json_object *day = json_object_object_get(cell, "date"),
		    *word = json_object_object_get(cell, "text");
	if (day)
		writer_put_text(text, json_object_get_string(day));
	else if (word)
		writer_put_text(text, list_csv_cell(call->context, json_object_get_string(word)));
	else if (json_object_get_boolean(json_object_object_get(cell, "is_number")))
		writer_put_text(text,
			memory_format(call->context, "%" PRId64,
				json_object_get_int64(json_object_object_get(cell, "number"))));
}

static const char *csv_of(const struct call *call, json_object *table)
{
	struct writer text = { .context = call->context };
	json_object *heads = json_object_object_get(table, "heads"),
		    *rows = json_object_object_get(table, "rows");
	for (size_t i = 0; i < json_object_array_length(heads); i++) {
		const char *head = json_object_get_string(
			json_object_object_get(json_object_array_get_idx(heads, i), "head"));
		const char *key = memory_format(call->context, "overview.head.%s", head);
		writer_put_text(&text, i == 0 ? "\xef\xbb\xbf" : ",");
		writer_put_text(&text, list_csv_cell(call->context, page_text(call, key)));
	}
	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		json_object *cells = json_object_object_get(
			json_object_array_get_idx(rows, i), "cells");
		for (size_t j = 0; j < json_object_array_length(cells); j++) {
			writer_put_text(&text, j == 0 ? "\r\n" : ",");
			put_csv_cell(&text, call, json_object_array_get_idx(cells, j));
		}
	}
	writer_put_text(&text, "\r\n");
	return writer_text(&text);
}

enum result overview_export(const struct call *call, struct response *out)
{
	const struct overview_fields *fields = call->fields;
	struct chosen chosen = { 0 };
	json_object *groups, *report;
	instant at;
	enum result result = choose(console_of(call)->db, call->context, fields->event,
		console_user_overview(call), call->now, &chosen, &groups);
	if (result == RESULT_OK && !chosen.slug)
		result = ERR_NOT_FOUND;
	if (result == RESULT_OK)
		result = read_report(call, &chosen, &report, &at);
	/* not counted yet: the page says so, and loads again */
	if (result == ERR_NOT_FOUND && chosen.slug)
		return page_go(call, out,
			memory_format(call->context, "/admin/?event=%s", chosen.slug), NULL);
	if (result != RESULT_OK)
		return result;
	struct overview overview = overview_of(call, &chosen, report, fields->range);
	out->text = csv_of(call, overview_table(&overview, (enum overview_part)fields->part));
	out->content_type = "text/csv; charset=utf-8";
	response_header(out, "Content-Disposition",
		memory_format(call->context, "attachment; filename=\"dojang-overview-%s.csv\"",
			OVERVIEW_PART_NAMES[fields->part]));
	return RESULT_OK;
}

void dashboard_maintenance(struct console *console, instant now)
{
	void *context = memory_context(NULL);
	struct chosen chosen;
	json_object *events;
	if (!console->has_begun
		&& choose(console->slow_query_db, context, NULL, NULL, now, &chosen, &events)
			== RESULT_OK)
		console->event_to_count = chosen.id.value;
	console->has_begun = true;
	if (console->event_that_changed)
		report_count_now(
			console->slow_query_db, (event_id){ console->event_that_changed }, now);
	console->event_that_changed = 0;
	if (console->event_to_count)
		report_count(console->slow_query_db, (event_id){ console->event_to_count }, now);
	console->event_to_count = 0;
	memory_free(context);
}
