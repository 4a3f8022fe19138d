/* SPDX-License-Identifier: MIT */
/* Adds and takes back days for the shop's backend. Locks the customer's row first. */
#include "reward/shop_attendance.h"

#include "base/memory.h"
#include "base/text.h"
#include "customer/customer.h"
#include "records/audit.h"
#include "reward/attendance.h"
#include "reward/event_edit.h"

const char *const SHOP_ATTENDANCE_SOURCES[] = { "purchase", "visit", "other", NULL };

struct work {
	struct edit *edit;
	const struct shop_report *report;
	struct shop_report_outcome *outcome;
	customer_id customer;
	const char *reference;
	struct event event;
	date today;
};

static json_object *report_json(const struct work *work, uint64_t event, date day)
{
	char text[DATE_TEXT];
	json_object *json = json_new_object();
	json_put_number(json, "event", (int64_t)event);
	json_put_text(json, "day", date_format(day, text));
	json_put_text(json, "reference", work->reference);
	return json;
}

/* --- adding --- */

static struct db_rows *find_report(struct db *db, const struct work *work)
{
	return db_select(db, QUERY_STAMP_FIND, DB_PARAMS(db_text(work->reference)));
}

/* A repetition need not name the day. */
static bool is_same(const struct db_rows *rows, const struct work *work)
{
	const struct shop_report *report = work->report;
	return db_get_id(rows, STAMP_FIND_USER_ID) == work->customer.value
		&& db_get_id(rows, STAMP_FIND_EVENT_ID) == work->event.id.value
		&& text_equals(db_get_text(rows, STAMP_FIND_SOURCE, work->edit->context),
			SHOP_ATTENDANCE_SOURCES[report->source])
		&& (!report->has_day || db_get_date(rows, STAMP_FIND_DATE).day == report->day.day);
}

/* The earlier report with this reference; ERR_NOT_FOUND when there is none. */
static enum result read_earlier(struct db *db, const struct work *work)
{
	struct db_rows *rows = find_report(db, work);
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	if (!is_same(rows, work))
		return edit_refuse(work->edit, ERR_CONFLICT, "reference",
			"was used for another report already");
	if (!db_is_null(rows, STAMP_FIND_REMOVED_AT))
		return edit_refuse(work->edit, ERR_CONFLICT, "reference", "was taken back");
	*work->outcome = (struct shop_report_outcome){ db_get_date(rows, STAMP_FIND_DATE),
		db_get_time(rows, STAMP_FIND_AT), db_get_number(rows, STAMP_FIND_MADE_DAY) != 0 };
	return RESULT_OK;
}

static enum result check_day(struct work *work)
{
	char text[DATE_TEXT];
	const date day = work->outcome->day,
		   first = { work->today.day - (int32_t)work->event.options.shop_days_back };
	if (work->event.options.stamped_by == STAMPED_BY_CUSTOMER)
		return edit_refuse(work->edit, ERR_CONFLICT, "event",
			"only customers themselves add days to it");
	if (day.day > work->today.day)
		return edit_refuse(work->edit, ERR_INVALID, "date", "must not be in the future");
	if (day.day < first.day)
		return edit_refuse(work->edit, ERR_INVALID, "date", "must not be before %s",
			date_format(first, text));
	return day.day < work->event.window.starts_on.day
			|| day.day > work->event.window.ends_on.day
		? ERR_EVENT_NOT_RUNNING
		: RESULT_OK;
}

static enum result write_report(struct db *db, struct work *work)
{
	struct shop_report_outcome *outcome = work->outcome;
	struct db_value event = db_id(work->event.id.value), customer = db_id(work->customer.value),
			day = db_date(outcome->day), now = db_time(work->edit->now);
	outcome->at = work->edit->now;
	outcome->made_day = db_change_unless_duplicate(
		db, QUERY_STAMP_DAY_ADD, DB_PARAMS(event, customer, day, now), NULL);
	if (!db_change_unless_duplicate(db, QUERY_STAMP_INSERT,
		    DB_PARAMS(db_text(work->reference), event, customer, day,
			    db_text(SHOP_ATTENDANCE_SOURCES[work->report->source]),
			    db_number(outcome->made_day), now),
		    NULL))
		/* another customer's report has just used the reference: everything is undone */
		return edit_refuse(work->edit, ERR_CONFLICT, "reference",
			"was used for another report already");
	audit_write(work->edit, "attendance.add", "user", work->customer.value, NULL,
		report_json(work, work->event.id.value, outcome->day));
	return RESULT_CREATED;
}

static enum result add_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	int64_t points;
	enum result held = customer_lock(db, work->customer, &points);
	enum result result = read_earlier(db, work);
	if (result != ERR_NOT_FOUND)
		return result;
	if (held != RESULT_OK)
		return held;
	if (work->event.options.excludes_staff && customer_is_staff(db, work->customer))
		return ERR_FORBIDDEN;
	work->outcome->day = work->report->has_day ? work->report->day : work->today;
	result = check_day(work);
	if (result == RESULT_OK)
		result = event_edit_refuse_archived(work->edit, work->event.id);
	return result == RESULT_OK ? write_report(db, work) : result;
}

enum result shop_attendance_add(
	struct edit *edit, const struct shop_report *report, struct shop_report_outcome *outcome)
{
	struct work work = { .edit = edit,
		.report = report,
		.outcome = outcome,
		.customer = report->customer,
		.reference = report->reference };
	struct event *event;
	enum result result = event_load(edit->db, edit->context, report->event, &event);
	if (result != RESULT_OK)
		return result;
	work.event = *event;
	work.today = event_today(event, edit->now);
	return edit_transaction(edit, add_transaction, &work);
}

/* --- taking back --- */

static void flag(struct db *db, const struct work *work, uint64_t claim)
{
	struct db_value id = db_id(claim);
	db_change_unless_duplicate(
		db, QUERY_STAMP_RECHECK, DB_PARAMS(id, db_time(work->edit->now)), NULL);
	db_change(db, QUERY_STAMP_REVIEW_AGAIN, DB_PARAMS(id));
}

/* The claims that are no longer earned with the remaining days. */
static void flag_claims(struct db *db, const struct work *work)
{
	const event_id id = work->event.id;
	struct dates dates = attendance_dates(db, work->edit->context, id, work->event.time_zone,
		work->event.options.freezes, work->customer);
	struct db_rows *rows = db_select(
		db, QUERY_STAMP_CLAIMS, DB_PARAMS(db_id(id.value), db_id(work->customer.value)));
	uint64_t *claims = NULL;
	size_t count = 0;
	while (db_next(rows)) {
		const struct milestone_rule rule = { (uint32_t)db_get_number(rows, STAMP_CLAIMS_AT),
			!db_is_null(rows, STAMP_CLAIMS_EARNED_FROM),
			db_get_date(rows, STAMP_CLAIMS_EARNED_FROM) };
		const enum event_mode basis = milestone_basis_of(
			db_get_text(rows, STAMP_CLAIMS_BASIS, work->edit->context));
		if (rules_is_earned(basis, dates, &rule))
			continue;
		claims = memory_grow(work->edit->context, claims, uint64_t, count + 1);
		claims[count++] = db_get_id(rows, STAMP_CLAIMS_ID);
	}
	for (size_t i = 0; i < count; i++)
		flag(db, work, claims[i]);
}

/* What flag_claims needs of it. */
static struct event event_of(const struct db_rows *rows, const void *context)
{
	return (struct event){
		.id = { db_get_id(rows, STAMP_FIND_EVENT_ID) },
		.time_zone = db_get_zone(rows, STAMP_FIND_TIME_ZONE, context),
		.options.freezes = { (uint32_t)db_get_number(rows, STAMP_FIND_FREEZES),
			(uint32_t)db_get_number(rows, STAMP_FIND_FREEZE_EVERY) },
	};
}

static enum result remove_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	int64_t points;
	customer_lock(db, work->customer, &points); /* also of a blocked customer */
	struct db_rows *rows = find_report(db, work);
	if (!db_next(rows) || db_get_id(rows, STAMP_FIND_USER_ID) != work->customer.value)
		return ERR_NOT_FOUND;
	if (!db_is_null(rows, STAMP_FIND_REMOVED_AT))
		return RESULT_NO_CONTENT;
	const uint64_t id = db_get_id(rows, STAMP_FIND_ID);
	const date day = db_get_date(rows, STAMP_FIND_DATE);
	work->event = event_of(rows, work->edit->context);
	enum result result = event_edit_refuse_archived(work->edit, work->event.id);
	if (result != RESULT_OK)
		return result;
	db_change(db, QUERY_STAMP_REMOVE, DB_PARAMS(db_time(work->edit->now), db_id(id)));
	audit_write(work->edit, "attendance.remove", "user", work->customer.value,
		report_json(work, work->event.id.value, day), NULL);
	if (db_change(db, QUERY_STAMP_DAY_REMOVE,
		    DB_PARAMS(
			    db_id(work->event.id.value), db_id(work->customer.value), db_date(day)))
		== 1)
		flag_claims(db, work);
	return RESULT_NO_CONTENT;
}

enum result shop_attendance_remove(struct edit *edit, customer_id customer, const char *reference)
{
	struct work work = { .edit = edit, .customer = customer, .reference = reference };
	return edit_transaction(edit, remove_transaction, &work);
}
