/* SPDX-License-Identifier: MIT */
/* Writes notifications to the outbox. */
#include "notification/notification.h"

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

enum { CROSSINGS_MAXIMUM = 50 };

const char *const NOTIFICATION_KINDS[] = { "claim.created", "claim.cancelled", "claim.fulfilled",
	"claim.closing", "stock.low", "stock.sold_out", "points.changed", "attendance.created",
	"payout.due", "points.expiring", NULL };

static struct db_value id_or_null(uint64_t id)
{
	return id ? db_id(id) : db_null();
}

void notification_enqueue(struct db *db, const struct notification *notification, instant now)
{
	db_change(db, QUERY_OUTBOX_INSERT_WEBHOOKS,
		DB_PARAMS(db_text(notification->key), id_or_null(notification->event.value),
			id_or_null(notification->customer.value),
			id_or_null(notification->product.value),
			id_or_null(notification->claim.value),
			db_text(notification->data ? notification->data : "{}"), db_time(now),
			db_text(notification->kind)));
}

static bool insert_one(struct db *db, const char *kind, bool is_mail, uint64_t receiver,
	const char *key, product_id product, const char *data, instant now)
{
	return db_change(db, QUERY_OUTBOX_INSERT_ONE,
		       DB_PARAMS(db_text(kind), db_text(is_mail ? "mail" : "webhook"),
			       db_id(receiver), db_text(key), id_or_null(product.value),
			       db_text(data), db_time(now)))
		== 1;
}

/* --- stock --- */

struct crossing {
	product_id product;
	uint64_t low, low_announced, sold_out, sold_out_announced;
};

struct crossings_work {
	struct crossing *items;
	size_t count;
};

static enum result crossings_transaction(struct db *db, void *state)
{
	struct crossings_work *work = state;
	work->count = 0;
	struct db_rows *rows = db_select(db, QUERY_OUTBOX_STOCK_CROSSINGS, DB_NO_PARAMS);
	while (db_next(rows) && work->count < CROSSINGS_MAXIMUM)
		work->items[work->count++] =
			(struct crossing){ { db_get_id(rows, OUTBOX_STOCK_CROSSINGS_ID) },
				db_get_id(rows, OUTBOX_STOCK_CROSSINGS_LOW_ALERTS),
				db_get_id(rows, OUTBOX_STOCK_CROSSINGS_LOW_ANNOUNCED),
				db_get_id(rows, OUTBOX_STOCK_CROSSINGS_SOLD_OUT_ALERTS),
				db_get_id(rows, OUTBOX_STOCK_CROSSINGS_SOLD_OUT_ANNOUNCED) };
	return RESULT_OK;
}

/* A crossing is identified by the product and the number of earlier crossings. */
static void announce_crossing(
	struct db *db, const char *kind, product_id product, uint64_t number, instant now)
{
	char key[48];
	snprintf(key, sizeof key, "%" PRIu64 "-%" PRIu64, product.value, number);
	notification_enqueue(
		db, &(struct notification){ .kind = kind, .key = key, .product = product }, now);
	if (db_change(db, QUERY_OUTBOX_INSERT_STOCK_MAILS,
		    DB_PARAMS(db_text(kind), db_text(key), db_id(product.value), db_time(now),
			    db_id(product.value)))
		== 0)
		insert_one(db, kind, true, 0, key, product, "{}", now);
}

struct crossing_work {
	const struct crossing *crossing;
	instant now;
};

/* The counters are updated first, under the product's lock, so only one notifier continues.
 * Crossings are rare. */
static enum result crossing_transaction(struct db *db, void *state)
{
	const struct crossing_work *work = state;
	const struct crossing *crossing = work->crossing;
	if (db_change(db, QUERY_OUTBOX_STOCK_ANNOUNCED,
		    DB_PARAMS(db_id(crossing->low), db_id(crossing->sold_out),
			    db_id(crossing->product.value), db_id(crossing->low_announced),
			    db_id(crossing->sold_out_announced)))
		!= 1)
		return ERR_CONFLICT;
	for (uint64_t number = crossing->low_announced; number < crossing->low; number++)
		announce_crossing(db, "stock.low", crossing->product, number + 1, work->now);
	for (uint64_t number = crossing->sold_out_announced; number < crossing->sold_out; number++)
		announce_crossing(db, "stock.sold_out", crossing->product, number + 1, work->now);
	return RESULT_OK;
}

enum result notification_enqueue_stock(
	struct db *db, const void *context, instant now, size_t *announced)
{
	struct crossings_work work = { memory_array(context, struct crossing, CROSSINGS_MAXIMUM),
		0 };
	*announced = 0;
	enum result result = db_autocommit(db, crossings_transaction, &work);
	for (size_t i = 0; result == RESULT_OK && i < work.count; i++) {
		struct crossing_work crossing = { &work.items[i], now };
		result = db_transaction(db, crossing_transaction, &crossing);
		*announced += result == RESULT_OK;
		if (result == ERR_CONFLICT)
			result = RESULT_OK; /* another notifier handles it */
	}
	return result;
}

/* --- payouts --- */

enum { PAYOUTS_MAXIMUM = 500, PAYOUT_TEXT = 21 /* digits and a comma */ };

struct payouts_work {
	const void *context;
	instant now;
	char *ids; /* a JSON array */
	uint64_t first, last;
	size_t count;
};

static enum result payouts_read_transaction(struct db *db, void *state)
{
	struct payouts_work *work = state;
	size_t size = PAYOUTS_MAXIMUM * PAYOUT_TEXT + 2, length = 1;
	work->ids = memory_array(work->context, char, size);
	work->ids[0] = '[';
	struct db_rows *rows = db_select(db, QUERY_OUTBOX_PAYOUTS_DUE, DB_NO_PARAMS);
	for (work->count = 0; db_next(rows) && work->count < PAYOUTS_MAXIMUM; work->count++) {
		work->last = db_get_id(rows, OUTBOX_PAYOUTS_DUE_ID);
		if (work->count == 0)
			work->first = work->last;
		length += (size_t)snprintf(work->ids + length, size - length, "%s%" PRIu64,
			work->count ? "," : "", work->last);
	}
	(void)snprintf(work->ids + length, size - length, "]");
	return RESULT_OK;
}

/* The payouts are marked first, so only one notifier continues. One of them may just have been
 * settled: then they are read again at the next look. */
static enum result payouts_transaction(struct db *db, void *state)
{
	const struct payouts_work *work = state;
	if (db_change(db, QUERY_OUTBOX_PAYOUTS_ANNOUNCED, DB_PARAMS(db_text(work->ids)))
		!= work->count)
		return ERR_CONFLICT;
	notification_enqueue(db,
		&(struct notification){ .kind = "payout.due",
			.key = memory_format(work->context, "%" PRIu64 "-%" PRIu64 "-%" PRId64,
				work->first, work->last, work->now.seconds),
			.data = memory_format(work->context, "{\"payouts\":%s}", work->ids) },
		work->now);
	return RESULT_OK;
}

enum result notification_enqueue_payouts(
	struct db *db, const void *context, instant now, size_t *announced)
{
	struct payouts_work work = { .context = context, .now = now };
	*announced = 0;
	enum result result = db_autocommit(db, payouts_read_transaction, &work);
	if (result != RESULT_OK || work.count == 0)
		return result;
	result = db_transaction(db, payouts_transaction, &work);
	*announced = result == RESULT_OK ? work.count : 0;
	return result == ERR_CONFLICT ? RESULT_OK : result;
}

/* --- the shop's mails --- */

static uint64_t insert_shop_mails(
	struct db *db, const char *kind, const char *key, const char *data, instant now)
{
	return db_change(db, QUERY_OUTBOX_INSERT_SHOP_MAILS,
		DB_PARAMS(db_text(kind), db_text(key), db_text(data), db_time(now)));
}

void notification_enqueue_dead_letters(struct db *db, const char *kind, instant now)
{
	static const char KIND[] = "dead_letters.exist";
	char key[DATE_TEXT];
	if (!text_equals(kind, KIND))
		insert_shop_mails(db, KIND,
			date_format((date){ (int32_t)(now.seconds / 86400) }, key), "{}", now);
}

struct digest_work {
	date due;
	bool is_first, has_subscribers;
	const char *key;
	uint64_t count;
	instant now;
};

static uint64_t insert_digest(struct db *db, const struct digest_work *work, bool needs_receiver)
{
	char data[40], day[DATE_TEXT];
	snprintf(data, sizeof data, "{\"date\":\"%s\"}",
		date_format((date){ work->due.day - 1 }, day));
	uint64_t count = insert_shop_mails(db, "digest.daily", work->key, data, work->now);
	if (count == 0 && needs_receiver)
		insert_one(
			db, "digest.daily", true, 0, work->key, (product_id){ 0 }, data, work->now);
	return count;
}

static enum result digest_transaction(struct db *db, void *state)
{
	struct digest_work *work = state;
	work->has_subscribers = false;
	struct db_rows *rows = db_select(db, QUERY_DIGEST_FIND, DB_PARAMS(db_date(work->due)));
	if (!db_next(rows) || db_get_number(rows, DIGEST_FIND_TODAY) > 0)
		return RESULT_OK;
	bool is_first = db_get_number(rows, DIGEST_FIND_TOTAL) == 0;
	if (!db_change_unless_duplicate(db, QUERY_DIGEST_INSERT,
		    DB_PARAMS(db_date(work->due), db_time(work->now)), NULL))
		return ERR_CONFLICT; /* another notifier does it */
	if (!is_first)
		insert_digest(db, work, true);
	work->has_subscribers = !is_first;
	return RESULT_OK;
}

/* The last local date whose digest hour has come. */
static date due_date(const struct digest_time *time, instant now)
{
	date today = zone_date(time->time_zone, now);
	bool is_over = now.seconds
		>= zone_day_start(time->time_zone, today).seconds + time->seconds;
	return (date){ is_over ? today.day : today.day - 1 };
}

enum result notification_enqueue_digest(
	struct db *db, const struct digest_time *time, instant now, bool *has_subscribers)
{
	char key[DATE_TEXT];
	struct digest_work work = { .due = due_date(time, now), .now = now };
	work.key = date_format(work.due, key);
	enum result result = db_transaction(db, digest_transaction, &work);
	*has_subscribers = result == RESULT_OK && work.has_subscribers;
	return result == ERR_CONFLICT ? RESULT_OK : result;
}

static enum result demand_transaction(struct db *db, void *state)
{
	struct digest_work *work = state;
	work->count = insert_digest(db, work, false);
	return RESULT_OK;
}

static const char *unique_key(const void *context)
{
	return memory_format(context, "demand-%s", random_hex(context, 8));
}

enum result notification_request_digest(
	struct db *db, const struct digest_time *time, instant now, uint64_t *count)
{
	void *context = memory_context(NULL);
	struct digest_work work = {
		.due = zone_date(time->time_zone, now), .key = unique_key(context), .now = now
	};
	enum result result = db_autocommit(db, demand_transaction, &work);
	*count = work.count;
	memory_free(context);
	return result;
}

enum result notification_test(struct db *db, bool is_mail, uint64_t receiver, instant now)
{
	struct db_rows *rows = db_select(db,
		is_mail ? QUERY_RECIPIENT_FIND : QUERY_WEBHOOK_FIND_ENABLED,
		DB_PARAMS(db_id(receiver)));
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	void *context = memory_context(NULL);
	insert_one(db, is_mail ? "mail.test" : "webhook.test", is_mail, receiver,
		unique_key(context), (product_id){ 0 }, "{}", now);
	memory_free(context);
	return RESULT_OK;
}
