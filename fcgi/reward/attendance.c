/* SPDX-License-Identifier: MIT */
/* Check-ins and calendars, with the cached event as long as it is valid. What the rows do not tell
 * is computed from them. */
#include "reward/attendance.h"

#include "base/text.h"
#include "reward/attendance_transaction.h"

enum { TRIES = 3 };

enum requirement attendance_unmet_requirement(
	const struct event *event, const struct subject *subject, instant now)
{
	return event->options.stamped_by == STAMPED_BY_SHOP
		? REQUIREMENT_BY_SHOP
		: eligibility_unmet(&event->options.asked, &subject->facts, now);
}

static bool is_running(const struct event *event, instant now)
{
	return rules_phase(event->window, event_today(event, now)) == PHASE_RUNNING;
}

static void begin(struct attendance_item *item, const struct event *event, instant now)
{
	item->attendance = (struct attendance){ .event = event, .today = event_today(event, now) };
}

/* The result of what was found for an item. */
static void finish(const struct attendance_work *work, size_t i)
{
	struct attendance_item *item = work->items[i];
	struct attendance *out = &item->attendance;
	const enum finding finding = work->readings[i].finding;
	out->dates = dates_freeze(item->context, out->dates, work->event->options.freezes);
	out->participation = rules_participation(out->dates, work->event->window, out->today);
	if (finding == FOUND_OF_THE_SHOP)
		out->unmet = REQUIREMENT_NOT_STAFF;
	bool is_refused = finding == FOUND_BLOCKED
		|| (out->unmet != REQUIREMENT_NONE && !out->participation.is_checked_in_today);
	item->result = is_refused     ? ERR_FORBIDDEN
		: work->is_created[i] ? RESULT_CREATED
				      : RESULT_OK;
}

/* --- one customer --- */

/* Creates the customer if it is new. Returns its error when it is blocked, otherwise result. */
static enum result refuse(
	struct db *db, const struct attendance_item *item, instant now, enum result result)
{
	struct customer customer;
	enum result entered = customer_enter(db, item->context, item->subject, now, &customer);
	return entered == RESULT_OK ? result : entered;
}

static bool needs_again(const struct attendance_work *work)
{
	return work->readings[0].finding == FOUND_NO_CUSTOMER
		|| work->readings[0].finding == FOUND_OTHER_VERSION;
}

static bool needs_transaction(const struct event *event)
{
	return event->announces_attendance || event->daily_points.count > 0;
}

static enum result run(struct db *db, struct attendance_work *work, bool checks_in)
{
	enum result result;
	if (!checks_in)
		result = db_autocommit(db, attendance_read_transaction, work);
	else if (needs_transaction(work->event))
		result = db_transaction(db, attendance_check_in_transaction, work);
	else
		result = db_autocommit(db, attendance_check_in_transaction, work);
	return result == RESULT_OK && work->readings[0].finding == FOUND_NO_CUSTOMER
		? refuse(db, work->items[0], work->now, RESULT_OK)
		: result;
}

/* Runs the statements with the cached event, and again with a fresh one until the result is
 * consistent. A customer who does not meet the requirements only reads: today's check-in may exist
 * already. */
static enum result serve(struct db *db, struct event_cache *cache, bool must_be_fresh,
	bool checks_in, struct attendance_work *work)
{
	struct attendance_item *item = work->items[0];
	for (unsigned tries = 0; tries < TRIES; tries++, must_be_fresh = true) {
		enum result result = event_cache_get(
			cache, db, item->slug, must_be_fresh, &work->event);
		if (result != RESULT_OK)
			return refuse(db, item, work->now, result);
		begin(item, work->event, work->now);
		if (checks_in)
			item->attendance.unmet = attendance_unmet_requirement(
				work->event, item->subject, work->now);
		bool is_met = item->attendance.unmet == REQUIREMENT_NONE;
		bool is_refused = checks_in && (!is_met || !is_running(work->event, work->now));
		if (is_refused && !must_be_fresh)
			continue;
		if (is_refused && is_met)
			return refuse(db, item, work->now, ERR_EVENT_NOT_RUNNING);
		result = run(db, work, checks_in && is_met);
		if (result == ERR_CONFLICT) {
			work->locks_budget = true;
			continue;
		}
		if (result != RESULT_OK || !needs_again(work))
			return result;
	}
	return ERR_UNAVAILABLE; /* the event was changed several times meanwhile */
}

static enum result serve_one(struct db *db, struct event_cache *cache, bool must_be_fresh,
	bool checks_in, instant now, struct attendance_item *item)
{
	struct attendance_work work = { .now = now, .items = { item }, .count = 1 };
	item->result = serve(db, cache, must_be_fresh, checks_in, &work);
	if (item->result == RESULT_OK)
		finish(&work, 0);
	return item->result;
}

enum result attendance_check_in(
	struct db *db, struct event_cache *cache, instant now, struct attendance_item *item)
{
	return serve_one(db, cache, false, true, now, item);
}

enum result attendance_view(struct db *db, struct event_cache *cache, bool must_be_fresh,
	instant now, struct attendance_item *item)
{
	return serve_one(db, cache, must_be_fresh, false, now, item);
}

/* --- several customers --- */

static bool has_subject(const struct attendance_work *work, const char *subject)
{
	for (size_t i = 0; i < work->count; i++)
		if (text_equals(work->items[i]->subject->subject, subject))
			return true;
	return false;
}

static void collect(struct attendance_work *work, bool checks_in,
	struct attendance_item *const *items, size_t count)
{
	for (size_t i = 0; i < count && work->count < ATTENDANCE_BATCH_MAX; i++) {
		const struct subject *subject = items[i]->subject;
		if (!text_equals(items[i]->slug, items[0]->slug)
			|| subject->issuer_id != items[0]->subject->issuer_id
			|| has_subject(work, subject->subject)
			|| (checks_in
				&& attendance_unmet_requirement(work->event, subject, work->now)
					!= REQUIREMENT_NONE))
			continue;
		begin(items[i], work->event, work->now);
		work->items[work->count++] = items[i];
	}
}

/* Such check-ins need statements for each customer. */
static bool is_batchable(const struct event *event, instant now)
{
	return !event->announces_attendance && !event->options.excludes_staff
		&& is_running(event, now);
}

static enum result run_several(struct db *db, bool checks_in, struct attendance_work *work)
{
	if (!checks_in)
		return db_autocommit(db, attendance_read_transaction, work);
	return needs_transaction(work->event)
		? db_transaction(db, attendance_check_in_transaction, work)
		: db_autocommit(db, attendance_check_in_transaction, work);
}

static void serve_several(struct db *db, struct event_cache *cache, bool checks_in, instant now,
	struct attendance_item *const *items, size_t count)
{
	struct attendance_work work = { .now = now };
	if (event_cache_get(cache, db, items[0]->slug, false, &work.event) != RESULT_OK
		|| (checks_in && !is_batchable(work.event, now)))
		return;
	collect(&work, checks_in, items, count);
	if (work.count < 2 || run_several(db, checks_in, &work) != RESULT_OK)
		return;
	for (size_t i = 0; i < work.count; i++) {
		const struct reading *reading = &work.readings[i];
		finish(&work, i);
		/* a given day is to become the customer's own */
		work.items[i]->is_done = (reading->finding == FOUND
						 || reading->finding == FOUND_BLOCKED)
			&& (!checks_in || work.is_created[i] || !reading_has_today_given(reading));
	}
}

void attendance_check_in_batch(struct db *db, struct event_cache *cache, instant now,
	struct attendance_item *const *items, size_t count)
{
	serve_several(db, cache, true, now, items, count);
}

void attendance_view_batch(struct db *db, struct event_cache *cache, instant now,
	struct attendance_item *const *items, size_t count)
{
	serve_several(db, cache, false, now, items, count);
}
