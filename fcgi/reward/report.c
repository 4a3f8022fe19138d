/* SPDX-License-Identifier: MIT */
/* Counts the figures of an event. */
#include "reward/report.h"

#include "base/clock.h"
#include "base/memory.h"

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
