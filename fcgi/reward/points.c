/* SPDX-License-Identifier: MIT */
/* Writes and lists the points ledger. */
#include "reward/points.h"

#include "base/memory.h"

uint64_t points_append(struct db *db, const struct point_change *change)
{
	int64_t balance = change->balance_before + change->amount;
	db_change(db, QUERY_POINTS_INSERT, DB_VALUES(db_id(change->user.value), db_number(change->amount), db_number(balance),
		db_text(change->source), db_text(change->reference), db_text(change->reason), db_time(change->at)));
	uint64_t id = db_inserted_id(db);
	db_change(db, QUERY_POINTS_SET_BALANCE, DB_VALUES(db_number(balance), db_id(change->user.value)));
	return id;
}

struct list_work {
	const void *context;
	user_id user;
	uint64_t before;
	size_t limit;
	struct point_entry *entries;
	size_t count;
	bool has_more;
};

static enum result list_body(struct db *db, void *state)
{
	struct list_work *work = state;
	work->count = 0;
	work->has_more = false;
	struct db_rows *rows = db_select(db, QUERY_POINTS_LIST,
		DB_VALUES(db_id(work->user.value), db_id(work->before ? work->before : UINT64_MAX), db_number((int64_t)work->limit + 1)));
	while (db_next(rows)) {
		work->has_more = work->count == work->limit;
		if (!work->has_more)
			work->entries[work->count++] = (struct point_entry){ db_get_id(rows, 0), db_get_number(rows, 1),
				db_get_number(rows, 2), db_get_text(rows, 3, work->context), db_get_time(rows, 4) };
	}
	return RESULT_OK;
}

enum result points_list(struct db *db, const void *context, user_id user, uint64_t before, size_t limit,
	struct point_entry **entries, size_t *count, bool *has_more)
{
	struct list_work work = { context, user, before, limit, memory_array(context, struct point_entry, limit), 0, false };
	enum result result = db_attempt(db, list_body, &work);
	*entries = work.entries;
	*count = work.count;
	*has_more = work.has_more;
	return result;
}
