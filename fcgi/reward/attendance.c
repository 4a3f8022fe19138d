/* SPDX-License-Identifier: MIT */
/* Check-ins. The primary key refuses a second one; everything else is computed from the rows. */
#include "reward/attendance.h"

#include "base/memory.h"
#include "reward/attendance_rows.h"
#include "notification/notification.h"

#include <inttypes.h>

enum { TRIES = 3 };

struct work {
	const void *context;
	const struct subject *subject;
	instant now;
	struct attendance *out;
	struct reading reading;
	/* by this run; with autocommit it stays true when the function runs again */
	bool has_inserted;
	bool is_created; /* by this request, committed */
};

static bool is_over(const struct attendance *attendance)
{
	return rules_phase(attendance->event->window, attendance->today) == PHASE_ENDED;
}

static enum result read_transaction(struct db *db, void *state)
{
	struct work *work = state;
	const struct subject *subject = work->subject;
	reading_begin(&work->reading, work->context, work->out);
	struct db_rows *rows = db_select(db, QUERY_ATTENDANCE_OF,
		DB_PARAMS(db_id(work->out->event->id.value), db_id(work->out->event->id.value),
			db_id(subject->issuer_id), db_text(subject->subject)));
	while (db_next(rows))
		reading_add(&work->reading, rows);
	if (work->reading.finding == FOUND && work->out->dates.count == 0 && is_over(work->out))
		work->out->dates = reading_dates(db, work->context, QUERY_ARCHIVE_DATES,
			work->out->event->id, work->out->event->time_zone, work->out->customer);
	return RESULT_OK;
}

/* After an insert, which checked event and customer: only the dates and the customer's id remain to
 * be read. Whether days were added by staff does not matter for a check-in's answer. */
static enum result read_own(struct db_rows *rows, struct work *work)
{
	struct attendance *out = work->out;
	reading_begin(&work->reading, work->context, out);
	while (db_next(rows)) {
		out->customer.value = db_get_id(rows, 1);
		reading_add_date(&work->reading, db_get_date(rows, 0));
	}
	out->at = work->now;
	work->reading.finding = FOUND;
	return RESULT_OK;
}

static void announce(struct db *db, const struct work *work)
{
	char day[DATE_TEXT];
	const struct attendance *out = work->out;
	notification_enqueue(db,
		&(struct notification){ .kind = "attendance.created",
			.event = out->event->id,
			.customer = out->customer,
			.key = memory_format(work->context, "%" PRIu64 "-%" PRIu64 "-%s",
				out->event->id.value, out->customer.value,
				date_format(out->today, day)),
			.data = memory_format(work->context, "{\"date\":\"%s\"}", day) },
		work->now);
}

/* Nothing was inserted, although the customer seems to be allowed. */
static enum finding why_not(struct db *db, const struct work *work)
{
	if (work->out->event->options.excludes_staff && customer_is_staff(db, work->out->customer))
		return FOUND_OF_THE_SHOP;
	return FOUND_OTHER_VERSION; /* the reason disappeared between the two statements */
}

/* Today already counts because staff or an outage added it. Now it becomes the customer's own
 * check-in, so that undoing the outage does not remove it. */
static void adopt(struct db *db, struct work *work)
{
	struct attendance *out = work->out;
	if (work->reading.finding != FOUND || !reading_has_today_given(&work->reading))
		return;
	if (db_change(db, QUERY_ATTENDANCE_ADOPT,
		    DB_PARAMS(db_time(work->now), db_id(out->event->id.value),
			    db_id(out->customer.value), db_date(out->today)))
		== 1)
		out->at = work->now;
	else
		/* it was just removed: check in again */
		work->reading.finding = FOUND_OTHER_VERSION;
}

static enum result check_in_transaction(struct db *db, void *state)
{
	struct work *work = state;
	const struct event *event = work->out->event;
	uint64_t changed;
	struct db_rows *rows;
	enum query insert = event->options.excludes_staff ? QUERY_ATTENDANCE_INSERT_EXCLUDING_STAFF
							  : QUERY_ATTENDANCE_INSERT;
	bool is_new = db_change_and_select(db, insert,
		DB_PARAMS(db_date(work->out->today), db_time(work->now),
			db_id(work->subject->issuer_id), db_text(work->subject->subject),
			db_id(event->id.value), db_id(event->version)),
		&changed, QUERY_ATTENDANCE_DATES_OF_INSERTED, DB_PARAMS(db_id(event->id.value)),
		&rows);
	work->has_inserted = changed == 1 || (work->has_inserted && !event->announces_attendance);
	enum result result = changed == 1 ? read_own(rows, work) : read_transaction(db, work);
	if (is_new && changed == 0 && work->reading.finding == FOUND)
		work->reading.finding = why_not(db, work);
	if (!is_new)
		adopt(db, work);
	if (changed == 1 && event->announces_attendance)
		announce(db, work);
	return result;
}

static bool needs_again(const struct work *work)
{
	return work->reading.finding == FOUND_NO_CUSTOMER
		|| work->reading.finding == FOUND_OTHER_VERSION;
}

/* Creates the customer if it is new. Returns its error when it is blocked, otherwise result. */
static enum result refuse(struct db *db, const struct work *work, enum result result)
{
	struct customer customer;
	enum result entered = customer_enter(
		db, work->context, work->subject, work->now, &customer);
	return entered == RESULT_OK ? result : entered;
}

static enum result get_event(struct db *db, struct event_cache *cache, const char *slug,
	bool must_be_fresh, struct work *work)
{
	enum result result = event_cache_get(cache, db, slug, must_be_fresh, &work->out->event);
	if (result != RESULT_OK)
		return refuse(db, work, result);
	work->out->today = event_today(work->out->event, work->now);
	return RESULT_OK;
}

static bool is_running(const struct attendance *attendance)
{
	return rules_phase(attendance->event->window, attendance->today) == PHASE_RUNNING;
}

/* A customer who does not meet the requirements only reads: today's check-in may exist already. */
static db_transaction_function *body_for(db_transaction_function *body, struct work *work)
{
	if (body != check_in_transaction)
		return body;
	work->out->unmet = eligibility_unmet(
		&work->out->event->options.asked, &work->subject->facts, work->now);
	return work->out->unmet == REQUIREMENT_NONE ? body : read_transaction;
}

/* Runs the function with the cached event, and again with a fresh one until the result is
 * consistent. */
static enum result find(struct db *db, struct event_cache *cache, const char *slug,
	bool must_be_fresh, db_transaction_function *body, struct work *work)
{
	for (unsigned tries = 0; tries < TRIES; tries++, must_be_fresh = true) {
		enum result result = get_event(db, cache, slug, must_be_fresh, work);
		if (result != RESULT_OK)
			return result;
		db_transaction_function *fitting = body_for(body, work);
		bool is_refused = body == check_in_transaction
			&& (fitting != body || !is_running(work->out));
		if (is_refused && !must_be_fresh)
			continue;
		if (is_refused && fitting == body)
			return refuse(db, work, ERR_EVENT_NOT_RUNNING);
		bool has_subscribers = fitting == check_in_transaction
			&& work->out->event->announces_attendance;
		result = has_subscribers ? db_transaction(db, fitting, work)
					 : db_autocommit(db, fitting, work);
		work->is_created |= result == RESULT_OK && work->has_inserted;
		if (result == RESULT_OK && work->reading.finding == FOUND_NO_CUSTOMER)
			result = refuse(db, work, RESULT_OK);
		if (result != RESULT_OK || !needs_again(work))
			return result;
	}
	return ERR_UNAVAILABLE; /* the event was changed several times meanwhile */
}

static enum result finish(enum result result, const struct work *work)
{
	struct attendance *out = work->out;
	if (result != RESULT_OK)
		return result;
	if (work->reading.finding == FOUND_BLOCKED)
		return ERR_FORBIDDEN;
	out->participation = rules_participation(out->dates, out->event->window, out->today);
	if (work->reading.finding == FOUND_OF_THE_SHOP)
		out->unmet = REQUIREMENT_NOT_STAFF;
	return out->unmet != REQUIREMENT_NONE && !out->participation.is_checked_in_today
		? ERR_FORBIDDEN
		: RESULT_OK;
}

enum result attendance_check_in(struct db *db, struct event_cache *cache, const void *context,
	const char *slug, const struct subject *subject, instant now, struct attendance *out)
{
	struct work work = { .context = context, .subject = subject, .now = now, .out = out };
	out->unmet = REQUIREMENT_NONE;
	enum result result = finish(
		find(db, cache, slug, false, check_in_transaction, &work), &work);
	return result == RESULT_OK && work.is_created ? RESULT_CREATED : result;
}

enum result attendance_view(struct db *db, struct event_cache *cache, const void *context,
	const char *slug, bool must_be_fresh, const struct subject *subject, instant now,
	struct attendance *out)
{
	struct work work = { .context = context, .subject = subject, .now = now, .out = out };
	out->unmet = REQUIREMENT_NONE;
	return finish(find(db, cache, slug, must_be_fresh, read_transaction, &work), &work);
}
