/* SPDX-License-Identifier: MIT */
/* Reads the days of customers, and inserts today's. The primary key refuses a second check-in. */
#include "reward/attendance_transaction.h"

#include "base/memory.h"
#include "base/text.h"
#include "notification/notification.h"
#include "reward/point_budget.h"
#include "reward/point_lots.h"

#include <inttypes.h>

enum { MANY = ATTENDANCE_BATCH_MAX };

#define ALL_OF(values) \
	(values)[0], (values)[1], (values)[2], (values)[3], (values)[4], (values)[5], (values)[6], \
		(values)[7]

/* --- reading --- */

static struct db_rows *select_rows(struct db *db, const struct attendance_work *work)
{
	struct db_value subjects[MANY], event = db_id(work->event->id.value),
					issuer = db_id(work->items[0]->subject->issuer_id);
	for (size_t i = 0; i < MANY; i++)
		subjects[i] = db_text(work->items[i < work->count ? i : 0]->subject->subject);
	return work->count == 1
		? db_select(db, QUERY_ATTENDANCE_OF, DB_PARAMS(event, event, issuer, subjects[0]))
		: db_select(db, QUERY_ATTENDANCE_OF_MANY,
			DB_PARAMS(event, event, issuer, ALL_OF(subjects)));
}

static struct reading *reading_of(struct attendance_work *work, const struct db_rows *rows)
{
	if (work->count == 1)
		return &work->readings[0];
	const uint64_t customer = db_get_id(rows, ATTENDANCE_OF_MANY_USER_ID);
	for (size_t i = 0; i < work->count; i++)
		if (work->readings[i].has_begun
			&& work->items[i]->attendance.customer.value == customer)
			return &work->readings[i];
	const char *subject = db_get_text(
		rows, ATTENDANCE_OF_MANY_SUBJECT, work->items[0]->context);
	for (size_t i = 0; i < work->count; i++)
		if (text_equals(work->items[i]->subject->subject, subject))
			return &work->readings[i];
	return NULL;
}

static void begin_readings(struct attendance_work *work)
{
	for (size_t i = 0; i < work->count; i++)
		reading_begin(
			&work->readings[i], work->items[i]->context, &work->items[i]->attendance);
}

/* Only an ended event may be archived. */
static void read_archive(struct db *db, struct attendance_work *work, size_t i)
{
	struct attendance *out = &work->items[i]->attendance;
	if (work->readings[i].finding == FOUND && out->dates.count == 0
		&& rules_phase(work->event->window, out->today) == PHASE_ENDED)
		out->dates = reading_dates(db, work->items[i]->context, QUERY_ARCHIVE_DATES,
			work->event->id, work->event->time_zone, out->customer);
}

static void read_paid(struct db *db, const struct attendance_work *work)
{
	struct payee payees[MANY];
	int64_t left = work->event->budget.is_set ? point_budget_left(db, work->event->id) : 0;
	for (size_t i = 0; i < work->count; i++)
		payees[i] = (struct payee){ .context = work->items[i]->context,
			.customer = work->items[i]->attendance.customer };
	payments_read(db, work->event->id, payees, work->count);
	for (size_t i = 0; i < work->count; i++) {
		work->items[i]->attendance.paid = payees[i].paid;
		work->items[i]->attendance.budget_left = left;
	}
}

enum result attendance_read_transaction(struct db *db, void *pointer)
{
	struct attendance_work *work = pointer;
	begin_readings(work);
	struct db_rows *rows = select_rows(db, work);
	while (db_next(rows)) {
		struct reading *reading = reading_of(work, rows);
		if (reading)
			reading_add(reading, rows);
	}
	for (size_t i = 0; i < work->count; i++)
		read_archive(db, work, i);
	if (work->event->pays_check_ins)
		read_paid(db, work);
	return RESULT_OK;
}

static enum query insert_of(const struct event *event)
{
	return event->options.excludes_staff ? QUERY_ATTENDANCE_INSERT_EXCLUDING_STAFF
					     : QUERY_ATTENDANCE_INSERT;
}

/* --- one check-in: nearly all are new, so the insert comes first --- */

/* After an insert, which checked event and customer: only the dates and the customer's id remain to
 * be read. */
static void read_inserted(struct db_rows *rows, struct attendance_work *work)
{
	struct attendance *out = &work->items[0]->attendance;
	begin_readings(work);
	while (db_next(rows)) {
		out->customer.value = db_get_id(rows, ATTENDANCE_DATES_OF_INSERTED_USER_ID);
		reading_add_day(&work->readings[0], rows);
	}
	out->at = work->now;
	work->readings[0].finding = FOUND;
}

static void announce(struct db *db, const struct attendance_work *work)
{
	char day[DATE_TEXT];
	const void *context = work->items[0]->context;
	const struct attendance *out = &work->items[0]->attendance;
	notification_enqueue(db,
		&(struct notification){ .kind = "attendance.created",
			.event = work->event->id,
			.customer = out->customer,
			.key = memory_format(context, "%" PRIu64 "-%" PRIu64 "-%s",
				work->event->id.value, out->customer.value,
				date_format(out->today, day)),
			.data = memory_format(context, "{\"date\":\"%s\"}", day) },
		work->now);
}

/* Nothing was inserted, although the customer seems to be allowed. */
static enum finding why_not(struct db *db, const struct attendance_work *work)
{
	if (work->event->options.excludes_staff
		&& customer_is_staff(db, work->items[0]->attendance.customer))
		return FOUND_OF_THE_SHOP;
	return FOUND_OTHER_VERSION; /* the reason disappeared between the two statements */
}

/* Today already counts because staff or an outage added it. Now it becomes the customer's own
 * check-in, so that undoing the outage does not remove it. */
static void adopt(struct db *db, struct attendance_work *work)
{
	struct reading *reading = &work->readings[0];
	struct attendance *out = &work->items[0]->attendance;
	if (reading->finding != FOUND || !reading_has_today_given(reading))
		return;
	if (db_change(db, QUERY_ATTENDANCE_ADOPT,
		    DB_PARAMS(db_time(work->now), db_id(work->event->id.value),
			    db_id(out->customer.value), db_date(out->today)))
		== 1)
		out->at = work->now;
	else
		/* it was just removed: check in again */
		reading->finding = FOUND_OTHER_VERSION;
	work->is_adopted[0] = reading->finding == FOUND;
}

/* False: the row exists. *is_inserted: this statement inserted it; then its rows are read. */
static bool insert_one(struct db *db, struct attendance_work *work, bool *is_inserted)
{
	uint64_t changed;
	struct db_rows *rows;
	const struct event *event = work->event;
	const struct subject *subject = work->items[0]->subject;
	bool is_new = db_change_and_select(db, insert_of(event),
		DB_PARAMS(db_date(work->items[0]->attendance.today), db_time(work->now),
			db_id(subject->issuer_id), db_text(subject->subject),
			db_id(event->id.value), db_id(event->version)),
		&changed, QUERY_ATTENDANCE_DATES_OF_INSERTED, DB_PARAMS(db_id(event->id.value)),
		&rows);
	*is_inserted = changed == 1;
	if (*is_inserted)
		read_inserted(rows, work);
	return is_new;
}

static enum result check_in_one(struct db *db, struct attendance_work *work)
{
	bool is_inserted, is_new = insert_one(db, work, &is_inserted);
	const bool is_announced = work->event->announces_attendance;
	/* with autocommit it stays true when the function runs again */
	work->is_created[0] = is_inserted || (work->is_created[0] && !is_announced);
	if (is_inserted) {
		if (is_announced)
			announce(db, work);
		return RESULT_OK;
	}
	enum result result = attendance_read_transaction(db, work);
	if (is_new && work->readings[0].finding == FOUND)
		work->readings[0].finding = why_not(db, work);
	if (!is_new)
		adopt(db, work);
	return result;
}

/* --- several check-ins: read first, since the insert takes all or nobody --- */

static bool has_today(const struct attendance *attendance)
{
	const struct dates *dates = &attendance->dates;
	for (size_t i = dates->count; i > 0; i--)
		if (dates->items[i - 1].day == attendance->today.day)
			return true;
	return false;
}

/* Where fewer rows were inserted than asked for, nobody can say whose. */
static bool insert_several(
	struct db *db, const struct attendance_work *work, const struct db_value *ids, size_t count)
{
	uint64_t inserted = 0;
	const struct event *event = work->event;
	return db_change_unless_duplicate(db, QUERY_ATTENDANCE_INSERT_MANY,
		       DB_PARAMS(db_date(work->items[0]->attendance.today), db_time(work->now),
			       db_id(event->id.value), db_id(event->version), ALL_OF(ids)),
		       &inserted)
		&& inserted == count;
}

static void note_inserted(struct attendance_work *work, size_t i, bool is_inserted)
{
	struct attendance *out = &work->items[i]->attendance;
	work->is_created[i] = is_inserted;
	if (is_inserted) {
		reading_add_date(&work->readings[i], out->today);
		out->at = work->now;
	} else {
		work->readings[i].finding = FOUND_OTHER_VERSION;
	}
}

static enum result check_in_several(struct db *db, struct attendance_work *work)
{
	struct db_value ids[MANY];
	size_t count = 0;
	attendance_read_transaction(db, work);
	for (size_t i = 0; i < work->count; i++) {
		const struct attendance *out = &work->items[i]->attendance;
		work->is_created[i] = work->readings[i].finding == FOUND && !has_today(out);
		if (work->is_created[i])
			ids[count++] = db_id(out->customer.value);
	}
	if (count == 0 || db_has_failed(db))
		return RESULT_OK;
	for (size_t i = count; i < MANY; i++)
		ids[i] = ids[0];
	bool is_inserted = insert_several(db, work, ids, count);
	for (size_t i = 0; i < work->count; i++)
		if (work->is_created[i])
			note_inserted(work, i, is_inserted);
	return RESULT_OK;
}

/* --- with points: behind the customers' locks, so that each day is paid once, within limits --- */

static void note_locked(struct attendance_work *work, const char *subject)
{
	for (size_t i = 0; i < work->count; i++)
		work->is_locked[i] |= text_equals(work->items[i]->subject->subject, subject);
}

/* Expired points leave the ledger before others enter it. */
static void lock_one(struct db *db, struct attendance_work *work, struct db_value issuer,
	struct db_value subject)
{
	struct db_rows *rows = db_select(db, QUERY_CLAIM_LOCK_CUSTOMER, DB_PARAMS(issuer, subject));
	work->is_locked[0] = db_next(rows);
	if (!work->is_locked[0])
		return;
	customer_id customer = { db_get_id(rows, CLAIM_LOCK_CUSTOMER_ID) };
	struct account account = { db_get_number(rows, CLAIM_LOCK_CUSTOMER_POINTS),
		!db_is_null(rows, CLAIM_LOCK_CUSTOMER_EXPIRES_AT),
		db_get_time(rows, CLAIM_LOCK_CUSTOMER_EXPIRES_AT) };
	if (account_is_due(&account, work->now))
		lots_settle(db, work->items[0]->context, customer, work->now, &account);
}

/* Of several, those whose row is locked already are left out. */
static void lock(struct db *db, struct attendance_work *work)
{
	struct db_value subjects[MANY], issuer = db_id(work->items[0]->subject->issuer_id);
	for (size_t i = 0; i < MANY; i++) {
		subjects[i] = db_text(work->items[i < work->count ? i : 0]->subject->subject);
		work->is_locked[i] = false;
		work->is_adopted[i] = false;
	}
	if (work->count == 1) {
		lock_one(db, work, issuer, subjects[0]);
		return;
	}
	struct db_rows *rows = db_select(db, QUERY_CLAIM_LOCK_CUSTOMERS,
		DB_PARAMS(issuer, ALL_OF(subjects), db_time(work->now)));
	while (db_next(rows))
		note_locked(work,
			db_get_text(rows, CLAIM_LOCK_CUSTOMERS_SUBJECT, work->items[0]->context));
}

static bool insert_alone(struct db *db, const struct attendance_work *work)
{
	uint64_t inserted = 0;
	const struct event *event = work->event;
	const struct subject *subject = work->items[0]->subject;
	return db_change_unless_duplicate(db, insert_of(event),
		       DB_PARAMS(db_date(work->items[0]->attendance.today), db_time(work->now),
			       db_id(subject->issuer_id), db_text(subject->subject),
			       db_id(event->id.value), db_id(event->version)),
		       &inserted)
		&& inserted == 1;
}

/* Who needs a row. One whose row is not locked is served individually, or again. */
static size_t find_new(struct attendance_work *work, struct db_value ids[MANY])
{
	size_t count = 0;
	for (size_t i = 0; i < work->count; i++) {
		const struct attendance *out = &work->items[i]->attendance;
		bool is_new = work->readings[i].finding == FOUND && !has_today(out);
		work->is_created[i] = is_new && work->is_locked[i];
		if (work->is_created[i])
			ids[count++] = db_id(out->customer.value);
		else if (is_new)
			work->readings[i].finding = FOUND_OTHER_VERSION;
	}
	for (size_t i = count; i < MANY; i++)
		ids[i] = ids[0];
	return count;
}

static enum result pay(struct db *db, struct attendance_work *work)
{
	struct payee payees[MANY];
	struct attendance *paid[MANY];
	size_t count = 0;
	for (size_t i = 0; i < work->count; i++) {
		struct attendance *out = &work->items[i]->attendance;
		bool is_due = work->is_created[i]
			|| (work->is_adopted[i] && !is_paid_for(&out->paid, out->today));
		if (!is_due)
			continue;
		payees[count] = (struct payee){ .context = work->items[i]->context,
			.customer = out->customer,
			.dates = dates_freeze(
				work->items[i]->context, out->dates, work->event->options.freezes),
			.paid = out->paid };
		paid[count++] = out;
	}
	if (count == 0)
		return RESULT_OK;
	enum result result = payments_pay(
		db, work->event, paid[0]->today, work->now, work->locks_budget, payees, count);
	for (size_t i = 0; i < count; i++)
		paid[i]->paid = payees[i].paid;
	return result;
}

static enum result check_in_with_points(struct db *db, struct attendance_work *work)
{
	struct db_value ids[MANY] = { db_null() };
	lock(db, work);
	attendance_read_transaction(db, work);
	size_t count = find_new(work, ids);
	if (db_has_failed(db))
		return RESULT_OK;
	bool is_inserted = count > 0
		&& (work->count == 1 ? insert_alone(db, work)
				     : insert_several(db, work, ids, count));
	for (size_t i = 0; i < work->count; i++)
		if (work->is_created[i])
			note_inserted(work, i, is_inserted);
	if (work->count == 1 && count == 1 && !is_inserted)
		work->readings[0].finding = why_not(db, work);
	if (work->count == 1 && count == 0)
		adopt(db, work);
	if (is_inserted && work->event->announces_attendance)
		announce(db, work);
	return pay(db, work);
}

enum result attendance_check_in_transaction(struct db *db, void *pointer)
{
	struct attendance_work *work = pointer;
	if (work->event->daily_points.count)
		return check_in_with_points(db, work);
	return work->count == 1 ? check_in_one(db, work) : check_in_several(db, work);
}
