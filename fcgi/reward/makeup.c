/* SPDX-License-Identifier: MIT */
/* Adds a missed day. Locks the customer's row, then the event's, as a payment does. */
#include "reward/makeup.h"

#include "base/memory.h"
#include "notification/notification.h"
#include "reward/point_lots.h"

#include <inttypes.h>

enum { TRIES = 3 };

struct work {
	struct attendance_item *item;
	const struct event *event;
	customer_id customer;
	date day;
	instant now, at; /* at: when the day was made up */
	enum makeup_refusal refusal;
	bool locks_budget;
};

static const char *key_of(const struct work *work)
{
	char text[DATE_TEXT];
	return memory_format(work->item->context, "%" PRIu64 "-%" PRIu64 "-%s",
		work->event->id.value, work->customer.value, date_format(work->day, text));
}

/* One more than the earlier entries for this day: staff may have removed it since. */
static const char *reference_of(struct db *db, const struct work *work)
{
	const char *first = key_of(work), *reference = first;
	for (unsigned round = 2; db_next(db_select(db, QUERY_POINTS_OF_REFERENCE,
		     DB_PARAMS(db_text("makeup"), db_text(reference))));
		round++)
		reference = memory_format(work->item->context, "%s-%u", first, round);
	return reference;
}

static void announce_points(struct db *db, const struct work *work, uint64_t entry)
{
	const char *key = memory_format(work->item->context, "%" PRIu64, entry);
	notification_enqueue(db,
		&(struct notification){ .kind = "points.changed",
			.key = key,
			.customer = work->customer,
			.data = memory_format(work->item->context, "{\"entry\":%s}", key) },
		work->now);
}

/* Takes the price. The customer's account is locked. */
static enum result charge(struct db *db, const struct work *work, struct account *account)
{
	const int64_t price = work->event->options.makeup.price;
	if (price == 0)
		return RESULT_OK;
	lots_settle(db, work->item->context, work->customer, work->now, account);
	if (account->points < price)
		return ERR_INSUFFICIENT_POINTS;
	uint64_t entry = points_append(db,
		&(struct point_change){ .customer = work->customer,
			.balance_before = account->points,
			.amount = -price,
			.source = "makeup",
			.reference = reference_of(db, work),
			.reason = work->event->name,
			.at = work->now });
	if (!entry)
		return ERR_CONFLICT;
	lots_spend(db, work->item->context, work->customer, account, entry, price);
	announce_points(db, work, entry);
	return RESULT_OK;
}

static enum result pay(struct db *db, const struct work *work, struct dates dates)
{
	struct payee payee = {
		.context = work->item->context, .customer = work->customer, .dates = dates
	};
	if (!work->event->pays_check_ins || !work->event->options.makeup.pays)
		return RESULT_OK;
	payments_read(db, work->event->id, &payee, 1);
	return is_paid_for(&payee.paid, work->day)
		? RESULT_OK
		: payments_pay(
			db, work->event, work->day, work->now, work->locks_budget, &payee, 1);
}

static void announce(struct db *db, const struct work *work)
{
	char text[DATE_TEXT];
	if (work->event->announces_attendance)
		notification_enqueue(db,
			&(struct notification){ .kind = "attendance.created",
				.event = work->event->id,
				.customer = work->customer,
				.key = key_of(work),
				.data = memory_format(work->item->context, "{\"date\":\"%s\"}",
					date_format(work->day, text)) },
			work->now);
}

static struct dates read_dates(struct db *db, const struct work *work)
{
	return attendance_dates(db, work->item->context, work->event->id, work->event->time_zone,
		work->event->options.freezes, work->customer);
}

static enum result check(struct db *db, struct work *work)
{
	const struct event *event = work->event;
	struct dates dates = read_dates(db, work);
	if (event->options.excludes_staff && customer_is_staff(db, work->customer)) {
		work->item->attendance.unmet = REQUIREMENT_NOT_STAFF;
		return ERR_FORBIDDEN;
	}
	struct db_rows *rows = db_select(db, QUERY_ATTENDANCE_MADE_UP,
		DB_PARAMS(db_id(event->id.value), db_id(work->customer.value), db_date(work->day)));
	if (db_next(rows)) {
		work->at = db_get_time(rows, ATTENDANCE_MADE_UP_AT);
		return RESULT_OK;
	}
	work->refusal = rules_makeup(event->options.makeup, event->window, dates,
		work->item->attendance.today, work->day);
	return work->refusal == MAKEUP_POSSIBLE ? RESULT_CREATED : ERR_MAKEUP_NOT_POSSIBLE;
}

static enum result add_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	struct account account;
	enum result result = customer_lock_account(db, work->customer, &account);
	if (result == RESULT_OK && !payments_hold_event(db, work->event))
		result = ERR_CONFLICT;
	if (result == RESULT_OK)
		result = check(db, work);
	if (result != RESULT_CREATED)
		return result;
	if (!db_change_unless_duplicate(db, QUERY_ATTENDANCE_MAKE_UP,
		    DB_PARAMS(db_id(work->event->id.value), db_id(work->customer.value),
			    db_date(work->day), db_time(work->now)),
		    NULL))
		return ERR_CONFLICT;
	result = charge(db, work, &account);
	if (result != RESULT_OK)
		return result;
	announce(db, work);
	result = pay(db, work, read_dates(db, work));
	return result == RESULT_OK ? RESULT_CREATED : result;
}

/* With a fresh event: such requests are rare. */
static enum result try(struct db *db, struct event_cache *cache, struct work *work)
{
	struct attendance_item *item = work->item;
	struct customer customer;
	enum result entered = customer_enter(
		db, item->context, item->subject, work->now, &customer);
	enum result result = event_cache_get(cache, db, item->slug, true, &work->event);
	if (result != RESULT_OK || entered != RESULT_OK)
		return entered != RESULT_OK ? entered : result;
	work->customer = customer.id;
	item->attendance = (struct attendance){ .event = work->event,
		.today = event_today(work->event, work->now),
		.unmet = attendance_unmet_requirement(work->event, item->subject, work->now) };
	if (item->attendance.unmet != REQUIREMENT_NONE)
		return ERR_FORBIDDEN;
	if (rules_phase(work->event->window, item->attendance.today) != PHASE_RUNNING)
		return ERR_EVENT_NOT_RUNNING;
	return db_transaction(db, add_transaction, work);
}

enum result makeup_add(struct db *db, struct event_cache *cache, instant now, date day,
	struct attendance_item *item, enum makeup_refusal *refusal)
{
	struct work work = { .item = item, .day = day, .now = now, .at = now };
	enum result result = ERR_CONFLICT;
	for (unsigned tries = 0; tries < TRIES && result == ERR_CONFLICT; tries++) {
		result = try(db, cache, &work);
		work.locks_budget = true;
	}
	*refusal = work.refusal;
	if (result == ERR_CONFLICT)
		result = ERR_UNAVAILABLE; /* the event was changed several times meanwhile */
	if (is_success(result) && attendance_view(db, cache, false, now, item) != RESULT_OK)
		return item->result;
	item->result = result;
	item->attendance.at = work.at;
	return result;
}
