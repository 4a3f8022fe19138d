/* SPDX-License-Identifier: MIT */
/* Counts the participants of an event. Each batch is a transaction, so another process can
 * continue. */
#include "reward/participants.h"

enum { BATCH = 2000 };

enum result participants_read(
	struct db *db, const char *slug, instant now, struct participants *participants)
{
	struct db_rows *row = db_read_one(
		db, QUERY_CONSOLE_PARTICIPANTS_STATE, DB_PARAMS(db_text(slug)));
	uint64_t position = db_get_id(row, CONSOLE_PARTICIPANTS_STATE_PASS_POSITION),
		 last = db_get_id(row, CONSOLE_PARTICIPANTS_STATE_LAST_USER_ID);
	*participants = (struct participants){ .event = { db_get_id(
						       row, CONSOLE_PARTICIPANTS_STATE_ID) },
		.was_counted = !db_is_null(row, CONSOLE_PARTICIPANTS_STATE_PARTICIPANTS_AT),
		.is_being_counted = db_get_number(row, CONSOLE_PARTICIPANTS_STATE_IS_BEING_COUNTED)
			!= 0,
		.at = db_get_time(row, CONSOLE_PARTICIPANTS_STATE_PARTICIPANTS_AT),
		.percent = last && position < last ? (unsigned)(position * 100 / last) : 100 };
	participants->is_due = participants->is_being_counted || !participants->was_counted
		|| instant_is_over(participants->at, PARTICIPANTS_SECONDS, now);
	return db_end_read(db);
}

/* --- counting --- */

struct count_work {
	struct db_value event;
	instant now, began_at;
	uint64_t position;
	bool is_done;
};

static void lock(struct db *db, struct count_work *work)
{
	db_change_unless_duplicate(db, QUERY_CONSOLE_PARTICIPANTS_BEGIN,
		(const struct db_value[]){ work->event }, 1, NULL);
	struct db_rows *rows = db_select(
		db, QUERY_CONSOLE_PARTICIPANTS_LOCK, DB_PARAMS(work->event));
	bool has_row = db_next(rows),
	     has_begun = has_row && !db_is_null(rows, CONSOLE_PARTICIPANTS_LOCK_PASS_BEGAN_AT);
	work->position = has_begun ? db_get_id(rows, CONSOLE_PARTICIPANTS_LOCK_PASS_POSITION) : 0;
	work->began_at = has_begun ? db_get_time(rows, CONSOLE_PARTICIPANTS_LOCK_PASS_BEGAN_AT)
				   : work->now;
}

static enum result batch_transaction(struct db *db, void *pointer)
{
	struct count_work *work = pointer;
	lock(db, work);
	struct db_value position = db_id(work->position), end;
	struct db_rows *rows = db_select(db, QUERY_CONSOLE_PARTICIPANTS_BATCH,
		DB_PARAMS(work->event, position, db_number(BATCH), work->event, position,
			db_number(BATCH), db_number(BATCH)));
	bool has_row = db_next(rows);
	work->is_done = !has_row || db_get_number(rows, CONSOLE_PARTICIPANTS_BATCH_TOTAL) < BATCH;
	end = work->is_done ? db_id(UINT64_MAX)
			    : db_id(db_get_id(rows, CONSOLE_PARTICIPANTS_BATCH_LAST_ID));
	db_change(db, QUERY_CONSOLE_PARTICIPANTS_COUNT,
		DB_PARAMS(work->event, position, end, work->event, position, end));
	db_change(db, QUERY_CONSOLE_PARTICIPANTS_FORGET, DB_PARAMS(work->event, position, end));
	if (work->is_done)
		db_change(db, QUERY_CONSOLE_PARTICIPANTS_END,
			DB_PARAMS(db_time(work->began_at), work->event));
	else
		db_change(db, QUERY_CONSOLE_PARTICIPANTS_NOTE,
			DB_PARAMS(end, db_time(work->began_at), work->event));
	return RESULT_OK;
}

enum result participants_count(struct db *db, event_id event, instant now, bool *is_done)
{
	struct count_work work = { .event = db_id(event.value), .now = now };
	enum result result = db_transaction(db, batch_transaction, &work);
	*is_done = result == RESULT_OK && work.is_done;
	return result;
}
