/* SPDX-License-Identifier: MIT */
/* Makes tables and charts of the figures of an event. The charts draw the rows of the tables. */
#include "console/overview.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/chart.h"
#include "console/page.h"
#include "reward/report.h"

#include <inttypes.h>

const char *const OVERVIEW_PART_NAMES[] = { [OVERVIEW_DAYS] = "days",
	[OVERVIEW_STEPS] = "steps",
	[OVERVIEW_BACK] = "back",
	[OVERVIEW_RUNS] = "runs",
	[OVERVIEW_REACHED] = "reached",
	[OVERVIEW_PARTS] = NULL };
const char *const OVERVIEW_RANGES[] = { "7", "14", "30", "all", NULL };
static const int32_t RANGE_DAYS[] = { 7, 14, 30, 366 };

enum { WEEK = 7, LINE_DAYS = 14, WEEKS_MAXIMUM = 12, TINTS = 5 };

/* --- the report --- */

static int64_t number_of(json_object *object, const char *name)
{
	return json_object_get_int64(json_object_object_get(object, name));
}

/* An older report may lack it. */
static size_t length_of(json_object *list)
{
	return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
}

static json_object *list_of(const struct overview *overview, const char *name)
{
	return json_object_object_get(overview->report, name);
}

static date date_of(json_object *item)
{
	date day = { 0 };
	const char *text = json_object_get_string(json_object_object_get(item, "date"));
	return text && date_parse(text, &day) ? day : (date){ 0 };
}

static int64_t back_of(json_object *cohort, size_t place)
{
	json_object *back = json_object_object_get(cohort, "back");
	return place < length_of(back)
		? json_object_get_int64(json_object_array_get_idx(back, place))
		: 0;
}

/* A figure of each day from first to last; other days are left out. */
struct series {
	date first, last;
	int64_t *values;
};

static struct series series_of(const struct overview *overview, const char *list, const char *name)
{
	struct series series = { .first = overview->window.starts_on,
		.last = overview_day(overview) };
	json_object *items = list_of(overview, list);
	bool is_back = text_equals(name, "back");
	if (series.last.day < series.first.day)
		series.last.day = series.first.day - 1;
	series.values = memory_array(
		overview->call->context, int64_t, (size_t)(series.last.day - series.first.day + 2));
	for (size_t i = 0; i < length_of(items); i++) {
		json_object *item = json_object_array_get_idx(items, i);
		date day = date_of(item);
		if (day.day >= series.first.day && day.day <= series.last.day)
			series.values[day.day - series.first.day] = is_back ? back_of(item, 0)
									    : number_of(item, name);
	}
	return series;
}

static int64_t value_on(const struct series *series, int32_t day)
{
	return day >= series->first.day && day <= series->last.day
		? series->values[day - series->first.day]
		: 0;
}

date overview_day(const struct overview *overview)
{
	return overview->phase == PHASE_ENDED ? overview->window.ends_on : overview->today;
}

/* The first day of the range. */
static date range_start(const struct overview *overview)
{
	int32_t first = overview_day(overview).day - RANGE_DAYS[overview->range] + 1;
	return (date){ first > overview->window.starts_on.day ? first
							      : overview->window.starts_on.day };
}

/* --- cells --- */

static json_object *new_cell(json_object *row)
{
	json_object *cell = json_new_object();
	json_put_null(cell, "date");
	json_put_null(cell, "text");
	json_put_number(cell, "number", 0);
	json_put_bool(cell, "is_number", false);
	json_put_bool(cell, "is_percent", false);
	json_put_null(cell, "tint");
	json_append(json_object_object_get(row, "cells"), cell);
	return cell;
}

static void put_date(json_object *row, date day)
{
	char text[DATE_TEXT];
	json_put_text(new_cell(row), "date", date_format(day, text));
}

static void put_number(json_object *row, int64_t number)
{
	json_object *cell = new_cell(row);
	json_put_number(cell, "number", number);
	json_put_bool(cell, "is_number", true);
}

static void put_percent(json_object *row, int64_t percent, bool is_tinted)
{
	json_object *cell = new_cell(row);
	json_put_number(cell, "number", percent);
	json_put_bool(cell, "is_number", true);
	json_put_bool(cell, "is_percent", true);
	if (is_tinted)
		json_put_text(cell, "tint",
			(const char *const[]){ "0", "1", "2", "3", "4", "5" }[percent >= 100 ? TINTS
					: percent <= 0                                       ? 0
						       : percent / 20 + 1]);
}

static json_object *new_row(json_object *table)
{
	json_object *row = json_new_object();
	json_put(row, "cells", json_new_array());
	json_append(json_object_object_get(table, "rows"), row);
	return row;
}

static json_object *cell_at(json_object *table, size_t row, size_t column)
{
	json_object *cells = json_object_object_get(
		json_object_array_get_idx(json_object_object_get(table, "rows"), row), "cells");
	return json_object_array_get_idx(cells, column);
}

static int64_t number_at(json_object *table, size_t row, size_t column)
{
	return number_of(cell_at(table, row, column), "number");
}

static size_t rows_of(json_object *table)
{
	return length_of(json_object_object_get(table, "rows"));
}

/* --- tables --- */

static void fill_days(const struct overview *overview, json_object *table)
{
	struct series all = series_of(overview, "days", "count"),
		      fresh = series_of(overview, "cohorts", "back");
	int64_t week = 0;
	for (int32_t day = all.first.day; day <= all.last.day; day++) {
		week += value_on(&all, day) - value_on(&all, day - WEEK);
		if (day < range_start(overview).day)
			continue;
		json_object *row = new_row(table);
		int64_t count = value_on(&all, day), new = value_on(&fresh, day);
		put_date(row, (date){ day });
		put_number(row, count);
		put_number(row, new);
		put_number(row, count > new ? count - new : 0);
		/* not of a day that is not over, nor of less than a week */
		if (day - all.first.day >= WEEK - 1 && day < overview->today.day)
			put_number(row, (2 * week + WEEK) / (2 * WEEK));
		else
			new_cell(row);
	}
}

static bool is_run(json_object *milestone)
{
	const char *basis = json_object_get_string(json_object_object_get(milestone, "basis"));
	return basis && text_equals(basis, "streak");
}

/* How many customers have, or once had, as many check-ins as a milestone needs, or days of a run.
 */
static int64_t reached(const struct overview *overview, json_object *milestone)
{
	json_object *list = list_of(overview, is_run(milestone) ? "longest" : "funnel");
	int64_t at = number_of(milestone, "at");
	int64_t customers = 0;
	for (size_t i = 0; i < length_of(list); i++) {
		json_object *item = json_object_array_get_idx(list, i);
		customers += number_of(item, "days") >= at ? number_of(item, "customers") : 0;
	}
	return customers;
}

static int64_t participants(const struct overview *overview)
{
	json_object *list = list_of(overview, "funnel");
	int64_t customers = 0;
	for (size_t i = 0; i < length_of(list); i++)
		customers += number_of(json_object_array_get_idx(list, i), "customers");
	return customers;
}

static bool has_both_bases(json_object *milestones)
{
	bool has[2] = { false, false };
	for (size_t i = 0; i < length_of(milestones); i++)
		has[is_run(json_object_array_get_idx(milestones, i))] = true;
	return has[0] && has[1];
}

static const char *step_name(const struct overview *overview, json_object *milestone, bool has_both)
{
	const char *name = json_object_get_string(json_object_object_get(milestone, "name"));
	if (!has_both || !is_run(milestone))
		return name;
	return memory_format(overview->call->context, "%s (%s)", name,
		page_text(overview->call, "overview.in_a_row"));
}

/* The change is told against the milestone before that counts the same. */
static void fill_steps(const struct overview *overview, json_object *table)
{
	json_object *list = list_of(overview, "milestones");
	bool has_both = has_both_bases(list);
	int64_t all = participants(overview), before[2] = { 0, 0 };
	for (size_t i = 0; i < length_of(list); i++) {
		json_object *item = json_object_array_get_idx(list, i), *row = new_row(table);
		int64_t customers = reached(overview, item), *last = &before[is_run(item)];
		put_number(row, number_of(item, "at"));
		json_put_text(new_cell(row), "text", step_name(overview, item, has_both));
		put_number(row, customers);
		put_percent(row, chart_percent(customers, all), false);
		put_number(row, number_of(item, "claims"));
		if (*last >= customers && *last > 0)
			put_percent(row, chart_percent(customers, *last) - 100, false);
		else
			new_cell(row);
		*last = customers;
	}
}

struct cohort {
	int32_t week; /* its Monday */
	int64_t customers, possible[REPORT_GAP_COUNT], back[REPORT_GAP_COUNT];
};

/* Only days that are over and in the event are possible. */
static void add_to_cohort(
	struct cohort *cohort, const struct overview *overview, json_object *item, date first)
{
	int32_t last = overview->phase == PHASE_ENDED ? overview->window.ends_on.day
						      : overview->today.day - 1;
	cohort->customers += back_of(item, 0);
	for (size_t i = 1; i < REPORT_GAP_COUNT; i++) {
		if (first.day + REPORT_GAPS[i] > last)
			continue;
		cohort->possible[i] += back_of(item, 0);
		cohort->back[i] += back_of(item, i);
	}
}

static void put_cohort(json_object *table, const struct cohort *cohort)
{
	json_object *row = new_row(table);
	put_date(row, (date){ cohort->week });
	put_number(row, cohort->customers);
	for (size_t i = 1; i < REPORT_GAP_COUNT; i++)
		if (cohort->possible[i] > 0)
			put_percent(row, chart_percent(cohort->back[i], cohort->possible[i]), true);
		else
			new_cell(row);
}

static void fill_back(const struct overview *overview, json_object *table)
{
	json_object *list = list_of(overview, "cohorts");
	struct cohort cohort = { 0 };
	int32_t start = range_start(overview).day, last = overview_day(overview).day;
	start = last - start >= WEEKS_MAXIMUM * WEEK ? last - WEEKS_MAXIMUM * WEEK + 1 : start;
	for (size_t i = 0; i < length_of(list); i++) {
		json_object *item = json_object_array_get_idx(list, i);
		date first = date_of(item);
		int32_t week = first.day - (first.day + 3) % WEEK;
		if (first.day < start || first.day > last)
			continue;
		if (cohort.customers > 0 && week != cohort.week) {
			put_cohort(table, &cohort);
			cohort = (struct cohort){ 0 };
		}
		cohort.week = week;
		add_to_cohort(&cohort, overview, item, first);
	}
	if (cohort.customers > 0)
		put_cohort(table, &cohort);
}

static const char *const RUN_LABELS[REPORT_RUN_COUNT] = { "0", "1", "2", "3–6", "7–13", "14+" };

static void fill_runs(const struct overview *overview, json_object *table)
{
	json_object *list = list_of(overview, "runs");
	for (size_t i = 0; i < REPORT_RUN_COUNT && i < length_of(list); i++) {
		json_object *row = new_row(table);
		json_put_text(new_cell(row), "text", RUN_LABELS[i]);
		put_number(row, json_object_get_int64(json_object_array_get_idx(list, i)));
	}
}

static void fill_reached(const struct overview *overview, json_object *table)
{
	json_object *list = list_of(overview, "funnel");
	size_t count = length_of(list);
	int64_t highest = count > 0 ? number_of(json_object_array_get_idx(list, count - 1), "days")
				    : 0;
	int64_t customers = participants(overview);
	size_t next = 0;
	for (int64_t days = 1; days <= highest; days++) {
		json_object *row = new_row(table);
		put_number(row, days);
		put_number(row, customers);
		json_object *item = json_object_array_get_idx(list, next);
		if (number_of(item, "days") == days) {
			customers -= number_of(item, "customers");
			next++;
		}
	}
}

static const struct {
	const char *heads[REPORT_GAP_COUNT + 1];
	void (*fill)(const struct overview *overview, json_object *table);
} PARTS[OVERVIEW_PARTS] = {
	[OVERVIEW_DAYS] = { { "date", "all", "new", "returning", "mean" }, fill_days },
	[OVERVIEW_STEPS] = { { "at", "reward", "reached", "share", "claims", "change" },
		fill_steps },
	[OVERVIEW_BACK] = { { "week", "first", "day1", "day2", "day3", "day7", "day14", "day30" },
		fill_back },
	[OVERVIEW_RUNS] = { { "run", "customers" }, fill_runs },
	[OVERVIEW_REACHED] = { { "at_least", "customers" }, fill_reached },
};

json_object *overview_table(const struct overview *overview, enum overview_part part)
{
	json_object *table = json_attach(overview->call->context, json_new_object()),
		    *heads = json_new_array();
	for (size_t i = 0; i < countof(PARTS[part].heads) && PARTS[part].heads[i]; i++) {
		json_object *head = json_new_object();
		json_put_text(head, "head", PARTS[part].heads[i]);
		json_append(heads, head);
	}
	json_put(table, "heads", heads);
	json_put(table, "rows", json_new_array());
	json_put_text(table, "part", OVERVIEW_PART_NAMES[part]);
	PARTS[part].fill(overview, table);
	return table;
}

/* --- figures --- */

/* Changes are told against the same day a week before, which must belong to the event. A day that
 * is not over is not yet less. */
static void put_figure(const struct overview *overview, json_object *data, const char *name,
	const char *list, const char *field)
{
	struct series series = series_of(overview, list, field);
	int32_t day = overview_day(overview).day;
	int64_t now = value_on(&series, day), before = value_on(&series, day - WEEK);
	json_object *figure = json_new_object();
	json_put_number(figure, "value", now);
	json_put_bool(figure, "has_before", day - WEEK >= series.first.day);
	json_put_number(figure, "before", before);
	json_put_bool(figure, "has_change",
		before > 0 && (now >= before || overview->phase == PHASE_ENDED));
	json_put_text(figure, "direction", now > before ? "up" : now < before ? "down" : "same");
	json_put_text(figure, "arrow", now > before ? "▲" : now < before ? "▼" : "=");
	json_put_number(figure, "percent",
		chart_percent(now > before ? now - before : before - now, before));
	json_put(data, name, figure);
}

void overview_put_figures(const struct overview *overview, json_object *data)
{
	char day[DATE_TEXT];
	json_put_text(data, "day", date_format(overview_day(overview), day));
	put_figure(overview, data, "today", "days", "count");
	put_figure(overview, data, "fresh", "cohorts", "back");
	put_figure(overview, data, "claimed", "claim_days", "claims");
	put_figure(overview, data, "goods", "claim_days", "goods");
	json_put_number(data, "participants", participants(overview));
	json_put_number(data, "claims", number_of(overview->report, "claims"));
	json_put_number(data, "to_ship", number_of(overview->report, "to_ship"));
	json_put_number(data, "unaddressed", number_of(overview->report, "unaddressed"));
	json_put_number(data, "granted", number_of(overview->report, "granted"));
	json_put_number(data, "outstanding", number_of(overview->report, "outstanding"));
}

static struct markup line_of(const struct overview *overview, const char *list, const char *field)
{
	struct series series = series_of(overview, list, field);
	int32_t count = series.last.day - series.first.day + 1;
	int32_t skipped = count > LINE_DAYS ? count - LINE_DAYS : 0;
	return chart_line(overview->call->context, series.values + skipped,
		count > 0 ? (size_t)(count - skipped) : 0);
}

/* --- charts --- */

/* "11/17 Mo" */
static const char *day_label(const struct overview *overview, date day)
{
	char text[DATE_TEXT];
	date_format(day, text);
	return memory_format(overview->call->context, "%.*s/%.*s %s", text[5] == '0' ? 1 : 2,
		text + (text[5] == '0' ? 6 : 5), text[8] == '0' ? 1 : 2,
		text + (text[8] == '0' ? 9 : 8),
		page_text(overview->call,
			memory_format(
				overview->call->context, "weekday.%d", (day.day + 4) % WEEK)));
}

static struct markup days_chart(const struct overview *overview, json_object *table, bool is_narrow)
{
	const struct call *call = overview->call;
	size_t count = rows_of(table);
	struct chart_day *days = memory_array(call->context, struct chart_day, count + 1);
	for (size_t i = 0; i < count; i++) {
		struct chart_day *day = &days[i];
		bool has_mean = json_object_get_boolean(
			json_object_object_get(cell_at(table, i, 4), "is_number"));
		day->day = date_of(cell_at(table, i, 0));
		day->label = day_label(overview, day->day);
		day->fresh = number_at(table, i, 2);
		day->again = number_at(table, i, 3);
		day->mean = has_mean ? number_at(table, i, 4) : -1;
		day->text = memory_format(call->context,
			"%s · %" PRId64 " · %s %" PRId64 " · %s %" PRId64, day->label,
			number_at(table, i, 1), page_text(call, "overview.head.new"), day->fresh,
			page_text(call, "overview.head.returning"), day->again);
	}
	return chart_stacks(call->context,
		&(struct chart_days){ .id = is_narrow ? "days-narrow" : "days",
			.title = page_text(call, "overview.days"),
			.description = page_text(call, "overview.days_text"),
			.days = days,
			.count = count,
			.open = overview->phase == PHASE_RUNNING && count > 0 ? count - 1 : count,
			.is_narrow = is_narrow });
}

static struct markup steps_chart(const struct overview *overview)
{
	const struct call *call = overview->call;
	json_object *table = overview_table(overview, OVERVIEW_STEPS);
	size_t count = rows_of(table);
	struct chart_step *steps = memory_array(call->context, struct chart_step, count + 1);
	for (size_t i = 0; i < count; i++)
		steps[i] = (struct chart_step){
			.name = memory_format(call->context, "%" PRId64 " · %s",
				number_at(table, i, 0),
				json_object_get_string(
					json_object_object_get(cell_at(table, i, 1), "text"))),
			.reached = number_at(table, i, 2),
			.taken = number_at(table, i, 4),
			.lost = -number_at(table, i, 5)
		};
	return chart_steps(call->context, "steps", page_text(call, "overview.steps"),
		page_text(call, "overview.steps_text"), steps, count, participants(overview));
}

/* Bars of the second column, named by the first. */
static struct markup bars_chart(const struct overview *overview, enum overview_part part)
{
	const struct call *call = overview->call;
	const char *name = OVERVIEW_PART_NAMES[part];
	json_object *table = overview_table(overview, part);
	size_t count = rows_of(table);
	struct chart_bar *bars = memory_array(call->context, struct chart_bar, count + 1);
	for (size_t i = 0; i < count; i++) {
		const char *text = json_object_get_string(
			json_object_object_get(cell_at(table, i, 0), "text"));
		bars[i] = (struct chart_bar){ text
				? text
				: memory_format(call->context, "%" PRId64, number_at(table, i, 0)),
			number_at(table, i, 1) };
	}
	return chart_bars(call->context,
		&(struct chart){ .id = name,
			.title = page_text(call, memory_format(call->context, "overview.%s", name)),
			.description = page_text(
				call, memory_format(call->context, "overview.%s_text", name)),
			.bars = bars,
			.count = count,
			.marked = count });
}

void overview_markups(
	const struct overview *overview, struct template_markup markups[OVERVIEW_MARKUPS])
{
	json_object *days = overview_table(overview, OVERVIEW_DAYS);
	const struct template_markup all[OVERVIEW_MARKUPS] = {
		{ "days_chart", days_chart(overview, days, false) },
		{ "days_chart_narrow", days_chart(overview, days, true) },
		{ "steps_chart", steps_chart(overview) },
		{ "runs_chart", bars_chart(overview, OVERVIEW_RUNS) },
		{ "reached_chart", bars_chart(overview, OVERVIEW_REACHED) },
		{ "today_line", line_of(overview, "days", "count") },
		{ "fresh_line", line_of(overview, "cohorts", "back") },
		{ "claimed_line", line_of(overview, "claim_days", "claims") },
		{ "goods_line", line_of(overview, "claim_days", "goods") },
	};
	for (size_t i = 0; i < OVERVIEW_MARKUPS; i++)
		markups[i] = all[i];
}
