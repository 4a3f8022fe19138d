/* SPDX-License-Identifier: MIT */
/* Takes points from an event's budget, and spreads it over its rows again when one is used up. */
#include "reward/point_budget.h"

enum { SHARDS = 16 };

int64_t point_budget_left(struct db *db, event_id event)
{
	struct db_rows *rows = db_select(db, QUERY_BUDGET_LEFT, DB_PARAMS(db_id(event.value)));
	return db_next(rows) ? db_get_number(rows, DB_ONLY_COLUMN) : 0;
}

int64_t point_budget_lock(struct db *db, event_id event)
{
	int64_t left = 0;
	struct db_rows *rows = db_select(db, QUERY_BUDGET_LOCK, DB_PARAMS(db_id(event.value)));
	while (db_next(rows))
		left += db_get_number(rows, DB_ONLY_COLUMN);
	return left;
}

bool point_budget_take(struct db *db, event_id event, uint64_t key, int64_t points)
{
	const struct db_value id = db_id(event.value), amount = db_number(points);
	if (db_change(db, QUERY_BUDGET_TAKE, DB_PARAMS(amount, id, db_id(key % SHARDS), amount))
		== 1)
		return true;
	int64_t left = point_budget_lock(db, event) - points;
	if (left < 0)
		return false;
	db_change(db, QUERY_BUDGET_SPREAD,
		DB_PARAMS(db_number(left / SHARDS), db_number(left % SHARDS), id));
	return true;
}

void point_budget_return(struct db *db, event_id event, uint64_t key, int64_t points)
{
	db_change(db, QUERY_BUDGET_RETURN,
		DB_PARAMS(db_number(points), db_id(event.value), db_id(key % SHARDS)));
}

void point_budget_set(struct db *db, event_id event, struct optional_number left)
{
	db_change(db, QUERY_BUDGET_CLEAR, DB_PARAMS(db_id(event.value)));
	for (int64_t shard = 0; left.is_set && shard < SHARDS; shard++)
		db_change(db, QUERY_BUDGET_INSERT,
			DB_PARAMS(db_id(event.value), db_number(shard),
				db_number(left.value / SHARDS + (shard < left.value % SHARDS))));
}
