/* SPDX-License-Identifier: MIT */
/* Corrects days and points of a customer. */
#include "reward/customer_edit.h"

#include "base/memory.h"
#include "reward/attendance.h"
#include "reward/daily_points_edit.h"
#include "records/audit.h"
#include "reward/event_edit.h"
#include "notification/notification.h"
#include "reward/point_lots.h"

#include <inttypes.h>

enum result customer_edit_lock(struct edit *edit, customer_id customer, struct account *account)
{
	struct db_rows *rows = db_select(
		edit->db, QUERY_CONSOLE_CUSTOMER_LOCK, DB_PARAMS(db_id(customer.value)));
	if (!db_next(rows))
		return edit_refuse(edit, ERR_NOT_FOUND, "customer", "there is no such customer");
	*account = (struct account){ db_get_number(rows, CONSOLE_CUSTOMER_LOCK_POINTS),
		!db_is_null(rows, CONSOLE_CUSTOMER_LOCK_EXPIRES_AT),
		db_get_time(rows, CONSOLE_CUSTOMER_LOCK_EXPIRES_AT) };
	return RESULT_OK;
}

/* --- days --- */

struct day_work {
	struct edit *edit;
	const struct day_change *change;
	struct edited_event event;
	int64_t points; /* that the day paid, or that were taken back */
};

static json_object *day_json(const struct day_work *work)
{
	char day[DATE_TEXT];
	json_object *json = json_new_object();
	json_put_number(json, "event", (int64_t)work->event.id.value);
	json_put_text(json, "day", date_format(work->change->day, day));
	json_put_text(json, "reason", work->change->reason);
	if (work->points)
		json_put_number(json, "points", work->points);
	return json;
}

static enum result begin_day(struct day_work *work)
{
	struct account account;
	enum result result = customer_edit_lock(work->edit, work->change->customer, &account);
	if (result == RESULT_OK && account_is_due(&account, work->edit->now))
		lots_settle(work->edit->db, work->edit->context, work->change->customer,
			work->edit->now, &account);
	if (result == RESULT_OK)
		result = event_edit_find(work->edit, work->change->event, &work->event);
	if (result == RESULT_OK)
		result = event_edit_refuse_archived(work->edit, work->event.id);
	/* as read behind its lock */
	return result == RESULT_OK ? event_edit_find(work->edit, work->change->event, &work->event)
				   : result;
}

/* Pays for the added day by the present rules. */
static enum result pay(struct db *db, struct day_work *work)
{
	struct edit *edit = work->edit;
	struct event event;
	struct payee payee = { .context = edit->context,
		.customer = work->change->customer,
		.dates = attendance_dates(db, edit->context, work->event.id, work->event.time_zone,
			work->event.freezes, work->change->customer) };
	enum result result = daily_points_read_event(edit, work->change->event, &event);
	if (result != RESULT_OK)
		return result;
	payments_read(db, event.id, &payee, 1);
	result = payments_pay(db, &event, work->change->day, edit->now, false, &payee, 1);
	work->points = payee.payment.points;
	if (result == ERR_CONFLICT)
		return edit_refuse(edit, ERR_CONFLICT, "pays", "the budget was used up just now");
	return result;
}

static enum result add_transaction(struct db *db, void *pointer)
{
	struct day_work *work = pointer;
	const struct day_change *change = work->change;
	enum result result = begin_day(work);
	if (result != RESULT_OK)
		return result;
	date today = zone_date(work->event.time_zone, work->edit->now);
	if (change->day.day < work->event.window.starts_on.day
		|| change->day.day > work->event.window.ends_on.day || change->day.day > today.day)
		return edit_refuse(
			work->edit, ERR_CONFLICT, "day", "is not a day of the event that has come");
	if (!db_change_unless_duplicate(db, QUERY_CONSOLE_DAY_ADD,
		    DB_PARAMS(db_id(work->event.id.value), db_id(change->customer.value),
			    db_date(change->day), db_time(work->edit->now)),
		    NULL))
		return edit_refuse(work->edit, ERR_CONFLICT, "day", "counts already");
	if (change->pays && work->event.pays_check_ins)
		result = pay(db, work);
	if (result != RESULT_OK)
		return result;
	audit_write(
		work->edit, "attendance.add", "user", change->customer.value, NULL, day_json(work));
	return RESULT_CREATED;
}

enum result customer_edit_add_day(struct edit *edit, const struct day_change *change)
{
	struct day_work work = { .edit = edit, .change = change };
	return edit_transaction(edit, add_transaction, &work);
}

/* True when every claimed milestone is still earned with the remaining days. */
static bool is_all_earned(struct db *db, const struct day_work *work)
{
	bool is_earned = true;
	struct dates dates = attendance_dates(db, work->edit->context, work->event.id,
		work->event.time_zone, work->event.freezes, work->change->customer);
	struct db_rows *rows = db_select(db, QUERY_CONSOLE_DAY_CLAIMED,
		DB_PARAMS(db_id(work->event.id.value), db_id(work->change->customer.value)));
	while (db_next(rows)) {
		const struct milestone_rule rule = { (uint32_t)db_get_number(
							     rows, CONSOLE_DAY_CLAIMED_AT),
			!db_is_null(rows, CONSOLE_DAY_CLAIMED_EARNED_FROM),
			db_get_date(rows, CONSOLE_DAY_CLAIMED_EARNED_FROM) };
		const enum event_mode basis = milestone_basis_of(
			db_get_text(rows, CONSOLE_DAY_CLAIMED_BASIS, work->edit->context));
		is_earned = is_earned && rules_is_earned(basis, dates, &rule);
	}
	return is_earned;
}

static enum result remove_transaction(struct db *db, void *pointer)
{
	struct day_work *work = pointer;
	const struct day_change *change = work->change;
	enum result result = begin_day(work);
	if (result != RESULT_OK)
		return result;
	if (db_change(db, QUERY_CONSOLE_DAY_REMOVE,
		    DB_PARAMS(db_id(work->event.id.value), db_id(change->customer.value),
			    db_date(change->day)))
		!= 1)
		return edit_refuse(work->edit, ERR_CONFLICT, "day", "is not there");
	if (!is_all_earned(db, work))
		return edit_refuse(work->edit, ERR_CONFLICT, "claim",
			"needs this day: cancel the claim first");
	if (work->event.pays_check_ins)
		work->points = payments_reverse(db, work->edit->context, work->event.id,
			change->customer, change->day, work->edit->now);
	db_change(db, QUERY_STAMP_REMOVE_ALL,
		DB_PARAMS(db_time(work->edit->now), db_id(work->event.id.value),
			db_id(change->customer.value), db_date(change->day)));
	audit_write(work->edit, "attendance.remove", "user", change->customer.value, day_json(work),
		NULL);
	return RESULT_OK;
}

enum result customer_edit_remove_day(struct edit *edit, const struct day_change *change)
{
	struct day_work work = { .edit = edit, .change = change };
	return edit_transaction(edit, remove_transaction, &work);
}

/* --- points --- */

struct points_work {
	struct edit *edit;
	const struct points_adjustment *adjustment;
};

static json_object *points_json(
	const struct points_adjustment *adjustment, uint64_t entry, int64_t balance)
{
	json_object *json = json_new_object();
	json_put_number(json, "entry", (int64_t)entry);
	json_put_number(json, "amount", adjustment->amount);
	json_put_number(json, "balance", balance);
	return json;
}

static void announce(struct db *db, const struct points_work *work, uint64_t entry)
{
	const char *key = memory_format(work->edit->context, "%" PRIu64, entry);
	notification_enqueue(db,
		&(struct notification){ .kind = "points.changed",
			.key = key,
			.customer = work->adjustment->customer,
			.data = memory_format(work->edit->context, "{\"entry\":%s}", key) },
		work->edit->now);
}

static enum result points_transaction(struct db *db, void *pointer)
{
	struct points_work *work = pointer;
	const struct points_adjustment *adjustment = work->adjustment;
	struct account account;
	enum result result = customer_edit_lock(work->edit, adjustment->customer, &account);
	if (result != RESULT_OK)
		return result;
	lots_settle(db, work->edit->context, adjustment->customer, work->edit->now, &account);
	int64_t balance = account.points + adjustment->amount;
	if (adjustment->amount < 0 && balance < 0)
		return edit_refuse(work->edit, ERR_CONFLICT, "amount",
			"is more than the %" PRId64 " there are", account.points);
	struct db_value customer = db_id(adjustment->customer.value);
	if (!db_change_unless_duplicate(db, QUERY_CONSOLE_POINTS_INSERT,
		    DB_PARAMS(customer, db_number(adjustment->amount), db_number(balance),
			    db_text(adjustment->reference), db_text(adjustment->reason),
			    db_text(adjustment->internal_note), db_time(work->edit->now)),
		    NULL))
		return edit_refuse(work->edit, ERR_CONFLICT, "reference", "was used already");
	uint64_t entry = db_inserted_id(db);
	db_change(db, QUERY_CONSOLE_POINTS_BALANCE, DB_PARAMS(db_number(balance), customer));
	if (adjustment->amount < 0)
		lots_spend(db, work->edit->context, adjustment->customer, &account, entry,
			-adjustment->amount);
	audit_write(work->edit, "points.adjust", "user", adjustment->customer.value, NULL,
		points_json(adjustment, entry, balance));
	announce(db, work, entry);
	return RESULT_CREATED;
}

enum result customer_edit_points(struct edit *edit, const struct points_adjustment *adjustment)
{
	struct points_work work = { edit, adjustment };
	if (adjustment->amount == 0)
		return edit_refuse(edit, ERR_INVALID, "amount", "must not be 0");
	return edit_transaction(edit, points_transaction, &work);
}
