/* SPDX-License-Identifier: MIT */
/* Reads events, compares them with what an editor saw, and changes what is not locked. */
#include "reward/event_change.h"

#include "base/memory.h"
#include "base/text.h"
#include "records/audit.h"
#include "reward/daily_points_edit.h"
#include "reward/event_options.h"

#include <string.h>

static const char *const MODES[] = {
	[MODE_CUMULATIVE] = "cumulative", [MODE_CONSECUTIVE] = "consecutive"
};

struct work {
	struct edit *edit;
	const char *slug;
	const struct event_draft *draft;
	uint64_t seen;
	struct event_record *record;
};

static json_object *draft_json(const struct event_draft *draft)
{
	char starts[DATE_TEXT], ends[DATE_TEXT];
	json_object *json = json_new_object();
	json_put_text(json, "name", draft->name);
	json_put_text(json, "description", draft->description);
	json_put_text(json, "image", draft->image);
	json_put_text(json, "terms", draft->terms);
	json_put_text(json, "mode", MODES[draft->mode]);
	json_put_text(json, "time_zone", draft->time_zone);
	json_put_text(json, "starts_on", date_format(draft->window.starts_on, starts));
	json_put_text(json, "ends_on", date_format(draft->window.ends_on, ends));
	return json;
}

static enum result read_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	const void *context = work->edit->context;
	struct db_rows *rows = db_select(
		db, QUERY_EDIT_EVENT_RECORD, DB_PARAMS(db_text(work->slug)));
	if (!db_next(rows))
		return edit_refuse(
			work->edit, ERR_NOT_FOUND, "event", "there is no event %s", work->slug);
	struct event_record *record = work->record;
	record->id.value = db_get_id(rows, EDIT_EVENT_RECORD_ID);
	record->draft = (struct event_draft){
		.slug = db_get_text(rows, EDIT_EVENT_RECORD_SLUG, context),
		.name = db_get_text(rows, EDIT_EVENT_RECORD_NAME, context),
		.description = db_get_text(rows, EDIT_EVENT_RECORD_DESCRIPTION, context),
		.image = db_get_text(rows, EDIT_EVENT_RECORD_IMAGE, context),
		.terms = db_get_text(rows, EDIT_EVENT_RECORD_TERMS, context),
		.mode = text_equals(
				db_get_text(rows, EDIT_EVENT_RECORD_MODE, context), "consecutive")
			? MODE_CONSECUTIVE
			: MODE_CUMULATIVE,
		.time_zone = db_get_zone(rows, EDIT_EVENT_RECORD_TIME_ZONE, context),
		.window = { db_get_date(rows, EDIT_EVENT_RECORD_STARTS_ON),
			db_get_date(rows, EDIT_EVENT_RECORD_ENDS_ON) },
		.is_open = text_equals(db_get_text(rows, EDIT_EVENT_RECORD_STATE, context), "open"),
	};
	record->is_archived = db_get_number(rows, EDIT_EVENT_RECORD_IS_ARCHIVED);
	record->fingerprint = edit_fingerprint(context, draft_json(&record->draft));
	return RESULT_OK;
}

enum result event_change_read(struct edit *edit, const char *slug, struct event_record *record)
{
	struct work work = { .edit = edit, .slug = slug, .record = record };
	return db_autocommit(edit->db, read_transaction, &work);
}

/* --- what is locked --- */

static enum result check_locks(struct work *work)
{
	const struct event_draft *old = &work->record->draft, *new = work->draft;
	date today = zone_date(old->time_zone, work->edit->now);
	if (!old->is_open)
		return RESULT_OK;
	if (!rules_may_change_start(old->window, today)) {
		if (new->window.starts_on.day != old->window.starts_on.day)
			return edit_refuse(work->edit, ERR_CONFLICT, "starts",
				"is locked: the event has begun");
		if (new->mode != old->mode)
			return edit_refuse(
				work->edit, ERR_CONFLICT, "mode", "is locked: the event has begun");
		if (!text_equals(new->time_zone, old->time_zone))
			return edit_refuse(work->edit, ERR_CONFLICT, "time_zone",
				"is locked: the event has begun");
	}
	if (new->window.ends_on.day != old->window.ends_on.day && work->record->is_archived)
		return edit_refuse(
			work->edit, ERR_CONFLICT, "ends", "is locked: the event is archived");
	if (new->window.ends_on.day != old->window.ends_on.day
		&& !rules_may_move_end(old->window, today, new->window.ends_on))
		return edit_refuse(work->edit, ERR_CONFLICT, "ends",
			"can only move later, and not into the past");
	return RESULT_OK;
}

/* Days that were imported or added before the start must stay within the event. */
static enum result check_days(struct db *db, const struct work *work)
{
	char text[DATE_TEXT];
	struct event_window old = work->record->draft.window, new = work->draft->window;
	if (new.starts_on.day <= old.starts_on.day &&new.ends_on.day >= old.ends_on.day)
		return RESULT_OK;
	struct db_rows *rows = db_select(db, QUERY_EDIT_EVENT_DAY_OUTSIDE,
		DB_PARAMS(db_id(work->record->id.value), db_date(new.starts_on),
			db_date(new.ends_on)));
	if (!db_next(rows))
		return RESULT_OK;
	date day = db_get_date(rows, EDIT_EVENT_DAY_OUTSIDE_DATE);
	return edit_refuse(work->edit, ERR_CONFLICT,
		day.day < new.starts_on.day ? "starts" : "ends",
		"leaves out %s, which counts for customers already", date_format(day, text));
}

/* A deadline at the end of a day stays at the end of that day in the new time zone. */
static void move_deadlines(struct db *db, const struct work *work)
{
	const char *old = work->record->draft.time_zone, *new = work->draft->time_zone;
	struct {
		struct db_value id;
		instant until;
	} *found = NULL;
	size_t count = 0;
	if (text_equals(old, new))
		return;
	struct db_rows *rows = db_select(
		db, QUERY_EDIT_MILESTONE_DEADLINES, DB_PARAMS(db_id(work->record->id.value)));
	for (; db_next(rows); count++) {
		found = memory_grow(work->edit->context, found, __typeof__(*found), count + 1);
		found[count].id = db_id(db_get_id(rows, EDIT_MILESTONE_DEADLINES_ID));
		found[count].until = db_get_time(rows, EDIT_MILESTONE_DEADLINES_CLAIM_UNTIL);
	}
	for (size_t i = 0; i < count; i++) {
		date next = { zone_date(old, (instant){ found[i].until.seconds - 1 }).day + 1 };
		if (zone_day_start(old, next).seconds == found[i].until.seconds)
			db_change(db, QUERY_EDIT_MILESTONE_SET_DEADLINE,
				DB_PARAMS(db_time(zone_day_start(new, next)), found[i].id));
	}
}

static void write(struct db *db, const struct work *work)
{
	const struct event_draft *draft = work->draft;
	db_change(db, QUERY_EDIT_EVENT_UPDATE,
		DB_PARAMS(db_text(draft->name),
			db_text(draft->description ? draft->description : ""),
			db_text(draft->image), db_text(draft->terms), db_text(MODES[draft->mode]),
			db_text(draft->time_zone), db_date(draft->window.starts_on),
			db_date(draft->window.ends_on), db_id(work->record->id.value)));
}

static enum result save_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	db_change(db, QUERY_EDIT_EVENT_TOUCH, DB_PARAMS(db_text(work->slug)));
	enum result result = read_transaction(db, work);
	if (result == RESULT_OK && work->seen && work->seen != work->record->fingerprint)
		result = edit_refuse(work->edit, ERR_CONFLICT, "version",
			"was changed by someone else meanwhile");
	if (result == RESULT_OK)
		result = check_locks(work);
	if (result == RESULT_OK)
		result = check_days(db, work);
	if (result != RESULT_OK)
		return result;
	write(db, work);
	move_deadlines(db, work);
	audit_write(work->edit, "event.change", "event", work->record->id.value,
		draft_json(&work->record->draft), draft_json(work->draft));
	return RESULT_OK;
}

enum result event_change_save(struct edit *edit, const struct event_draft *draft, uint64_t seen)
{
	struct event_record record;
	struct work work = { edit, draft->slug, draft, seen, &record };
	enum result result = event_edit_check(edit, draft);
	return result == RESULT_OK ? edit_transaction(edit, save_transaction, &work) : result;
}

static json_object *end_json(date day)
{
	char text[DATE_TEXT];
	json_object *json = json_new_object();
	json_put_text(json, "ends_on", date_format(day, text));
	return json;
}

static enum result end_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	struct event_draft *draft = &work->record->draft;
	db_change(db, QUERY_EDIT_EVENT_TOUCH, DB_PARAMS(db_text(work->slug)));
	enum result result = read_transaction(db, work);
	if (result != RESULT_OK)
		return result;
	date today = zone_date(draft->time_zone, work->edit->now), before = draft->window.ends_on;
	if (!draft->is_open || rules_phase(draft->window, today) != PHASE_RUNNING)
		return edit_refuse(work->edit, ERR_CONFLICT, "event", "is not running");
	draft->window.ends_on = today;
	work->draft = draft;
	write(db, work);
	audit_write(work->edit, "event.end", "event", work->record->id.value, end_json(before),
		end_json(today));
	return RESULT_OK;
}

enum result event_change_end(struct edit *edit, const char *slug)
{
	struct event_record record;
	struct work work = { .edit = edit, .slug = slug, .record = &record };
	return edit_transaction(edit, end_transaction, &work);
}

/* --- copies --- */

static json_object *copy_json(const struct work *work, const struct event_draft *draft)
{
	json_object *json = draft_json(draft);
	json_put_number(json, "copy_of", (int64_t)work->record->id.value);
	json_put_text(json, "state", "draft");
	return json;
}

static void copy_milestones(struct db *db, const struct work *work, uint64_t id)
{
	struct db_value event = db_id(id);
	db_change(db, QUERY_EDIT_EVENT_COPY_MILESTONES,
		DB_PARAMS(event, db_id(work->record->id.value)));
	struct db_rows *rows = db_select(db, QUERY_EDIT_EVENT_MILESTONE_IDS, DB_PARAMS(event));
	while (db_next(rows)) {
		json_object *json = json_new_object();
		json_put_number(json, "event", (int64_t)id);
		json_put_number(json, "at", db_get_number(rows, EDIT_EVENT_MILESTONE_IDS_AT));
		json_put_number(
			json, "product", db_get_number(rows, EDIT_EVENT_MILESTONE_IDS_PRODUCT_ID));
		json_put_text(json, "basis",
			db_get_text(rows, EDIT_EVENT_MILESTONE_IDS_BASIS, work->edit->context));
		audit_write(work->edit, "milestone.create", "milestone",
			db_get_id(rows, EDIT_EVENT_MILESTONE_IDS_ID), NULL, json);
	}
}

static enum result copy_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	enum result result = read_transaction(db, work);
	if (result != RESULT_OK)
		return result;
	struct event_draft copy = work->record->draft;
	copy.slug = work->draft->slug;
	copy.name = work->draft->name;
	copy.window = work->draft->window;
	if (!db_change_unless_duplicate(db, QUERY_EDIT_EVENT_INSERT,
		    DB_PARAMS(db_text(copy.slug), db_text(copy.name), db_text(copy.description),
			    db_text(copy.image), db_text(copy.terms), db_text(MODES[copy.mode]),
			    db_text(copy.time_zone), db_date(copy.window.starts_on),
			    db_date(copy.window.ends_on), db_text("draft"),
			    db_time(work->edit->now), db_number(0), db_number(0), db_number(0),
			    db_number(0), db_number(0), db_number(0)),
		    NULL))
		return edit_refuse(work->edit, ERR_CONFLICT, "slug", "there is an event %s already",
			copy.slug);
	uint64_t id = db_inserted_id(db);
	audit_write(work->edit, "event.create", "event", id, NULL, copy_json(work, &copy));
	event_options_copy(work->edit, work->slug, (event_id){ id });
	daily_points_copy(work->edit, work->slug, (event_id){ id });
	copy_milestones(db, work, id);
	return RESULT_CREATED;
}

enum result event_change_copy(struct edit *edit, const char *of, const struct event_draft *draft)
{
	struct event_record record;
	struct work work = { .edit = edit, .slug = of, .draft = draft, .record = &record };
	enum result result = event_edit_check(edit, draft);
	return result == RESULT_OK ? edit_transaction(edit, copy_transaction, &work) : result;
}
