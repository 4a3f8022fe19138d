/* SPDX-License-Identifier: MIT */
/* Shows the overview of an event: check-ins by day, customers by count, claims, stock, points. */
#include "console/dashboard.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/chart.h"
#include "console/list.h"
#include "console/routes.h"
#include "reward/report.h"
#include "reward/rules.h"

#include <inttypes.h>

const struct field DASHBOARD_FIELDS[] = {
	QUERY_FIELD(struct dashboard_fields, event, FIELD_SLUG),
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

static void put_choices(json_object *list, const struct chosen *events, size_t count,
	enum event_phase phase, event_id chosen)
{
	for (size_t i = 0; i < count; i++) {
		if (events[i].phase != phase)
			continue;
		json_object *item = json_new_object();
		json_put_text(item, "value", events[i].slug);
		json_put_text(item, "label", events[i].name);
		json_put_bool(item, "is_chosen", events[i].id.value == chosen.value);
		json_append(list, item);
	}
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

/* The event of this slug, or the best one; id 0 without events. */
static enum result choose(struct db *db, const void *context, const char *wanted, instant now,
	struct chosen *chosen, json_object **events)
{
	struct chosen *all = memory_array(context, struct chosen, EVENTS_MAXIMUM);
	size_t count = 0;
	struct db_rows *rows = db_read(db, QUERY_CONSOLE_REPORT_EVENTS, DB_NO_PARAMS);
	while (count < EVENTS_MAXIMUM && db_next(rows))
		all[count++] = read_event(rows, context, now);
	enum result result = db_end_read(db);
	const struct chosen *found = wanted ? NULL : best_of(all, count);
	for (size_t i = 0; wanted && i < count && !found; i++)
		found = text_equals(wanted, all[i].slug) ? &all[i] : NULL;
	*chosen = found ? *found : (struct chosen){ 0 };
	*events = json_attach(context, json_new_array());
	put_choices(*events, all, count, PHASE_RUNNING, chosen->id);
	put_choices(*events, all, count, PHASE_COMING, chosen->id);
	put_choices(*events, all, count, PHASE_ENDED, chosen->id);
	return result == RESULT_OK && wanted && !found ? ERR_NOT_FOUND : result;
}

/* --- figures --- */

static int64_t number_of(json_object *object, const char *name)
{
	return json_object_get_int64(json_object_object_get(object, name));
}

static int64_t count_on(json_object *days, date day)
{
	char text[DATE_TEXT];
	date_format(day, text);
	for (size_t i = 0; i < json_object_array_length(days); i++) {
		json_object *item = json_object_array_get_idx(days, i);
		if (text_equals(json_object_get_string(json_object_object_get(item, "date")), text))
			return number_of(item, "count");
	}
	return 0;
}

/* Every day of the event until today has a bar, also without check-ins. */
static struct markup days_chart(const struct call *call, const struct chosen *event,
	json_object *report, date today, json_object *data)
{
	enum { DAYS_MAXIMUM = 92 };
	char text[DATE_TEXT];
	json_object *days = json_object_object_get(report, "days"), *rows = json_new_array();
	int32_t last = today.day < event->window.ends_on.day ? today.day
							     : event->window.ends_on.day,
		first = event->window.starts_on.day;
	first = last - first >= DAYS_MAXIMUM ? last - DAYS_MAXIMUM + 1 : first;
	size_t count = last >= first ? (size_t)(last - first + 1) : 0;
	struct chart_bar *bars = memory_array(call->context, struct chart_bar, count + 1);
	for (size_t i = 0; i < count; i++) {
		date day = { first + (int32_t)i };
		json_object *row = json_new_object();
		date_format(day, text);
		bars[i] = (struct chart_bar){ memory_copy_text(call->context, text + 5),
			count_on(days, day) };
		json_put_text(row, "date", text);
		json_put_number(row, "count", bars[i].value);
		json_append(rows, row);
	}
	json_put(data, "days", rows);
	return chart_bars(call->context,
		&(struct chart){ .id = "days",
			.title = page_text(call, "overview.days"),
			.description = page_text(call, "overview.days_text"),
			.bars = bars,
			.count = count,
			.marked = last == today.day && count ? count - 1 : count });
}

/* Customers with at least that many check-ins. */
static struct markup funnel_chart(const struct call *call, json_object *report, json_object *data)
{
	json_object *funnel = json_object_object_get(report, "funnel"), *rows = json_new_array();
	size_t count = json_object_array_length(funnel);
	int64_t highest = count ? number_of(json_object_array_get_idx(funnel, count - 1), "days")
				: 0,
		customers = 0;
	struct chart_bar *bars = memory_array(call->context, struct chart_bar, (size_t)highest + 1);
	for (int64_t days = highest; days >= 1; days--) {
		if (count
			&& number_of(json_object_array_get_idx(funnel, count - 1), "days") == days)
			customers += number_of(
				json_object_array_get_idx(funnel, --count), "customers");
		bars[days - 1] = (struct chart_bar){ memory_format(call->context, "%" PRId64, days),
			customers };
	}
	for (int64_t i = 0; i < highest; i++) {
		json_object *row = json_new_object();
		json_put_number(row, "at_least", i + 1);
		json_put_number(row, "customers", bars[i].value);
		json_append(rows, row);
	}
	json_put(data, "funnel", rows);
	json_put_number(data, "participants", customers);
	return chart_bars(call->context,
		&(struct chart){ .id = "funnel",
			.title = page_text(call, "overview.funnel"),
			.description = page_text(call, "overview.funnel_text"),
			.bars = bars,
			.count = (size_t)highest,
			.marked = (size_t)highest });
}

static void put_figures(json_object *data, json_object *report, date today, instant at)
{
	char time[INSTANT_TEXT];
	json_object *days = json_object_object_get(report, "days");
	int64_t now = count_on(days, today), yesterday = count_on(days, (date){ today.day - 1 });
	json_put_number(data, "today", now);
	json_put_number(data, "yesterday", yesterday);
	json_put_number(data, "claims", number_of(report, "claims"));
	json_put_number(data, "to_ship", number_of(report, "to_ship"));
	json_put_number(data, "granted", number_of(report, "granted"));
	json_put_number(data, "outstanding", number_of(report, "outstanding"));
	json_put_text(data, "counted_at", instant_format(at, time));
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

static enum result show_nothing(const struct call *call, struct response *out, json_object *data)
{
	json_put_bool(data, "has_report", false);
	return page_show(call, out, "dashboard", data);
}

enum result dashboard_show(const struct call *call, struct response *out)
{
	const struct dashboard_fields *fields = call->fields;
	struct chosen chosen;
	json_object *events, *report, *low, *data = page_new(call, "page.overview", "");
	instant at;
	enum result result = choose(
		console_of(call)->db, call->context, fields->event, call->now, &chosen, &events);
	if (result == RESULT_OK)
		result = list_rows(call,
			&(struct list){
				.name = "low", .query = QUERY_CONSOLE_REPORT_LOW, .columns = LOW },
			&low);
	if (result != RESULT_OK)
		return result;
	json_put(data, "low", json_object_get(low));
	json_put(data, "events", json_object_get(events));
	json_put_text(data, "event", chosen.slug);
	json_put_text(data, "event_name", chosen.name);
	if (!chosen.slug)
		return show_nothing(call, out, data);
	result = read_report(call, &chosen, &report, &at);
	/* nobody waits for the first count: the page reloads for it */
	if (result == ERR_NOT_FOUND) {
		response_header(out, "Refresh", "3");
		return show_nothing(call, out, data);
	}
	if (result != RESULT_OK)
		return result;
	date today = zone_date(chosen.time_zone, call->now);
	put_figures(data, report, today, at);
	json_put_bool(data, "has_report", true);
	const struct template_markup charts[] = {
		{ "days_chart", days_chart(call, &chosen, report, today, data) },
		{ "funnel_chart", funnel_chart(call, report, data) }
	};
	return page_show_view(
		call, out, "dashboard", data, chosen.time_zone, charts, countof(charts));
}

void dashboard_maintenance(struct console *console, instant now)
{
	void *context = memory_context(NULL);
	struct chosen chosen;
	json_object *events;
	if (!console->has_begun
		&& choose(console->slow_query_db, context, NULL, now, &chosen, &events)
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
