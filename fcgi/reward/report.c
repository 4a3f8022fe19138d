/* SPDX-License-Identifier: MIT */
/* Counts the figures of an event. */
#include "reward/report.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

enum { REST = 20 };

struct work {
	const void *context;
	event_id event;
	instant now;
	json_object *json;
	instant at;
	bool is_mine;
};

enum result report_read(
	struct db *db, const void *context, event_id event, json_object **report, instant *at)
{
	struct db_rows *row = db_read_one(
		db, QUERY_CONSOLE_REPORT_READ, DB_PARAMS(db_id(event.value)));
	const char *data = db_get_text(row, CONSOLE_REPORT_READ_DATA, context);
	*at = db_get_time(row, CONSOLE_REPORT_READ_AT);
	*report = data ? json_tokener_parse(data) : NULL;
	if (*report)
		json_attach(context, *report);
	enum result result = db_end_read(db);
	return result == RESULT_OK && !*report ? ERR_NOT_FOUND : result;
}

/* --- counting --- */

static enum result lease_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	struct db_value event = db_id(work->event.value);
	work->is_mine = db_change(db, QUERY_CONSOLE_REPORT_LEASE, DB_PARAMS(event)) == 1;
	if (!work->is_mine
		&& db_change_unless_duplicate(
			db, QUERY_CONSOLE_REPORT_BEGIN, DB_PARAMS(event), NULL))
		work->is_mine = db_change(db, QUERY_CONSOLE_REPORT_LEASE, DB_PARAMS(event)) == 1;
	return RESULT_OK;
}

static json_object *days_json(struct db *db, event_id event)
{
	char day[DATE_TEXT];
	json_object *list = json_new_array();
	struct db_rows *rows = db_select(
		db, QUERY_CONSOLE_REPORT_DAYS, DB_PARAMS(db_id(event.value), db_id(event.value)));
	while (db_next(rows)) {
		json_object *item = json_new_object();
		json_put_text(item, "date",
			date_format(db_get_date(rows, CONSOLE_REPORT_DAYS_DATE), day));
		json_put_number(item, "count", db_get_number(rows, CONSOLE_REPORT_DAYS_CHECK_INS));
		json_append(list, item);
	}
	return list;
}

static json_object *funnel_json(struct db *db, event_id event)
{
	json_object *list = json_new_array();
	struct db_rows *rows = db_select(
		db, QUERY_CONSOLE_REPORT_FUNNEL, DB_PARAMS(db_id(event.value), db_id(event.value)));
	while (db_next(rows)) {
		json_object *item = json_new_object();
		json_put_number(item, "days", db_get_number(rows, CONSOLE_REPORT_FUNNEL_DAYS));
		json_put_number(
			item, "customers", db_get_number(rows, CONSOLE_REPORT_FUNNEL_CUSTOMERS));
		json_append(list, item);
	}
	return list;
}

/* --- who comes again, runs, milestones --- */

const int REPORT_GAPS[REPORT_GAP_COUNT] = { 0, 1, 2, 3, 7, 14, 30 };
const int REPORT_RUNS[REPORT_RUN_COUNT] = { 0, 1, 2, 3, 7, 14 };

static size_t place_of(const int *steps, size_t count, int64_t step)
{
	size_t place = 0;
	while (place + 1 < count && steps[place] != step)
		place++;
	return place;
}

static json_object *numbers_json(const int64_t *numbers, size_t count)
{
	json_object *list = json_new_array();
	for (size_t i = 0; i < count; i++)
		json_append(list, json_object_new_int64(numbers[i]));
	return list;
}

static void append_cohort(json_object *list, date first, int64_t customers[REPORT_GAP_COUNT])
{
	char day[DATE_TEXT];
	json_object *item = json_new_object();
	json_put_text(item, "date", date_format(first, day));
	json_put(item, "back", numbers_json(customers, REPORT_GAP_COUNT));
	json_append(list, item);
}

static json_object *cohorts_json(struct db *db, event_id event)
{
	json_object *list = json_new_array();
	struct db_value id = db_id(event.value);
	int64_t customers[REPORT_GAP_COUNT] = { 0 };
	date first = { 0 };
	bool has_one = false;
	struct db_rows *rows = db_select(
		db, QUERY_CONSOLE_REPORT_COHORTS, DB_PARAMS(id, id, id, id));
	while (db_next(rows)) {
		date day = db_get_date(rows, CONSOLE_REPORT_COHORTS_FIRST_ON);
		if (has_one && day.day != first.day) {
			append_cohort(list, first, customers);
			memset(customers, 0, sizeof customers);
		}
		first = day;
		has_one = true;
		customers[place_of(REPORT_GAPS, REPORT_GAP_COUNT,
			db_get_number(rows, CONSOLE_REPORT_COHORTS_GAP))] = db_get_number(rows,
			CONSOLE_REPORT_COHORTS_CUSTOMERS);
	}
	if (has_one)
		append_cohort(list, first, customers);
	return list;
}

struct terms {
	date today, ends_on;
	int32_t offset;
};

static struct terms read_terms(struct db *db, const void *context, event_id event, instant now)
{
	struct terms terms = { 0 };
	struct db_rows *rows = db_select(
		db, QUERY_CONSOLE_REPORT_EVENT, DB_PARAMS(db_id(event.value)));
	if (!db_next(rows))
		return terms;
	const char *zone = db_get_text(rows, CONSOLE_REPORT_EVENT_TIME_ZONE, context);
	terms.ends_on = db_get_date(rows, CONSOLE_REPORT_EVENT_ENDS_ON);
	terms.today = zone_date(zone, now);
	terms.offset = zone_offset(zone, now);
	return terms;
}

static void append_run(json_object *list, int64_t days, int64_t customers)
{
	json_object *item = json_new_object();
	json_put_number(item, "days", days);
	json_put_number(item, "customers", customers);
	json_append(list, item);
}

/* "runs": customers by their present run; "longest": by the longest one. */
static void put_runs(struct db *db, event_id event, const struct terms *terms, json_object *json)
{
	/* as rules_participation: a run counts that can go on, or reached the end */
	bool is_over = terms->today.day > terms->ends_on.day;
	date from = { is_over ? terms->ends_on.day : terms->today.day - 1 };
	int64_t present[REPORT_RUN_COUNT] = { 0 }, days = 0, customers = 0;
	json_object *longest = json_new_array();
	struct db_value id = db_id(event.value), day = db_date(from);
	struct db_rows *rows = db_select(
		db, QUERY_CONSOLE_REPORT_RUNS, DB_PARAMS(day, id, day, id));
	while (db_next(rows)) {
		int64_t length = db_get_number(rows, CONSOLE_REPORT_RUNS_LONGEST),
			count = db_get_number(rows, CONSOLE_REPORT_RUNS_CUSTOMERS);
		if (customers > 0 && length != days) {
			append_run(longest, days, customers);
			customers = 0;
		}
		days = length;
		customers += count;
		present[place_of(REPORT_RUNS, REPORT_RUN_COUNT,
			db_get_number(rows, CONSOLE_REPORT_RUNS_RUN_FROM))] += count;
	}
	if (customers > 0)
		append_run(longest, days, customers);
	json_put(json, "runs", numbers_json(present, REPORT_RUN_COUNT));
	json_put(json, "longest", longest);
}

static json_object *milestones_json(struct db *db, const void *context, event_id event)
{
	json_object *list = json_new_array();
	struct db_value id = db_id(event.value);
	struct db_rows *rows = db_select(db, QUERY_CONSOLE_REPORT_MILESTONES, DB_PARAMS(id, id));
	while (db_next(rows)) {
		json_object *item = json_new_object();
		json_put_number(item, "at", db_get_number(rows, CONSOLE_REPORT_MILESTONES_AT));
		json_put_text(
			item, "basis", db_get_text(rows, CONSOLE_REPORT_MILESTONES_BASIS, context));
		json_put_text(
			item, "name", db_get_text(rows, CONSOLE_REPORT_MILESTONES_NAME, context));
		json_put_number(
			item, "claims", db_get_number(rows, CONSOLE_REPORT_MILESTONES_CLAIMS));
		json_append(list, item);
	}
	return list;
}

static json_object *claim_days_json(struct db *db, event_id event, int32_t offset)
{
	char day[DATE_TEXT];
	json_object *list = json_new_array();
	struct db_rows *rows = db_select(db, QUERY_CONSOLE_REPORT_CLAIM_DAYS,
		DB_PARAMS(db_number(offset), db_id(event.value)));
	while (db_next(rows)) {
		json_object *item = json_new_object();
		json_put_text(item, "date",
			date_format(db_get_date(rows, CONSOLE_REPORT_CLAIM_DAYS_CLAIMED_ON), day));
		json_put_number(
			item, "claims", db_get_number(rows, CONSOLE_REPORT_CLAIM_DAYS_CLAIMS));
		json_put_number(
			item, "goods", db_get_number(rows, CONSOLE_REPORT_CLAIM_DAYS_GOODS));
		json_append(list, item);
	}
	return list;
}

static void put_progress(struct work *work, struct db *db, json_object *json)
{
	struct terms terms = read_terms(db, work->context, work->event, work->now);
	json_put(json, "cohorts", cohorts_json(db, work->event));
	put_runs(db, work->event, &terms, json);
	json_put(json, "milestones", milestones_json(db, work->context, work->event));
	json_put(json, "claim_days", claim_days_json(db, work->event, terms.offset));
	struct db_rows *rows = db_select(
		db, QUERY_CONSOLE_REPORT_UNADDRESSED, DB_PARAMS(db_id(work->event.value)));
	json_put_number(json, "unaddressed",
		db_next(rows) ? db_get_number(rows, CONSOLE_REPORT_UNADDRESSED_CLAIMS) : 0);
}

static void put_sums(struct db *db, event_id event, json_object *json)
{
	struct db_rows *rows = db_select(
		db, QUERY_CONSOLE_REPORT_CLAIMS, DB_PARAMS(db_id(event.value)));
	bool has_row = db_next(rows);
	json_put_number(
		json, "claims", has_row ? db_get_number(rows, CONSOLE_REPORT_CLAIMS_TOTAL) : 0);
	json_put_number(
		json, "to_ship", has_row ? db_get_number(rows, CONSOLE_REPORT_CLAIMS_TO_SHIP) : 0);
	json_put_number(
		json, "granted", has_row ? db_get_number(rows, CONSOLE_REPORT_CLAIMS_GRANTED) : 0);
	rows = db_select(db, QUERY_CONSOLE_REPORT_OUTSTANDING, DB_NO_PARAMS);
	json_put_number(json, "outstanding",
		db_next(rows) ? db_get_number(rows, CONSOLE_REPORT_OUTSTANDING_POINTS) : 0);
}

static enum result count_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	int64_t began = clock_monotonic_ms();
	json_object *json = json_attach(work->context, json_new_object());
	json_put(json, "days", days_json(db, work->event));
	json_put(json, "funnel", funnel_json(db, work->event));
	put_progress(work, db, json);
	put_sums(db, work->event, json);
	json_put_number(json, "took_ms", clock_monotonic_ms() - began);
	if (!db_has_failed(db))
		db_change(db, QUERY_CONSOLE_REPORT_WRITE,
			DB_PARAMS(db_time(work->now), db_text(json_text(work->context, json)),
				db_id(work->event.value)));
	return RESULT_OK;
}

/* Counting takes at most a twentieth of a server's time, however large the event is. */
static bool is_due(struct db *db, const void *context, event_id event, instant now)
{
	json_object *report;
	instant at;
	if (report_read(db, context, event, &report, &at) != RESULT_OK)
		return true;
	int64_t took_ms = json_object_get_int64(json_object_object_get(report, "took_ms"));
	return instant_is_over(at, REST * took_ms / 1000, now);
}

static enum result count_under_lease(struct db *db, void *context, event_id event, instant now)
{
	struct work work = { .context = context, .event = event, .now = now };
	enum result result = db_autocommit(db, lease_transaction, &work);
	return result == RESULT_OK && work.is_mine ? db_autocommit(db, count_transaction, &work)
						   : result;
}

enum result report_count(struct db *db, event_id event, instant now)
{
	void *context = memory_context(NULL);
	enum result result = is_due(db, context, event, now)
		? count_under_lease(db, context, event, now)
		: RESULT_OK;
	memory_free(context);
	return result;
}

enum result report_count_now(struct db *db, event_id event, instant now)
{
	void *context = memory_context(NULL);
	enum result result = count_under_lease(db, context, event, now);
	memory_free(context);
	return result;
}
