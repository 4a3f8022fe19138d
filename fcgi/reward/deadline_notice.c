/* SPDX-License-Identifier: MIT */
/* Reads the customers of an event with a milestone that closes soon, in batches. */
#include "reward/deadline_notice.h"

#include "base/memory.h"
#include "base/text.h"
#include "records/ids.h"
#include "reward/attendance.h"
#include "reward/event.h"

#include <inttypes.h>

enum { DAYS_MAXIMUM = 5000 }; /* rows per batch; more than one customer can have */

struct closing {
	milestone_id milestone;
	event_id event;
	enum event_mode basis;
	struct milestone_rule rule;
	const char *time_zone;
	struct freeze_rule freezes;
	uint64_t position; /* the last customer that was processed */
	bool has_begun;
};

struct work {
	const void *context;
	instant now;
	struct closing closing;
	uint64_t *customers; /* of each row of the batch */
	date *days;
	struct given_day *given; /* also of each row: a check-in on its own day */
	size_t rows, looked_at;
	const char *missing_zone;
};

static struct closing read_closing(const struct db_rows *rows, const void *context)
{
	return (struct closing){
		.milestone = { db_get_id(rows, CLOSING_DUE_ID) },
		.event = { db_get_id(rows, CLOSING_DUE_EVENT_ID) },
		.basis = milestone_basis_of(db_get_text(rows, CLOSING_DUE_BASIS, context)),
		.rule = { (uint32_t)db_get_number(rows, CLOSING_DUE_AT),
			!db_is_null(rows, CLOSING_DUE_EARNED_FROM),
			db_get_date(rows, CLOSING_DUE_EARNED_FROM) },
		.position = db_get_id(rows, CLOSING_DUE_POSITION),
		.has_begun = !db_is_null(rows, CLOSING_DUE_POSITION),
		.time_zone = db_get_text(rows, CLOSING_DUE_TIME_ZONE, context),
		.freezes = { (uint32_t)db_get_number(rows, CLOSING_DUE_FREEZES),
			(uint32_t)db_get_number(rows, CLOSING_DUE_FREEZE_EVERY) },
	};
}

/* ERR_NOT_FOUND: none is due. The milestones of an event whose time zone is missing wait; the
 * others do not wait for them. */
static enum result read_due(struct db *db, struct work *work)
{
	struct db_value now = db_time(work->now);
	struct db_rows *rows = db_read(db, QUERY_CLOSING_DUE, DB_PARAMS(now, now, now));
	bool is_found = false;
	while (!is_found && db_next(rows)) {
		work->closing = read_closing(rows, work->context);
		is_found = zone_exists(work->closing.time_zone);
		if (!is_found)
			work->missing_zone = work->closing.time_zone;
	}
	enum result result = db_end_read(db);
	return result == RESULT_OK && !is_found ? ERR_NOT_FOUND : result;
}

/* A full batch may end within the days of a customer, who is then left to the next one. Returns the
 * number of rows of complete customers. */
static size_t read_days(struct db *db, struct work *work)
{
	work->rows = 0;
	struct db_value event = db_id(work->closing.event.value),
			after = db_id(work->closing.position), most = db_number(DAYS_MAXIMUM);
	struct db_rows *rows = db_select(
		db, QUERY_CLOSING_DAYS, DB_PARAMS(event, after, most, event, after, most, most));
	while (db_next(rows) && work->rows < DAYS_MAXIMUM) {
		work->customers[work->rows] = db_get_id(rows, CLOSING_DAYS_USER_ID);
		date day = work->days[work->rows] = db_get_date(rows, CLOSING_DAYS_DATE);
		work->given[work->rows++] = (struct given_day){ day,
			db_is_null(rows, CLOSING_DAYS_GIVEN_AT)
				? day
				: zone_date(work->closing.time_zone,
					db_get_time(rows, CLOSING_DAYS_GIVEN_AT)) };
	}
	size_t whole = work->rows;
	while (work->rows == DAYS_MAXIMUM && whole > 0
		&& work->customers[whole - 1] == work->customers[DAYS_MAXIMUM - 1])
		whole--;
	return whole;
}

static void announce(struct db *db, const struct work *work, uint64_t customer)
{
	const struct closing *closing = &work->closing;
	struct db_value event = db_id(closing->event.value),
			milestone = db_id(closing->milestone.value);
	const char *key = memory_format(
		work->context, "%" PRIu64 "-%" PRIu64, closing->milestone.value, customer);
	const char *data = memory_format(
		work->context, "{\"milestone\":%" PRIu64 "}", closing->milestone.value);
	db_change(db, QUERY_CLOSING_ANNOUNCE,
		DB_PARAMS(db_text(key), event, db_text(data), db_time(work->now), db_id(customer),
			event, milestone));
}

static void announce_all(struct db *db, struct work *work, size_t whole)
{
	const struct closing *closing = &work->closing;
	size_t next;
	for (size_t first = 0; first < whole && !db_has_failed(db); first = next) {
		for (next = first; next < whole && work->customers[next] == work->customers[first];)
			next++;
		work->looked_at++;
		if (rules_is_earned(closing->basis,
			    dates_freeze(work->context,
				    (struct dates){ .items = work->days + first,
					    .count = next - first,
					    .given = work->given + first,
					    .given_count = next - first },
				    closing->freezes),
			    &closing->rule))
			announce(db, work, work->customers[first]);
	}
}

static enum result batch_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	const struct closing *closing = &work->closing;
	struct db_value milestone = db_id(closing->milestone.value);
	work->looked_at = 0;
	if (!closing->has_begun
		&& !db_change_unless_duplicate(db, QUERY_CLOSING_BEGIN, DB_PARAMS(milestone), NULL))
		return ERR_CONFLICT;
	size_t whole = read_days(db, work);
	bool is_last = work->rows < DAYS_MAXIMUM;
	struct db_value position = db_id(
		whole > 0 ? work->customers[whole - 1] : closing->position);
	if (db_change(db, QUERY_CLOSING_ADVANCE,
		    DB_PARAMS(position, is_last ? db_time(work->now) : db_null(), milestone,
			    db_id(closing->position)))
			!= 1
		&& !db_has_failed(db))
		return ERR_CONFLICT; /* another notifier does it */
	announce_all(db, work, whole);
	return RESULT_OK;
}

enum result deadline_notice_enqueue(struct db *db, const void *context, instant now,
	size_t *looked_at, const char **missing_zone)
{
	struct work work = { .context = context, .now = now };
	enum result result = read_due(db, &work);
	if (result == RESULT_OK) {
		work.customers = memory_array(context, uint64_t, DAYS_MAXIMUM);
		work.days = memory_array(context, date, DAYS_MAXIMUM);
		work.given = memory_array(context, struct given_day, DAYS_MAXIMUM);
		result = db_transaction(db, batch_transaction, &work);
	}
	*looked_at = result == RESULT_OK ? work.looked_at : 0;
	*missing_zone = work.missing_zone;
	return result == ERR_CONFLICT || result == ERR_NOT_FOUND ? RESULT_OK : result;
}
