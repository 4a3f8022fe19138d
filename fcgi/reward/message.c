/* SPDX-License-Identifier: MIT */
/* Writes announcements into the outbox. */
#include "reward/message.h"

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

enum { CROSSINGS_MAXIMUM = 50 };

const char *const MESSAGE_KINDS[] = { "claim.created", "claim.cancelled", "claim.fulfilled",
	"claim.closing", "stock.low", "stock.sold_out", "points.changed", "attendance.created",
	NULL };

static struct db_value id_or_null(uint64_t id)
{
	return id ? db_id(id) : db_null();
}

void message_announce(struct db *db, const struct announcement *announcement, instant now)
{
	db_change(db, QUERY_OUTBOX_INSERT_WEBHOOKS,
		DB_VALUES(db_text(announcement->key), id_or_null(announcement->event.value),
			id_or_null(announcement->user.value),
			id_or_null(announcement->product.value),
			id_or_null(announcement->claim.value),
			db_text(announcement->data ? announcement->data : "{}"), db_time(now),
			db_text(announcement->kind)));
}

static bool insert_one(struct db *db, const char *kind, bool is_mail, uint64_t receiver,
	const char *key, product_id product, const char *data, instant now)
{
	return db_change(db, QUERY_OUTBOX_INSERT_ONE,
		       DB_VALUES(db_text(kind), db_text(is_mail ? "mail" : "webhook"),
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

static enum result crossings_body(struct db *db, void *state)
{
	struct crossings_work *work = state;
	work->count = 0;
	struct db_rows *rows = db_select(db, QUERY_OUTBOX_STOCK_CROSSINGS, DB_NO_VALUES);
	while (db_next(rows) && work->count < CROSSINGS_MAXIMUM)
		work->items[work->count++] = (struct crossing){ { db_get_id(rows, 0) },
			db_get_id(rows, 1), db_get_id(rows, 2), db_get_id(rows, 3),
			db_get_id(rows, 4) };
	return RESULT_OK;
}

/* One crossing: the product and how many there were before it name it for good. */
static void announce_crossing(
	struct db *db, const char *kind, product_id product, uint64_t number, instant now)
{
	char key[48];
	snprintf(key, sizeof key, "%" PRIu64 "-%" PRIu64, product.value, number);
	message_announce(
		db, &(struct announcement){ .kind = kind, .key = key, .product = product }, now);
	if (db_change(db, QUERY_OUTBOX_INSERT_STOCK_MAILS,
		    DB_VALUES(db_text(kind), db_text(key), db_id(product.value), db_time(now),
			    db_id(product.value)))
		== 0)
		insert_one(db, kind, true, 0, key, product, "{}", now);
}

struct crossing_work {
	const struct crossing *crossing;
	instant now;
};

/* First the counters, under the product's lock: only the notifier that saw them as they are gets
 * through. Crossings are rare. */
static enum result crossing_body(struct db *db, void *state)
{
	const struct crossing_work *work = state;
	const struct crossing *crossing = work->crossing;
	if (db_change(db, QUERY_OUTBOX_STOCK_ANNOUNCED,
		    DB_VALUES(db_id(crossing->low), db_id(crossing->sold_out),
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

enum result message_announce_stock(
	struct db *db, const void *context, instant now, size_t *announced)
{
	struct crossings_work work = { memory_array(context, struct crossing, CROSSINGS_MAXIMUM),
		0 };
	*announced = 0;
	enum result result = db_attempt(db, crossings_body, &work);
	for (size_t i = 0; result == RESULT_OK && i < work.count; i++) {
		struct crossing_work crossing = { &work.items[i], now };
		result = db_transaction(db, crossing_body, &crossing);
		*announced += result == RESULT_OK;
		if (result == ERR_CONFLICT)
			result = RESULT_OK; /* another notifier announces it */
	}
	return result;
}

/* --- the shop's mails --- */

static uint64_t insert_shop_mails(
	struct db *db, const char *kind, const char *key, const char *data, instant now)
{
	return db_change(db, QUERY_OUTBOX_INSERT_SHOP_MAILS,
		DB_VALUES(db_text(kind), db_text(key), db_text(data), db_time(now)));
}

void message_announce_dead_letters(struct db *db, const char *kind, instant now)
{
	static const char KIND[] = "dead_letters.exist";
	char key[DATE_TEXT];
	if (!text_equals(kind, KIND))
		insert_shop_mails(db, KIND,
			date_format((date){ (int32_t)(now.seconds / 86400) }, key), "{}", now);
}

struct digest_work {
	date due;
	bool is_first, is_announced;
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

static enum result digest_body(struct db *db, void *state)
{
	struct digest_work *work = state;
	work->is_announced = false;
	struct db_rows *rows = db_select(db, QUERY_DIGEST_FIND, DB_VALUES(db_date(work->due)));
	if (!db_next(rows) || db_get_number(rows, 1) > 0)
		return RESULT_OK;
	bool is_first = db_get_number(rows, 0) == 0;
	if (!db_change_unless_duplicate(db, QUERY_DIGEST_INSERT,
		    DB_VALUES(db_date(work->due), db_time(work->now)), NULL))
		return ERR_CONFLICT; /* another notifier does it */
	if (!is_first)
		insert_digest(db, work, true);
	work->is_announced = !is_first;
	return RESULT_OK;
}

/* The last local date whose hour has come. */
static date due_date(const struct digest_time *time, instant now)
{
	date today = zone_date(time->time_zone, now);
	bool is_over = now.seconds
		>= zone_day_start(time->time_zone, today).seconds + time->seconds;
	return (date){ is_over ? today.day : today.day - 1 };
}

enum result message_announce_digest(
	struct db *db, const struct digest_time *time, instant now, bool *is_announced)
{
	char key[DATE_TEXT];
	struct digest_work work = { .due = due_date(time, now), .now = now };
	work.key = date_format(work.due, key);
	enum result result = db_transaction(db, digest_body, &work);
	*is_announced = result == RESULT_OK && work.is_announced;
	return result == ERR_CONFLICT ? RESULT_OK : result;
}

static enum result demand_body(struct db *db, void *state)
{
	struct digest_work *work = state;
	work->count = insert_digest(db, work, false);
	return RESULT_OK;
}

static const char *unique_key(const void *context)
{
	return memory_format(context, "demand-%s", random_hex(context, 8));
}

enum result message_demand_digest(
	struct db *db, const struct digest_time *time, instant now, uint64_t *count)
{
	void *context = memory_context(NULL);
	struct digest_work work = {
		.due = zone_date(time->time_zone, now), .key = unique_key(context), .now = now
	};
	enum result result = db_attempt(db, demand_body, &work);
	*count = work.count;
	memory_free(context);
	return result;
}

enum result message_test(struct db *db, bool is_mail, uint64_t receiver, instant now)
{
	struct db_rows *rows = db_select(db,
		is_mail ? QUERY_RECIPIENT_FIND : QUERY_WEBHOOK_FIND_ENABLED,
		DB_VALUES(db_id(receiver)));
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	void *context = memory_context(NULL);
	insert_one(db, is_mail ? "mail.test" : "webhook.test", is_mail, receiver,
		unique_key(context), (product_id){ 0 }, "{}", now);
	memory_free(context);
	return RESULT_OK;
}
