/* SPDX-License-Identifier: MIT */
/* Reads and writes the lots of points that expire. */
#include "reward/point_lots.h"

#include "base/memory.h"
#include "notification/notification.h"

#include <inttypes.h>

enum { CUSTOMERS_AT_ONCE = 100 };

/* --- rows --- */

static void add_lot(const struct db_rows *rows, const void *context, struct lots *lots)
{
	lots->items = memory_grow(context, lots->items, struct lot, lots->count + 1);
	lots->items[lots->count++] = (struct lot){
		.id = db_get_id(rows, LOTS_OPEN_ENTRY_ID),
		.remaining = db_get_number(rows, LOTS_OPEN_REMAINING),
		.expires_at = db_get_time(rows, LOTS_OPEN_EXPIRES_AT),
		.expiries = (uint32_t)db_get_number(rows, LOTS_OPEN_EXPIRIES),
		.is_announced = db_get_number(rows, LOTS_OPEN_IS_ANNOUNCED),
	};
}

struct lots lots_read(struct db *db, const void *context, customer_id customer)
{
	struct lots lots = { 0 };
	struct db_rows *rows = db_select(db, QUERY_LOTS_OPEN, DB_PARAMS(db_id(customer.value)));
	while (db_next(rows))
		add_lot(rows, context, &lots);
	return lots;
}

static void note_use(struct db *db, uint64_t entry, uint64_t lot, int64_t amount)
{
	db_change(db, QUERY_LOT_USE_INSERT, DB_PARAMS(db_id(entry), db_id(lot), db_number(amount)));
}

static void write_use(struct db *db, uint64_t entry, const struct lot *lot)
{
	note_use(db, entry, lot->id, lot->taken);
	db_change(db, QUERY_LOT_TAKE, DB_PARAMS(db_number(lot->taken), db_id(lot->id)));
}

/* What the functions of lots.h have taken. */
static void write_uses(struct db *db, uint64_t entry, struct lots *lots)
{
	for (size_t i = 0; i < lots->count; i++) {
		if (lots->items[i].taken)
			write_use(db, entry, &lots->items[i]);
		lots->items[i].taken = 0;
	}
}

static void note_next(struct db *db, customer_id customer)
{
	db_change(db, QUERY_LOTS_NEXT, DB_PARAMS(db_id(customer.value), db_id(customer.value)));
}

/* --- expiring --- */

/* A program that knows no lots has spent their points: its last entry stands for all. */
static void reconcile(struct db *db, customer_id customer, struct lots *lots, int64_t points)
{
	if (lots_reconcile(lots, points) == 0)
		return;
	struct db_rows *rows = db_select(
		db, QUERY_LOTS_LAST_ENTRY, DB_PARAMS(db_id(customer.value)));
	uint64_t entry = db_next(rows) ? db_get_id(rows, LOTS_LAST_ENTRY_ID) : 0;
	write_uses(db, entry, lots);
}

/* The ledger shows for what the points were granted. */
static const char *reason_of(struct db *db, const void *context, uint64_t entry)
{
	struct db_rows *rows = db_select(db, QUERY_LOT_ORIGIN, DB_PARAMS(db_id(entry)));
	return db_next(rows) ? db_get_text(rows, LOT_ORIGIN_REASON, context) : "";
}

static const char *reference_of(const void *context, const struct lot *lot)
{
	return lot->expiries == 0
		? memory_format(context, "%" PRIu64, lot->id)
		: memory_format(context, "%" PRIu64 "-%" PRIu32, lot->id, lot->expiries + 1);
}

/* For the webhooks that subscribed to points.changed. */
static void announce(
	struct db *db, const void *context, customer_id customer, uint64_t entry, instant now)
{
	const char *key = memory_format(context, "%" PRIu64, entry);
	notification_enqueue(db,
		&(struct notification){ .kind = "points.changed",
			.key = key,
			.customer = customer,
			.data = memory_format(context, "{\"entry\":%s}", key) },
		now);
}

static void expire_lot(struct db *db, const void *context, customer_id customer,
	const struct lot *lot, instant now, struct account *account)
{
	uint64_t entry = points_append(db,
		&(struct point_change){ .customer = customer,
			.balance_before = account->points,
			.amount = -lot->taken,
			.source = "expiry",
			.reference = reference_of(context, lot),
			.reason = reason_of(db, context, lot->id),
			.at = lot->expires_at });
	account->points -= lot->taken;
	note_use(db, entry, lot->id, lot->taken);
	db_change(db, QUERY_LOT_SET,
		DB_PARAMS(db_number(0), db_time(lot->expires_at), db_number(lot->expiries + 1),
			db_number(1), db_id(lot->id)));
	announce(db, context, customer, entry, now);
}

void lots_settle(struct db *db, const void *context, customer_id customer, instant now,
	struct account *account)
{
	if (!account->has_lots)
		return;
	struct lots lots = lots_read(db, context, customer);
	reconcile(db, customer, &lots, account->points);
	lots_expire(&lots, now);
	for (size_t i = 0; i < lots.count; i++)
		if (lots.items[i].taken)
			expire_lot(db, context, customer, &lots.items[i], now, account);
	note_next(db, customer);
}

struct settle_work {
	const void *context;
	customer_id customer;
	instant now;
};

static enum result settle_transaction(struct db *db, void *pointer)
{
	const struct settle_work *work = pointer;
	struct account account;
	customer_lock_account(db, work->customer, &account); /* also of a blocked customer */
	lots_settle(db, work->context, work->customer, work->now, &account);
	return RESULT_OK;
}

enum result lots_settle_customer(
	struct db *db, const void *context, customer_id customer, instant now)
{
	return db_transaction(
		db, settle_transaction, &(struct settle_work){ context, customer, now });
}

enum result lots_expire_due(struct db *db, const void *context, instant now, size_t *settled)
{
	customer_id customers[CUSTOMERS_AT_ONCE];
	size_t count = 0;
	*settled = 0;
	struct db_rows *rows = db_read(
		db, QUERY_EXPIRY_DUE, DB_PARAMS(db_time(now), db_number(CUSTOMERS_AT_ONCE)));
	while (count < CUSTOMERS_AT_ONCE && db_next(rows))
		customers[count++].value = db_get_id(rows, EXPIRY_DUE_ID);
	enum result result = db_end_read(db);
	for (size_t i = 0; i < count && result == RESULT_OK; i++) {
		result = lots_settle_customer(db, context, customers[i], now);
		*settled += result == RESULT_OK;
	}
	return result;
}

/* --- granting and spending --- */

void lots_grant_later(struct db *db, customer_id customer, int64_t amount, instant expires_at)
{
	struct db_value time = db_time(expires_at), id = db_id(customer.value);
	db_queue(db, QUERY_LOT_INSERT, DB_PARAMS(db_number(amount), db_number(amount), time, id));
	db_queue(db, QUERY_LOT_MARK_USER, DB_PARAMS(time, time, id));
}

void lots_spend(struct db *db, const void *context, customer_id customer,
	const struct account *before, uint64_t entry, int64_t amount)
{
	if (!before->has_lots)
		return;
	struct lots lots = lots_read(db, context, customer);
	lots_take(&lots, amount);
	write_uses(db, entry, &lots);
	note_next(db, customer);
}

/* --- taking a grant back --- */

static void revive(struct db *db, const void *context, customer_id customer, instant now,
	const struct lot *lot, int64_t expired, struct account *account)
{
	uint64_t entry = points_append(db,
		&(struct point_change){ .customer = customer,
			.balance_before = account->points,
			.amount = expired,
			.source = "expiry_reversal",
			.reference = memory_format(context, "%" PRIu64, lot->id),
			.reason = reason_of(db, context, lot->id),
			.at = now });
	account->points += expired;
	write_use(db, entry, &(struct lot){ .id = lot->id, .taken = -expired });
	announce(db, context, customer, entry, now);
}

uint64_t lots_begin_take_back(struct db *db, const void *context, customer_id customer, instant now,
	const char *source, const char *reference, struct account *account)
{
	lots_settle(db, context, customer, now, account);
	struct db_rows *rows = db_select(
		db, QUERY_LOT_OF_GRANT, DB_PARAMS(db_text(source), db_text(reference)));
	if (!db_next(rows))
		return 0;
	struct lot lot = { .id = db_get_id(rows, LOT_OF_GRANT_ENTRY_ID) };
	int64_t expired = db_get_number(rows, LOT_OF_GRANT_EXPIRED);
	if (expired > 0)
		revive(db, context, customer, now, &lot, expired, account);
	return lot.id;
}

void lots_end_take_back(struct db *db, const void *context, customer_id customer,
	const struct account *before, uint64_t entry, uint64_t own, int64_t amount)
{
	if (!before->has_lots && own == 0)
		return;
	struct lots lots = lots_read(db, context, customer);
	lots_take_back(&lots, own, amount, before->points);
	write_uses(db, entry, &lots);
	note_next(db, customer);
}

/* --- refunds --- */

struct used_lots {
	struct lot *lots;
	struct lot_use *uses;
	size_t count;
};

static struct used_lots read_used(struct db *db, const void *context, uint64_t spend)
{
	struct used_lots used = { 0 };
	struct db_rows *rows = db_select(
		db, QUERY_LOTS_USED_BY, DB_PARAMS(db_id(spend), db_id(spend)));
	while (db_next(rows)) {
		size_t i = used.count++;
		used.lots = memory_grow(context, used.lots, struct lot, used.count);
		used.uses = memory_grow(context, used.uses, struct lot_use, used.count);
		used.lots[i] = (struct lot){ .id = db_get_id(rows, LOTS_USED_BY_ENTRY_ID),
			.remaining = db_get_number(rows, LOTS_USED_BY_REMAINING),
			.expires_at = db_get_time(rows, LOTS_USED_BY_EXPIRES_AT),
			.expiries = (uint32_t)db_get_number(rows, LOTS_USED_BY_EXPIRIES) };
		used.uses[i] = (struct lot_use){ used.lots[i].id,
			db_get_number(rows, LOTS_USED_BY_USED), 0 };
	}
	return used;
}

static void give_back(struct db *db, uint64_t entry, const struct lot *lot, int64_t points,
	const struct ledger_terms *terms, instant now)
{
	bool has_expired = lot->expires_at.seconds <= now.seconds;
	instant expires_at = has_expired ? expiry_after_refund(terms->refund_days, terms->zone, now)
					 : lot->expires_at;
	note_use(db, entry, lot->id, -points);
	db_change(db, QUERY_LOT_SET,
		DB_PARAMS(db_number(lot->remaining + points), db_time(expires_at),
			db_number(lot->expiries), db_number(0), db_id(lot->id)));
}

void lots_refund_spend(struct db *db, const void *context, customer_id customer,
	const struct account *before, const struct lot_refund *refund,
	const struct ledger_terms *terms, instant now)
{
	struct used_lots used = read_used(db, context, refund->spend);
	if (used.count == 0)
		return;
	struct lots open = lots_read(db, context, customer);
	int64_t after = before->points + refund->amount;
	lots_refund(used.uses, used.count, refund->spent, refund->refunded, refund->amount,
		after > 0 ? after - lots_sum(&open) : 0);
	for (size_t i = 0; i < used.count; i++)
		if (used.uses[i].given_back > 0)
			give_back(db, refund->entry, &used.lots[i], used.uses[i].given_back, terms,
				now);
	note_next(db, customer);
	struct account account = { after, true, now };
	lots_settle(db, context, customer, now, &account);
}

/* --- what expires next --- */

/* The lots as they are now, without writing it. */
static enum result read_open(struct db *db, const void *context, const struct customer *customer,
	instant now, struct lots *lots)
{
	struct db_rows *rows = db_read(db, QUERY_LOTS_OPEN, DB_PARAMS(db_id(customer->id.value)));
	while (db_next(rows))
		add_lot(rows, context, lots);
	lots_reconcile(lots, customer->ledger);
	lots_expire(lots, now);
	return db_end_read(db);
}

enum result lots_expiring(struct db *db, const void *context, const struct customer *customer,
	const char *zone, instant now, struct expiring items[EXPIRING_MAX], size_t *count)
{
	struct lots lots = { 0 };
	*count = 0;
	enum result result = customer->has_lots ? read_open(db, context, customer, now, &lots)
						: RESULT_OK;
	for (size_t i = 0; i < lots.count; i++) {
		date on = expiry_day_of(zone, lots.items[i].expires_at);
		int64_t points = lots.items[i].remaining;
		if (points == 0)
			continue;
		if (*count > 0 && items[*count - 1].on.day == on.day)
			items[*count - 1].points += points;
		else if (*count == EXPIRING_MAX)
			break;
		else
			items[(*count)++] = (struct expiring){ points, on };
	}
	return result;
}
