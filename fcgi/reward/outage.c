/* SPDX-License-Identifier: MIT */
/* Plans, applies and undoes outages; outage_work.c processes the customers. */
#include "reward/outage.h"

#include "base/text.h"
#include "records/audit.h"
#include "reward/event_edit.h"

#include <stddef.h>

const char *const OUTAGE_STATES[] = { [OUTAGE_PLANNED] = "planned",
	[OUTAGE_APPLYING] = "applying",
	[OUTAGE_APPLIED] = "applied",
	[OUTAGE_UNDOING] = "undoing",
	[OUTAGE_UNDONE] = "undone",
	NULL };

static enum outage_state state_of(const char *word)
{
	size_t state = OUTAGE_PLANNED;
	while (OUTAGE_STATES[state + 1] && !text_equals(OUTAGE_STATES[state], word))
		state++;
	return (enum outage_state)state;
}

/* --- planning --- */

struct plan_work {
	struct edit *edit;
	const struct outage_plan *plan;
	uint64_t *id;
};

static enum result check_day(const struct plan_work *work, const struct edited_event *event)
{
	const struct outage_plan *plan = work->plan;
	int32_t today = zone_date(event->time_zone, work->edit->now).day, day = plan->day.day;
	if (!event->is_open || day < event->window.starts_on.day || day > event->window.ends_on.day
		|| day > today)
		return edit_refuse(work->edit, ERR_CONFLICT, "day",
			"is not a day of an open event that has come");
	if (day == today && !plan->is_today_meant)
		return edit_refuse(work->edit, ERR_CONFLICT, "is_today_meant",
			"must be said: the day is not over");
	return RESULT_OK;
}

static enum result plan_transaction(struct db *db, void *pointer)
{
	struct plan_work *work = pointer;
	const struct outage_plan *plan = work->plan;
	struct edited_event event;
	enum result result = event_edit_find(work->edit, plan->event, &event);
	if (result == RESULT_OK)
		result = event_edit_refuse_archived(work->edit, event.id);
	if (result == RESULT_OK)
		result = check_day(work, &event);
	if (result != RESULT_OK)
		return result;
	struct db_value id = db_id(event.id.value), day = db_date(plan->day),
			reason = db_text(plan->reason), actor = db_text(work->edit->actor.name);
	if (db_change_unless_duplicate(db, QUERY_OUTAGE_INSERT,
		    DB_PARAMS(id, day, reason, actor, db_time(work->edit->now)), NULL)) {
		*work->id = db_inserted_id(db);
		return RESULT_CREATED;
	}
	struct db_rows *rows = db_select(db, QUERY_OUTAGE_OF_DAY, DB_PARAMS(id, day));
	*work->id = db_next(rows) ? db_get_id(rows, OUTAGE_OF_DAY_ID) : 0;
	rows = db_select(db, QUERY_OUTAGE_LOCK, DB_PARAMS(db_id(*work->id)));
	enum outage_state state = db_next(rows)
		? state_of(db_get_text(rows, OUTAGE_LOCK_STATE, work->edit->context))
		: OUTAGE_APPLIED;
	if (state != OUTAGE_PLANNED && state != OUTAGE_UNDONE)
		return edit_refuse(
			work->edit, ERR_CONFLICT, "day", "is counted for an outage already");
	db_change(db, QUERY_OUTAGE_PLAN_AGAIN, DB_PARAMS(reason, actor, id, day));
	return RESULT_CREATED;
}

enum result outage_plan(struct edit *edit, const struct outage_plan *plan, uint64_t *id)
{
	struct plan_work work = { edit, plan, id };
	return edit_transaction(edit, plan_transaction, &work);
}

/* --- reading --- */

enum result outage_read(struct edit *edit, uint64_t id, struct outage *outage)
{
	const void *context = edit->context;
	struct db_rows *rows = db_read_one(edit->db, QUERY_OUTAGE_READ, DB_PARAMS(db_id(id)));
	enum outage_state state = state_of(db_get_text(rows, OUTAGE_READ_STATE, context));
	bool is_counted = db_get_number(rows, OUTAGE_READ_IS_COUNTED) != 0;
	uint64_t position = db_get_id(rows, OUTAGE_READ_POSITION),
		 last = db_get_id(rows, OUTAGE_READ_LAST_USER_ID);
	*outage = (struct outage){
		.id = id,
		.event = { db_get_id(rows, OUTAGE_READ_EVENT_ID) },
		.slug = db_get_text(rows, OUTAGE_READ_SLUG, context),
		.event_name = db_get_text(rows, OUTAGE_READ_NAME, context),
		.time_zone = db_get_zone(rows, OUTAGE_READ_TIME_ZONE, context),
		.day = db_get_date(rows, OUTAGE_READ_DATE),
		.reason = db_get_text(rows, OUTAGE_READ_REASON, context),
		.state = state,
		.is_at_work = state == OUTAGE_APPLYING || state == OUTAGE_UNDOING
			|| (state == OUTAGE_PLANNED && !is_counted),
		.percent = last && position < last ? (unsigned)(position * 100 / last) : 100,
		.expected = db_get_id(rows, OUTAGE_READ_EXPECTED),
		.added = db_get_id(rows, OUTAGE_READ_ADDED),
		.taken_back = db_get_id(rows, OUTAGE_READ_TAKEN_BACK),
	};
	enum result result = db_end_read(edit->db);
	return result == ERR_NOT_FOUND
		? edit_refuse(edit, result, "outage", "there is no such outage")
		: result;
}

/* --- beginning --- */

struct begin_work {
	struct edit *edit;
	uint64_t id;
	date day;
	enum outage_state to;
};

static json_object *begin_json(
	const struct db_rows *rows, const struct begin_work *work, const char *state)
{
	char day[DATE_TEXT];
	json_object *json = json_new_object();
	json_put_text(json, "state", state);
	json_put_number(json, "event", db_get_number(rows, OUTAGE_LOCK_EVENT_ID));
	json_put_text(json, "day", date_format(work->day, day));
	json_put_text(json, "reason", db_get_text(rows, OUTAGE_LOCK_REASON, work->edit->context));
	json_put_number(json, "days",
		db_get_number(rows, OUTAGE_LOCK_ADDED)
			- db_get_number(rows, OUTAGE_LOCK_TAKEN_BACK));
	return json;
}

static enum result begin_transaction(struct db *db, void *pointer)
{
	struct begin_work *work = pointer;
	bool is_undo = work->to == OUTAGE_UNDOING;
	struct db_rows *rows = db_select(db, QUERY_OUTAGE_LOCK, DB_PARAMS(db_id(work->id)));
	if (!db_next(rows))
		return edit_refuse(work->edit, ERR_NOT_FOUND, "outage", "there is no such outage");
	enum outage_state state = state_of(
		db_get_text(rows, OUTAGE_LOCK_STATE, work->edit->context));
	if (db_get_date(rows, OUTAGE_LOCK_DATE).day != work->day.day)
		return edit_refuse(
			work->edit, ERR_CONFLICT, "day", "is not the day of this outage");
	if (state == work->to) /* in progress */
		return RESULT_OK;
	if (is_undo ? state != OUTAGE_APPLIED && state != OUTAGE_APPLYING : state != OUTAGE_PLANNED)
		return edit_refuse(
			work->edit, ERR_CONFLICT, "outage", "is %s", OUTAGE_STATES[state]);
	json_object *before = is_undo ? begin_json(rows, work, OUTAGE_STATES[state]) : NULL;
	json_object *after = is_undo ? NULL : begin_json(rows, work, OUTAGE_STATES[work->to]);
	if (after)
		json_put_number(after, "days", 0);
	audit_write(work->edit, is_undo ? "outage.undo" : "outage.apply", "outage", work->id,
		before, after);
	db_change(db, QUERY_OUTAGE_BEGIN,
		DB_PARAMS(db_text(OUTAGE_STATES[work->to]),
			db_number(is_undo ? db_get_number(rows, OUTAGE_LOCK_ADDED) : 0),
			db_text(work->edit->actor.name), db_id(work->id)));
	return event_edit_refuse_archived(
		work->edit, (event_id){ db_get_id(rows, OUTAGE_LOCK_EVENT_ID) });
}

enum result outage_apply(struct edit *edit, uint64_t id, date day)
{
	struct begin_work work = { edit, id, day, OUTAGE_APPLYING };
	return edit_transaction(edit, begin_transaction, &work);
}

enum result outage_undo(struct edit *edit, uint64_t id, date day)
{
	struct begin_work work = { edit, id, day, OUTAGE_UNDOING };
	return edit_transaction(edit, begin_transaction, &work);
}
