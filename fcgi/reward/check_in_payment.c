/* SPDX-License-Identifier: MIT */
/* Reads, makes and reverses payments for check-ins. */
#include "reward/check_in_payment.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "notification/notification.h"
#include "reward/payout.h"
#include "reward/point_budget.h"
#include "reward/point_lots.h"
#include "reward/points.h"

#include <inttypes.h>

static const char *const WITHHELD[] = {
	[WITHHELD_NOTHING] = NULL, [WITHHELD_CAP] = "cap", [WITHHELD_BUDGET] = "budget"
};
static const char SOURCE[] = "check_in", REVERSAL[] = "check_in_reversal";

/* --- reading --- */

static enum daily_withheld withheld_of(const char *text)
{
	return !text                                        ? WITHHELD_NOTHING
		: text_equals(text, WITHHELD[WITHHELD_CAP]) ? WITHHELD_CAP
							    : WITHHELD_BUDGET;
}

static void add_day(const void *context, struct paid_days *paid, struct paid_day day)
{
	paid->items = memory_grow(context, paid->items, struct paid_day, paid->count + 1);
	paid->items[paid->count++] = day;
	if (!day.is_reversed)
		paid->total += day.points;
}

static struct payee *payee_of(struct payee *payees, size_t count, uint64_t customer)
{
	for (size_t i = 0; i < count; i++)
		if (payees[i].customer.value == customer)
			return &payees[i];
	return NULL;
}

void payments_read(struct db *db, event_id event, struct payee *payees, size_t count)
{
	struct db_value id[PAYEES_MAX];
	for (size_t i = 0; i < PAYEES_MAX; i++)
		id[i] = db_id(payees[i < count ? i : 0].customer.value);
	for (size_t i = 0; i < count; i++)
		payees[i].paid = (struct paid_days){ 0 };
	struct db_rows *rows = db_select(db, QUERY_PAYMENTS_OF_MANY,
		DB_PARAMS(db_id(event.value), id[0], id[1], id[2], id[3], id[4], id[5], id[6],
			id[7]));
	while (db_next(rows)) {
		struct payee *payee = payee_of(
			payees, count, db_get_id(rows, PAYMENTS_OF_MANY_USER_ID));
		if (!payee)
			continue;
		const void *context = payee->context;
		add_day(context, &payee->paid,
			(struct paid_day){ db_get_date(rows, PAYMENTS_OF_MANY_DATE),
				db_get_number(rows, PAYMENTS_OF_MANY_POINTS),
				db_get_text(rows, PAYMENTS_OF_MANY_PARTS, context),
				withheld_of(db_get_text(rows, PAYMENTS_OF_MANY_WITHHELD, context)),
				db_get_number(rows, PAYMENTS_OF_MANY_IS_REVERSED) });
	}
}

struct daily_payment paid_on(const struct paid_days *paid, date day)
{
	struct daily_payment payment = { 0 };
	for (size_t i = 0; i < paid->count; i++)
		if (paid->items[i].day.day == day.day && !paid->items[i].is_reversed) {
			daily_parts_parse(paid->items[i].parts, &payment);
			payment.withheld = paid->items[i].withheld;
		}
	return payment;
}

bool is_paid_for(const struct paid_days *paid, date day)
{
	for (size_t i = 0; i < paid->count; i++)
		if (paid->items[i].day.day == day.day && !paid->items[i].is_reversed)
			return true;
	return false;
}

/* --- paying --- */

/* One more than the payments for this day that were reversed. */
static uint32_t round_of(const struct paid_days *paid, date day)
{
	uint32_t round = 1;
	for (size_t i = 0; i < paid->count; i++)
		round += paid->items[i].day.day == day.day;
	return round;
}

static const char *reference_of(
	const void *context, event_id event, customer_id customer, date day, uint32_t round)
{
	char text[DATE_TEXT];
	const char *first = memory_format(context, "%" PRIu64 "-%" PRIu64 "-%s", event.value,
		customer.value, date_format(day, text));
	return round == 1 ? first : memory_format(context, "%s-%" PRIu32, first, round);
}

static bool is_due(const struct payee *payee)
{
	return payee->payment.points > 0 || payee->payment.withheld != WITHHELD_NOTHING;
}

/* Withholds what the budget does not cover. Returns the points to take from it. */
static int64_t keep_to_budget(struct db *db, const struct event *event, bool locks_budget,
	struct payee *payees, size_t count)
{
	int64_t sum = 0,
		left = !event->budget.is_set ? INT64_MAX
		: locks_budget               ? point_budget_lock(db, event->id)
					     : point_budget_left(db, event->id);
	for (size_t i = 0; i < count; i++) {
		struct daily_payment *payment = &payees[i].payment;
		if (payment->points > left - sum)
			*payment = (struct daily_payment){ .withheld = WITHHELD_BUDGET };
		sum += payment->points;
	}
	return sum;
}

static bool insert_payments(struct db *db, const struct event *event, date day, instant now,
	const struct payee *payees, size_t count)
{
	uint64_t due = 0;
	json_object *list = json_attach(payees[0].context, json_new_array());
	for (size_t i = 0; i < count; i++) {
		const struct payee *payee = &payees[i];
		if (!is_due(payee))
			continue;
		json_object *item = json_new_object();
		json_put_number(item, "u", (int64_t)payee->customer.value);
		json_put_number(item, "r", round_of(&payee->paid, day));
		json_put_number(item, "p", payee->payment.points);
		json_put_text(item, "d", daily_parts_format(payee->context, &payee->payment));
		if (payee->payment.withheld != WITHHELD_NOTHING)
			json_put_text(item, "w", WITHHELD[payee->payment.withheld]);
		json_append(list, item);
		due++;
	}
	return due == 0
		|| db_change(db, QUERY_PAYMENTS_INSERT,
			   DB_PARAMS(db_date(day), db_time(now), db_text(json_line(list)),
				   db_id(event->id.value)))
		== due;
}

/* For the webhooks that subscribed to points.changed. Returns the entry. */
static uint64_t announce(struct db *db, const void *context, const char *source,
	const struct point_grant *grant, instant now)
{
	struct db_rows *rows = db_select(db, QUERY_POINTS_OF_REFERENCE,
		DB_PARAMS(db_text(source), db_text(grant->reference)));
	if (!db_next(rows))
		return 0;
	uint64_t id = db_get_id(rows, POINTS_OF_REFERENCE_ID);
	const char *entry = memory_format(context, "%" PRIu64, id);
	notification_enqueue(db,
		&(struct notification){ .kind = "points.changed",
			.key = entry,
			.customer = grant->customer,
			.data = memory_format(context, "{\"entry\":%s}", entry) },
		now);
	return id;
}

/* Into the shop's own wallet: nothing enters the ledger, and the notifier announces payouts. */
static void owe(struct db *db, const struct event *event, date day, instant now,
	const struct payee *payees, size_t count)
{
	struct payout_of_day days[PAYEES_MAX];
	size_t due = 0;
	for (size_t i = 0; i < count; i++)
		if (payees[i].payment.points > 0)
			days[due++] = (struct payout_of_day){ payees[i].customer,
				payees[i].payment.points,
				reference_of(payees[i].context, event->id, payees[i].customer, day,
					round_of(&payees[i].paid, day)) };
	if (due > 0)
		payouts_of_check_ins(db, payees[0].context, event->id, event->name, now, days, due);
}

static void grant(struct db *db, const struct event *event, date day, instant now,
	const struct payee *payees, size_t count)
{
	struct point_grant items[PAYEES_MAX];
	struct point_grants grants = { items, 0, SOURCE, event->name, now };
	for (size_t i = 0; i < count; i++)
		if (payees[i].payment.points > 0)
			items[grants.count++] = (struct point_grant){ payees[i].customer,
				payees[i].payment.points,
				reference_of(payees[i].context, event->id, payees[i].customer, day,
					round_of(&payees[i].paid, day)) };
	if (grants.count == 0)
		return;
	points_grant(db, payees[0].context, &grants);
	for (size_t i = 0; event->announces_claims && i < grants.count; i++)
		announce(db, payees[0].context, SOURCE, &items[i], now);
}

bool payments_hold_event(struct db *db, const struct event *event)
{
	return db_next(db_select(
		db, QUERY_PAYMENTS_HOLD, DB_PARAMS(db_id(event->id.value), db_id(event->version))));
}

enum result payments_pay(struct db *db, const struct event *event, date day, instant now,
	bool locks_budget, struct payee *payees, size_t count)
{
	if (!payments_hold_event(db, event))
		return ERR_CONFLICT;
	for (size_t i = 0; i < count; i++)
		payees[i].payment = daily_payment_for(&event->daily_points, payees[i].paid.total,
			day, daily_streak_on(payees[i].dates, day));
	int64_t sum = keep_to_budget(db, event, locks_budget, payees, count);
	if (!insert_payments(db, event, day, now, payees, count))
		return ERR_CONFLICT;
	if (event->daily_wallet == WALLET_SHOP)
		owe(db, event, day, now, payees, count);
	else
		grant(db, event, day, now, payees, count);
	if (event->budget.is_set && sum > 0
		&& !point_budget_take(db, event->id, payees[0].customer.value, sum))
		return ERR_CONFLICT;
	for (size_t i = 0; i < count; i++)
		if (is_due(&payees[i]))
			add_day(payees[i].context, &payees[i].paid,
				(struct paid_day){ day, payees[i].payment.points,
					daily_parts_format(payees[i].context, &payees[i].payment),
					payees[i].payment.withheld, false });
	return RESULT_OK;
}

/* --- taking back --- */

/* Points of check-ins have no lots, but may be spent already: then others are taken. */
static void take_from_ledger(struct db *db, const void *context, const struct point_grants *grants)
{
	const struct point_grant *item = grants->items;
	struct db_rows *rows = db_select(
		db, QUERY_LOTS_ACCOUNT, DB_PARAMS(db_id(item->customer.value)));
	if (!db_next(rows))
		return;
	struct account account = { db_get_number(rows, LOTS_ACCOUNT_POINTS),
		!db_is_null(rows, LOTS_ACCOUNT_EXPIRES_AT),
		db_get_time(rows, LOTS_ACCOUNT_EXPIRES_AT) };
	lots_settle(db, context, item->customer, grants->at, &account);
	points_grant(db, context, grants);
	uint64_t entry = announce(db, context, REVERSAL, item, grants->at);
	lots_end_take_back(db, context, item->customer, &account, entry, 0, -item->amount);
}

static void take_back(
	struct db *db, const void *context, enum wallet wallet, const struct point_grants *grants)
{
	if (wallet == WALLET_SHOP)
		payout_withdraw_check_in(db, grants->items[0].reference, grants->at);
	else
		take_from_ledger(db, context, grants);
}

int64_t payments_reverse(struct db *db, const void *context, event_id event, customer_id customer,
	date day, instant now)
{
	const struct db_value id = db_id(event.value), user = db_id(customer.value);
	struct db_rows *rows = db_select(
		db, QUERY_PAYMENT_STANDING, DB_PARAMS(id, user, db_date(day)));
	if (!db_next(rows))
		return 0;
	uint32_t round = (uint32_t)db_get_number(rows, PAYMENT_STANDING_ROUND);
	int64_t points = db_get_number(rows, PAYMENT_STANDING_POINTS);
	bool has_budget = db_get_number(rows, PAYMENT_STANDING_HAS_BUDGET);
	enum wallet wallet = wallet_of(
		db_get_text(rows, PAYMENT_STANDING_DAILY_POINTS_WALLET, context));
	const struct point_grant item = { customer, -points,
		reference_of(context, event, customer, day, round) };
	const struct point_grants grants = { &item, 1, REVERSAL,
		db_get_text(rows, PAYMENT_STANDING_NAME, context), now };
	db_change(db, QUERY_PAYMENT_REVERSE,
		DB_PARAMS(db_time(now), id, user, db_date(day), db_number(round)));
	if (points > 0) {
		take_back(db, context, wallet, &grants);
		if (has_budget)
			point_budget_return(db, event, customer.value, points);
	}
	return points;
}
