/* SPDX-License-Identifier: MIT */
/* Processes the batches of an outage: counts customers, adds the day, or removes it, some hundred
 * at a time. */
#include "reward/outage.h"

#include "base/memory.h"
#include "base/text.h"
#include "records/audit.h"

enum { BATCH = 500 };

struct work {
	void *context;
	uint64_t id;
	instant now;
	bool is_done;
	/* of the locked row */
	uint64_t event;
	date day;
	const char *reason, *state, *actor;
	uint64_t position, added, taken_back;
	/* of the batch */
	uint64_t end;
	bool is_last;
};

static bool lock_row(struct db *db, struct work *work)
{
	struct db_rows *rows = db_select(db, QUERY_OUTAGE_LOCK, DB_PARAMS(db_id(work->id)));
	if (!db_next(rows))
		return false;
	work->event = db_get_id(rows, OUTAGE_LOCK_EVENT_ID);
	work->day = db_get_date(rows, OUTAGE_LOCK_DATE);
	work->reason = db_get_text(rows, OUTAGE_LOCK_REASON, work->context);
	work->state = db_get_text(rows, OUTAGE_LOCK_STATE, work->context);
	work->position = db_get_id(rows, OUTAGE_LOCK_POSITION);
	work->added = db_get_id(rows, OUTAGE_LOCK_ADDED);
	work->taken_back = db_get_id(rows, OUTAGE_LOCK_TAKEN_BACK);
	work->actor = db_get_text(rows, OUTAGE_LOCK_ACTOR, work->context);
	return true;
}

/* Customers created during the pass are processed too: it ends when none are left. */
static void find_batch(struct db *db, struct work *work)
{
	struct db_rows *rows = db_select(
		db, QUERY_OUTAGE_BATCH_END, DB_PARAMS(db_id(work->position), db_number(BATCH)));
	bool has_row = db_next(rows);
	work->is_last = !has_row || db_get_number(rows, OUTAGE_BATCH_END_TOTAL) < BATCH;
	work->end = has_row && !db_is_null(rows, OUTAGE_BATCH_END_LAST_ID)
		? db_get_id(rows, OUTAGE_BATCH_END_LAST_ID)
		: work->position;
}

#define THERE(work) \
	db_id((work)->event), db_date((date){ (work)->day.day - 1 }), db_id((work)->event), \
		db_date((date){ (work)->day.day + 1 }), db_id((work)->event), db_date((work)->day)
#define RANGE(work) db_id((work)->position), db_id((work)->end)

/* On behalf of the person who started it, though another may finish it. */
static void write_end(struct db *db, const struct work *work, const char *action, const char *state,
	uint64_t before, uint64_t after)
{
	struct edit edit = {
		.db = db, .context = work->context, .actor = { work->actor, NULL }, .now = work->now
	};
	char day[DATE_TEXT];
	json_object *old = json_new_object(), *new = json_new_object();
	json_put_number(old, "days", (int64_t)before);
	json_put_number(new, "event", (int64_t)work->event);
	json_put_text(new, "day", date_format(work->day, day));
	json_put_text(new, "reason", work->reason);
	json_put_text(new, "state", state);
	json_put_number(new, "days", (int64_t)after);
	audit_write(&edit, action, "outage", work->id, old, new);
}

static enum result count(struct db *db, struct work *work)
{
	struct db_rows *rows = db_select(
		db, QUERY_OUTAGE_COUNT, DB_PARAMS(RANGE(work), THERE(work)));
	struct db_value found = db_number(
		db_next(rows) ? db_get_number(rows, OUTAGE_COUNT_TOTAL) : 0);
	db_change(db, QUERY_OUTAGE_NOTE_COUNT,
		DB_PARAMS(db_id(work->end), db_number(work->is_last), found, db_id(work->id)));
	return RESULT_OK;
}

static void lock_users(struct db_rows *rows)
{
	while (db_next(rows))
		;
}

static enum result apply(struct db *db, struct work *work)
{
	uint64_t added = 0;
	lock_users(db_select(db, QUERY_OUTAGE_LOCK_USERS, DB_PARAMS(RANGE(work), THERE(work))));
	if (!db_change_unless_duplicate(db, QUERY_OUTAGE_ADD_DAYS,
		    DB_PARAMS(db_time(work->now), db_id(work->id), RANGE(work), THERE(work)),
		    &added))
		return ERR_UNAVAILABLE; /* rolled back, to be repeated */
	db_change(db, QUERY_OUTAGE_NOTE_ADDED,
		DB_PARAMS(db_id(work->end),
			db_text(OUTAGE_STATES[work->is_last ? OUTAGE_APPLIED : OUTAGE_APPLYING]),
			db_id(added), db_id(work->id)));
	if (work->is_last)
		write_end(db, work, "outage.applied", "applied", 0, work->added + added);
	return RESULT_OK;
}

static enum result take_back(struct db *db, struct work *work)
{
	const struct db_value event = db_id(work->event), day = db_date(work->day);
	lock_users(db_select(db, QUERY_OUTAGE_LOCK_COUNTED, DB_PARAMS(RANGE(work), event, day)));
	uint64_t removed = db_change(
		db, QUERY_OUTAGE_REMOVE_DAYS, DB_PARAMS(event, day, RANGE(work)));
	db_change(db, QUERY_OUTAGE_NOTE_TAKEN_BACK,
		DB_PARAMS(db_id(work->end),
			db_text(OUTAGE_STATES[work->is_last ? OUTAGE_UNDONE : OUTAGE_UNDOING]),
			db_id(removed), db_time(work->now), db_id(work->id)));
	if (work->is_last)
		write_end(db, work, "outage.undone", "undone", work->taken_back + removed, 0);
	return RESULT_OK;
}

static enum result batch_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	if (!lock_row(db, work))
		return ERR_NOT_FOUND;
	bool is_apply = text_equals(work->state, OUTAGE_STATES[OUTAGE_APPLYING]),
	     is_undo = text_equals(work->state, OUTAGE_STATES[OUTAGE_UNDOING]);
	bool is_plan = text_equals(work->state, OUTAGE_STATES[OUTAGE_PLANNED]);
	find_batch(db, work);
	work->is_done = (!is_apply && !is_undo && !is_plan) || work->is_last;
	if (is_apply)
		return apply(db, work);
	if (is_undo)
		return take_back(db, work);
	return is_plan && (work->end > work->position || work->is_last) ? count(db, work)
									: RESULT_OK;
}

enum result outage_carry_on(struct db *db, uint64_t id, instant now, bool *is_done)
{
	struct work work = { .context = memory_context(NULL), .id = id, .now = now };
	enum result result = db_transaction(db, batch_transaction, &work);
	*is_done = result == RESULT_OK && work.is_done;
	memory_free(work.context);
	return result;
}
