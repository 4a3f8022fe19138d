/* SPDX-License-Identifier: MIT */
/* Moves the check-ins of an event that is over to the archive, some customers at a time. */
#include "reward/event_archive.h"

#include "base/memory.h"
#include "records/audit.h"
#include "reward/event_edit.h"

enum { BATCH_ROWS = 2000 };

struct work {
	struct edit *edit;
	const char *slug;
	struct event_archive_outcome *outcome;
	uint64_t from, to; /* customers of the batch: (from, to] */
	uint64_t rows;     /* of the batch; 0: the last one */
};

/* From here on nobody adds days, since that locks the event first. Requests from the time of the
 * event have ended long ago. */
static enum result begin_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	struct edited_event event;
	enum result result = event_edit_touch(work->edit, work->slug, &event);
	if (result != RESULT_OK)
		return result;
	date today = zone_date(event.time_zone, work->edit->now);
	if (!event.is_open || today.day <= event.window.ends_on.day + 1)
		return edit_refuse(
			work->edit, ERR_CONFLICT, "event", "has not been over for a whole day");
	if (db_next(db_select(db, QUERY_ARCHIVE_OUTAGES, DB_PARAMS(db_id(event.id.value)))))
		return edit_refuse(work->edit, ERR_CONFLICT, "event",
			"has an outage whose days are being counted");
	work->outcome->event = event.id;
	work->outcome->had_begun = event.is_archived;
	if (event.is_archived)
		return RESULT_OK;
	db_change(db, QUERY_ARCHIVE_BEGIN,
		DB_PARAMS(db_time(work->edit->now), db_id(event.id.value)));
	audit_write(work->edit, "event.archive", "event", event.id.value, NULL, NULL);
	return RESULT_OK;
}

/* Copy and deletion must see the same rows. */
static enum result move_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	struct db_value event = db_id(work->outcome->event.value), from = db_id(work->from);
	struct db_rows *next = db_select(
		db, QUERY_ARCHIVE_NEXT, DB_PARAMS(event, from, db_number(BATCH_ROWS)));
	work->rows = 0;
	if (!db_next(next))
		return RESULT_OK;
	work->to = db_get_id(next, ARCHIVE_NEXT_LAST_ID);
	struct db_value to = db_id(work->to);
	work->rows = db_change(db, QUERY_ARCHIVE_COPY, DB_PARAMS(event, from, to));
	if (db_change(db, QUERY_ARCHIVE_REMOVE, DB_PARAMS(event, from, to)) != work->rows)
		return edit_refuse(
			work->edit, ERR_CONFLICT, "event", "was changed meanwhile: begin again");
	return RESULT_OK;
}

static enum result move(struct work *work, const struct event_archive_watcher *watcher)
{
	for (;;) {
		enum result result = edit_transaction(work->edit, move_transaction, work);
		if (result != RESULT_OK || work->rows == 0)
			return result;
		work->from = work->to;
		work->outcome->moved += work->rows;
		if (watcher)
			watcher->note(watcher->state, work->outcome->moved);
	}
}

enum result event_archive(struct edit *edit, const char *slug,
	const struct event_archive_watcher *watcher, struct event_archive_outcome *outcome)
{
	struct work work = { .edit = edit, .slug = slug, .outcome = outcome };
	*outcome = (struct event_archive_outcome){ 0 };
	enum result result = edit_transaction(edit, begin_transaction, &work);
	return result == RESULT_OK ? move(&work, watcher) : result;
}
