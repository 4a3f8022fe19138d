/* SPDX-License-Identifier: MIT */
/* Lists the customers of an event: first a range of ids, then the days of these customers. */
#include "reward/participant_list.h"

#include "base/memory.h"
#include "reward/attendance.h"

struct work {
	const void *context;
	const struct event *event;
	date today;
	uint64_t after;
	size_t limit;
	struct participant *participants;
	size_t count;
	bool has_more;
	/* of the customer whose rows are being read */
	date *days;
	struct given_day *given; /* of each day: a check-in on its own day */
	size_t day_count;
};

/* The last id of the page, or of one customer more when there are further ones. */
static uint64_t last_id(struct db *db, struct work *work)
{
	struct db_value event = db_id(work->event->id.value), after = db_id(work->after),
			most = db_number((int64_t)work->limit + 1);
	struct db_rows *rows = db_select(db, QUERY_CONSOLE_PARTICIPANTS_BATCH,
		DB_PARAMS(event, after, most, event, after, most, most));
	if (!db_next(rows))
		return 0;
	work->has_more = db_get_number(rows, CONSOLE_PARTICIPANTS_BATCH_TOTAL)
		> (int64_t)work->limit;
	return db_get_id(rows, CONSOLE_PARTICIPANTS_BATCH_LAST_ID);
}

static void complete(struct work *work)
{
	if (work->count == 0)
		return;
	struct participant *participant = &work->participants[work->count - 1];
	participant->participation = rules_participation(
		dates_freeze(work->context,
			(struct dates){ .items = work->days,
				.count = work->day_count,
				.given = work->given,
				.given_count = work->day_count },
			work->event->options.freezes),
		work->event->window, work->today);
	participant->last_date = work->days[work->day_count - 1];
}

static bool begin(const struct db_rows *rows, struct work *work)
{
	complete(work);
	work->days = NULL;
	work->given = NULL;
	work->day_count = 0;
	if (work->count == work->limit)
		return false;
	work->participants[work->count++] = (struct participant){
		.id = { db_get_id(rows, SHOP_PARTICIPANTS_ID) },
		.issuer = db_get_text(rows, SHOP_PARTICIPANTS_ISS, work->context),
		.subject = db_get_text(rows, SHOP_PARTICIPANTS_SUBJECT, work->context),
		.username = db_get_text(rows, SHOP_PARTICIPANTS_USERNAME, work->context),
	};
	return true;
}

static void add_day(const struct db_rows *rows, struct work *work)
{
	date day = db_get_date(rows, SHOP_PARTICIPANTS_DATE);
	date since = db_is_null(rows, SHOP_PARTICIPANTS_GIVEN_AT)
		? day
		: zone_date(work->event->time_zone, db_get_time(rows, SHOP_PARTICIPANTS_GIVEN_AT));
	work->days = memory_grow(work->context, work->days, date, work->day_count + 1);
	work->given = memory_grow(
		work->context, work->given, struct given_day, work->day_count + 1);
	work->given[work->day_count] = (struct given_day){ day, since };
	work->days[work->day_count++] = day;
}

static enum result list_transaction(struct db *db, void *state)
{
	struct work *work = state;
	work->count = work->day_count = 0;
	work->has_more = false;
	struct db_value event = db_id(work->event->id.value), after = db_id(work->after),
			last = db_id(last_id(db, work));
	struct db_rows *rows = db_select(
		db, QUERY_SHOP_PARTICIPANTS, DB_PARAMS(event, after, last, event, after, last));
	while (db_next(rows)) {
		bool is_same = work->count > 0
			&& work->participants[work->count - 1].id.value
				== db_get_id(rows, SHOP_PARTICIPANTS_ID);
		if (!is_same && !begin(rows, work))
			return RESULT_OK;
		add_day(rows, work);
	}
	if (work->day_count > 0)
		complete(work);
	return RESULT_OK;
}

enum result participant_list(struct db *db, const void *context, const struct event *event,
	instant now, uint64_t after, size_t limit, struct participant **participants, size_t *count,
	bool *has_more)
{
	struct work work = { .context = context,
		.event = event,
		.today = event_today(event, now),
		.after = after,
		.limit = limit,
		.participants = memory_array(context, struct participant, limit) };
	enum result result = db_autocommit(db, list_transaction, &work);
	*participants = work.participants;
	*count = work.count;
	*has_more = work.has_more;
	return result;
}
