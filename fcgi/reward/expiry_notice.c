/* SPDX-License-Identifier: MIT */
/* Announces points that expire soon. */
#include "reward/expiry_notice.h"

#include "base/memory.h"
#include "notification/notification.h"
#include "reward/point_lots.h"

#include <inttypes.h>

enum { LOTS_AT_ONCE = 100 };

struct notice_work {
	const void *context;
	customer_id customer;
	const char *time_zone;
	instant now, until;
};

/* All points of one last day. */
static void announce(struct db *db, const struct notice_work *work, date on, int64_t points)
{
	char day[DATE_TEXT];
	date_format(on, day);
	notification_enqueue(db,
		&(struct notification){ .kind = "points.expiring",
			.key = memory_format(
				work->context, "%" PRIu64 "-%s", work->customer.value, day),
			.customer = work->customer,
			.data = memory_format(work->context,
				"{\"points\":%" PRId64 ",\"on\":\"%s\"}", points, day) },
		work->now);
}

/* The lots from first on with the same last day. Returns the next one. */
static size_t announce_day(
	struct db *db, const struct notice_work *work, const struct lots *lots, size_t first)
{
	date on = expiry_day_of(work->time_zone, lots->items[first].expires_at);
	int64_t points = 0;
	bool is_new = false;
	size_t i;
	for (i = first; i < lots->count; i++) {
		const struct lot *lot = &lots->items[i];
		if (expiry_day_of(work->time_zone, lot->expires_at).day != on.day)
			break;
		points += lot->remaining;
		if (lot->is_announced)
			continue;
		is_new = true;
		db_change(db, QUERY_LOT_ANNOUNCED, DB_PARAMS(db_id(lot->id)));
	}
	if (is_new)
		announce(db, work, on, points);
	return i;
}

static enum result notice_transaction(struct db *db, void *pointer)
{
	const struct notice_work *work = pointer;
	struct account account;
	if (customer_lock_account(db, work->customer, &account) != RESULT_OK)
		return ERR_FORBIDDEN; /* blocked or erased meanwhile */
	lots_settle(db, work->context, work->customer, work->now, &account);
	struct lots lots = lots_read(db, work->context, work->customer);
	for (size_t i = 0;
		i < lots.count && lots.items[i].expires_at.seconds <= work->until.seconds;)
		i = announce_day(db, work, &lots, i);
	return RESULT_OK;
}

/* The customers of the lots that are due, one after the other. */
static enum result read_due(
	struct db *db, const struct notice_work *work, customer_id *customers, size_t *count)
{
	*count = 0;
	struct db_rows *rows = db_read(db, QUERY_LOTS_TO_ANNOUNCE,
		DB_PARAMS(db_time(work->now), db_time(work->until), db_number(LOTS_AT_ONCE)));
	while (*count < LOTS_AT_ONCE && db_next(rows)) {
		uint64_t id = db_get_id(rows, LOTS_TO_ANNOUNCE_USER_ID);
		if (*count == 0 || customers[*count - 1].value != id)
			customers[(*count)++].value = id;
	}
	return db_end_read(db);
}

enum result expiry_notice_enqueue(struct db *db, const void *context,
	const struct expiry_notice *notice, instant now, size_t *announced)
{
	customer_id customers[LOTS_AT_ONCE];
	size_t count;
	*announced = 0;
	if (notice->days == 0 || !zone_exists(notice->time_zone))
		return RESULT_OK;
	date today = zone_date(notice->time_zone, now);
	struct notice_work work = { .context = context,
		.time_zone = notice->time_zone,
		.now = now,
		.until = zone_day_start(
			notice->time_zone, (date){ today.day + (int32_t)notice->days + 1 }) };
	enum result result = read_due(db, &work, customers, &count);
	for (size_t i = 0; i < count && result == RESULT_OK; i++) {
		work.customer = customers[i];
		result = db_transaction(db, notice_transaction, &work);
		*announced += result == RESULT_OK;
		if (result == ERR_FORBIDDEN)
			result = RESULT_OK;
	}
	return result;
}
