/* SPDX-License-Identifier: MIT */
/* Leases outbox messages and maintains them. */
#include "notification/outbox.h"

#include "base/memory.h"
#include "base/text.h"

enum { LANES_MAXIMUM = 256 };

enum result outbox_lanes(
	struct db *db, const void *context, struct outbox_lane **lanes, size_t *count)
{
	*lanes = memory_array(context, struct outbox_lane, LANES_MAXIMUM);
	struct db_rows *rows = db_read(db, QUERY_OUTBOX_LANES, DB_NO_PARAMS);
	for (*count = 0; *count < LANES_MAXIMUM && db_next(rows); ++*count) {
		uint64_t endpoint = db_get_id(rows, OUTBOX_LANES_ENDPOINT);
		(*lanes)[*count] = (struct outbox_lane){ endpoint == 0, endpoint,
			(unsigned)db_get_number(rows, OUTBOX_LANES_TRIES) };
	}
	return db_end_read(db);
}

/* --- leases --- */

static enum result take_lease(struct db *db, const struct outbox_lane *lane, const char *owner,
	unsigned seconds, size_t limit)
{
	struct db_value owner_value = db_text(owner), duration = db_number(seconds),
			most = db_number((int64_t)limit);
	return lane->is_mail
		? db_write(
			db, QUERY_OUTBOX_LEASE_MAILS, DB_PARAMS(owner_value, duration, most), NULL)
		: db_write(db, QUERY_OUTBOX_LEASE_WEBHOOKS,
			DB_PARAMS(owner_value, duration, db_id(lane->endpoint), most), NULL);
}

static struct outbox_message read_message(const struct db_rows *rows, const void *context)
{
	return (struct outbox_message){
		.id = db_get_id(rows, OUTBOX_LEASED_ID),
		.kind = db_get_text(rows, OUTBOX_LEASED_KIND, context),
		.is_mail = text_equals(db_get_text(rows, OUTBOX_LEASED_CHANNEL, context), "mail"),
		.receiver = db_get_id(rows, OUTBOX_LEASED_ENDPOINT_ID),
		.key = db_get_text(rows, OUTBOX_LEASED_MESSAGE_KEY, context),
		.event = { db_get_id(rows, OUTBOX_LEASED_EVENT_ID) },
		.customer = { db_get_id(rows, OUTBOX_LEASED_USER_ID) },
		.product = { db_get_id(rows, OUTBOX_LEASED_PRODUCT_ID) },
		.claim = { db_get_id(rows, OUTBOX_LEASED_CLAIM_ID) },
		.data = db_get_text(rows, OUTBOX_LEASED_DATA, context),
		.attempts = (unsigned)db_get_number(rows, OUTBOX_LEASED_ATTEMPTS),
		.created_at = db_get_time(rows, OUTBOX_LEASED_CREATED_AT),
	};
}

enum result outbox_lease(struct db *db, const void *context, const struct outbox_lane *lane,
	const char *owner, unsigned seconds, size_t limit, struct outbox_message **messages,
	size_t *count)
{
	*count = 0;
	enum result result = take_lease(db, lane, owner, seconds, limit);
	if (result != RESULT_OK)
		return result;
	*messages = memory_array(context, struct outbox_message, limit);
	struct db_rows *rows = db_read(db, QUERY_OUTBOX_LEASED, DB_PARAMS(db_text(owner)));
	for (; *count < limit && db_next(rows); ++*count)
		(*messages)[*count] = read_message(rows, context);
	return db_end_read(db);
}

/* --- housekeeping and figures --- */

enum result outbox_tidy(struct db *db)
{
	return db_write(db, QUERY_OUTBOX_MARK_DEAD_DISABLED, DB_NO_PARAMS, NULL);
}

enum result outbox_statistics(struct db *db, struct outbox_statistics *out)
{
	struct db_rows *row = db_read_one(db, QUERY_OUTBOX_STATISTICS, DB_NO_PARAMS);
	*out = (struct outbox_statistics){ db_get_id(row, OUTBOX_STATISTICS_WAITING),
		db_get_id(row, OUTBOX_STATISTICS_SENT), db_get_id(row, OUTBOX_STATISTICS_DEAD),
		db_get_id(row, OUTBOX_STATISTICS_DISCARDED),
		db_get_id(row, OUTBOX_STATISTICS_OLDEST_SECONDS) };
	return db_end_read(db);
}

const char *const OUTBOX_CHANNEL_NAMES[OUTBOX_CHANNELS] = { "mail", "webhook" };
const char *const OUTBOX_STATE_NAMES[OUTBOX_STATES] = { "waiting", "sent", "dead", "discarded" };

static size_t index_of(const char *const *names, size_t count, const char *name)
{
	size_t i = 0;
	while (i < count - 1 && !text_equals(names[i], name))
		i++;
	return i;
}

struct figures_work {
	const void *context;
	struct outbox_figures *out;
};

/* For delivered ones it is enough to know that there are some. */
static void read_figure(struct db *db, size_t channel, size_t state, struct outbox_figures *out)
{
	static const int64_t COUNTED[OUTBOX_STATES] = { 1000, 500, 1000, 500 };
	struct db_rows *rows = db_select(db, QUERY_OUTBOX_FIGURES,
		DB_PARAMS(db_text(OUTBOX_STATE_NAMES[state]),
			db_text(OUTBOX_CHANNEL_NAMES[channel]), db_number(COUNTED[state])));
	if (!db_next(rows))
		return;
	out->channels[channel].messages[state] = db_get_id(rows, OUTBOX_FIGURES_TOTAL);
	if (state == 0)
		out->channels[channel].oldest_seconds = db_get_id(
			rows, OUTBOX_FIGURES_OLDEST_SECONDS);
}

static enum result figures_transaction(struct db *db, void *state)
{
	const struct figures_work *work = state;
	*work->out = (struct outbox_figures){ 0 };
	for (size_t i = 0; i < OUTBOX_CHANNELS * OUTBOX_STATES; i++)
		read_figure(db, i / OUTBOX_STATES, i % OUTBOX_STATES, work->out);
	struct db_rows *rows = db_select(db, QUERY_OUTBOX_HOLD_COUNT, DB_NO_PARAMS);
	while (db_next(rows))
		work->out
			->channels[index_of(OUTBOX_CHANNEL_NAMES, OUTBOX_CHANNELS,
				db_get_text(rows, OUTBOX_HOLD_COUNT_CHANNEL, work->context))]
			.holds = db_get_id(rows, OUTBOX_HOLD_COUNT_TOTAL);
	return RESULT_OK;
}

enum result outbox_figures(struct db *db, struct outbox_figures *out)
{
	void *context = memory_context(NULL);
	enum result result = db_autocommit(
		db, figures_transaction, &(struct figures_work){ context, out });
	memory_free(context);
	return result;
}
