/* SPDX-License-Identifier: MIT */
/* Finds claims to review, and records reviews. */
#include "reward/review.h"

#include "base/memory.h"
#include "records/audit.h"

static struct review review_of_row(const struct db_rows *rows)
{
	int64_t from = db_get_number(rows, REVIEW_OF_CLAIM_REVIEW_CUSTOMERS),
		customers = db_get_number(rows, REVIEW_OF_CLAIM_CUSTOMERS);
	bool is_done = db_get_number(rows, REVIEW_OF_CLAIM_IS_REVIEWED) != 0,
	     is_here = db_get_number(rows, REVIEW_OF_CLAIM_IS_OPEN) != 0,
	     has_lost_day = db_get_number(rows, REVIEW_OF_CLAIM_HAS_LOST_DAY) != 0;
	return (struct review){ ((from > 0 && customers >= from) || has_lost_day) && !is_done
			&& is_here,
		is_done, has_lost_day, customers };
}

struct review review_of(struct db *db, claim_id id)
{
	struct db_rows *rows = db_select(db, QUERY_REVIEW_OF_CLAIM, DB_PARAMS(db_id(id.value)));
	return db_next(rows) ? review_of_row(rows) : (struct review){ 0 };
}

enum result review_read(struct db *db, claim_id id, struct review *review)
{
	*review = review_of_row(db_read_one(db, QUERY_REVIEW_OF_CLAIM, DB_PARAMS(db_id(id.value))));
	enum result result = db_end_read(db);
	return result == ERR_NOT_FOUND ? RESULT_OK : result;
}

struct work {
	struct edit *edit;
	claim_id id;
	bool and_others;
};

static void note(struct db *db, const struct work *work, uint64_t id)
{
	json_object *after = json_new_object();
	json_put_bool(after, "reviewed", true);
	if (db_change(db, QUERY_REVIEW_NOTE, DB_PARAMS(db_time(work->edit->now), db_id(id))) == 1)
		audit_write(work->edit, "claim.review", "claim", id, NULL, after);
	else
		json_object_put(after);
}

static void note_others(struct db *db, const struct work *work)
{
	uint64_t *ids = NULL;
	size_t count = 0;
	struct db_rows *rows = db_select(db, QUERY_REVIEW_OTHERS, DB_PARAMS(db_id(work->id.value)));
	while (db_next(rows)) {
		ids = memory_grow(work->edit->context, ids, uint64_t, count + 1);
		ids[count++] = db_get_id(rows, REVIEW_OTHERS_ID);
	}
	for (size_t i = 0; i < count; i++)
		note(db, work, ids[i]);
}

static enum result note_transaction(struct db *db, void *pointer)
{
	const struct work *work = pointer;
	if (!db_next(db_select(db, QUERY_CLAIM_OWNER, DB_PARAMS(db_id(work->id.value)))))
		return edit_refuse(work->edit, ERR_NOT_FOUND, "claim", "there is no such claim");
	note(db, work, work->id.value);
	if (work->and_others)
		note_others(db, work);
	return RESULT_OK;
}

enum result review_note(struct edit *edit, claim_id id, bool and_others)
{
	return edit_transaction(edit, note_transaction, &(struct work){ edit, id, and_others });
}
