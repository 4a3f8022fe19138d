/* SPDX-License-Identifier: MIT */
/* Locks and writes the counts of failed sign-ins. */
#include "auth/failure_row.h"

/* SELECT FOR UPDATE of a row that is not there locks nothing for others, and two attempts would
 * both count as the first. */
void failure_row_lock(struct db *db, struct failure_row *row, instant now)
{
	struct db_value kind = db_text(row->kind), hash = db_bytes(row->hash, FAILURE_HASH_BYTES);
	db_change(db, QUERY_SIGN_IN_FAILURES_CREATE, DB_PARAMS(kind, hash, db_time(now)));
	struct db_rows *rows = db_select(db, QUERY_SIGN_IN_FAILURES_FIND, DB_PARAMS(kind, hash));
	bool is_known = db_next(rows);
	row->failures = is_known ? db_get_id(rows, SIGN_IN_FAILURES_FIND_FAILURES) : 0;
	row->last = is_known ? db_get_time(rows, SIGN_IN_FAILURES_FIND_LAST_AT) : now;
}

void failure_row_set(struct db *db, const struct failure_row *row, uint64_t staff,
	uint64_t failures, instant last)
{
	db_change(db, QUERY_SIGN_IN_FAILURES_SET,
		DB_PARAMS(staff ? db_id(staff) : db_null(), db_id(failures), db_time(last),
			db_text(row->kind), db_bytes(row->hash, FAILURE_HASH_BYTES)));
}
