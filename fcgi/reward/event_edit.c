/* SPDX-License-Identifier: MIT */
/* Creates events as drafts or open, and opens drafts. */
#include "reward/event_edit.h"

#include "base/text.h"
#include "records/audit.h"

static const char *const MODES[] = {
	[MODE_CUMULATIVE] = "cumulative", [MODE_CONSECUTIVE] = "consecutive"
};

struct create_work {
	struct edit *edit;
	const struct event_draft *draft;
	event_id *id;
};

static json_object *draft_json(const struct event_draft *draft)
{
	char starts[DATE_TEXT], ends[DATE_TEXT];
	json_object *json = json_new_object();
	json_put_text(json, "slug", draft->slug);
	json_put_text(json, "name", draft->name);
	json_put_text(json, "mode", MODES[draft->mode]);
	json_put_text(json, "time_zone", draft->time_zone);
	json_put_text(json, "starts_on", date_format(draft->window.starts_on, starts));
	json_put_text(json, "ends_on", date_format(draft->window.ends_on, ends));
	json_put_text(json, "state", draft->is_open ? "open" : "draft");
	if (draft->freezes.most) {
		json_put_number(json, "freezes", draft->freezes.most);
		json_put_number(json, "freeze_every", draft->freezes.every);
	}
	if (draft->makeup.most) {
		json_put_number(json, "makeups", draft->makeup.most);
		json_put_number(json, "makeup_back", draft->makeup.days_back);
		json_put_number(json, "makeup_price", draft->makeup.price);
		json_put_bool(json, "makeup_pays", draft->makeup.pays);
	}
	return json;
}

static enum result create_transaction(struct db *db, void *pointer)
{
	struct create_work *work = pointer;
	const struct event_draft *draft = work->draft;
	if (!db_change_unless_duplicate(db, QUERY_EDIT_EVENT_INSERT,
		    DB_PARAMS(db_text(draft->slug), db_text(draft->name),
			    db_text(draft->description ? draft->description : ""),
			    db_text(draft->image), db_text(draft->terms),
			    db_text(MODES[draft->mode]), db_text(draft->time_zone),
			    db_date(draft->window.starts_on), db_date(draft->window.ends_on),
			    db_text(draft->is_open ? "open" : "draft"), db_time(work->edit->now),
			    db_number(draft->freezes.most), db_number(draft->freezes.every),
			    db_number(draft->makeup.most), db_number(draft->makeup.days_back),
			    db_number(draft->makeup.price), db_number(draft->makeup.pays)),
		    NULL))
		return edit_refuse(work->edit, ERR_CONFLICT, "slug", "there is an event %s already",
			draft->slug);
	work->id->value = db_inserted_id(db);
	audit_write(work->edit, "event.create", "event", work->id->value, NULL, draft_json(draft));
	return RESULT_CREATED;
}

enum result event_edit_check(struct edit *edit, const struct event_draft *draft)
{
	if (draft->window.ends_on.day < draft->window.starts_on.day)
		return edit_refuse(edit, ERR_INVALID, "ends", "must not be before the start");
	return edit_check_image(edit, draft->image);
}

enum result event_edit_create(struct edit *edit, const struct event_draft *draft, event_id *id)
{
	struct create_work work = { edit, draft, id };
	enum result result = event_edit_check(edit, draft);
	return result == RESULT_OK ? edit_transaction(edit, create_transaction, &work) : result;
}

static struct edited_event event_of(const struct db_rows *rows, const struct edit *edit)
{
	return (struct edited_event){
		.id = { db_get_id(rows, EDIT_EVENT_OF_SLUG_ID) },
		.time_zone = db_get_zone(rows, EDIT_EVENT_OF_SLUG_TIME_ZONE, edit->context),
		.window = { db_get_date(rows, EDIT_EVENT_OF_SLUG_STARTS_ON),
			db_get_date(rows, EDIT_EVENT_OF_SLUG_ENDS_ON) },
		.is_open = text_equals(
			db_get_text(rows, EDIT_EVENT_OF_SLUG_STATE, edit->context), "open"),
		.mode = text_equals(db_get_text(rows, EDIT_EVENT_OF_SLUG_MODE, edit->context),
				"consecutive")
			? MODE_CONSECUTIVE
			: MODE_CUMULATIVE,
		.is_archived = db_get_number(rows, EDIT_EVENT_OF_SLUG_IS_ARCHIVED),
		.pays_check_ins = db_get_number(rows, EDIT_EVENT_OF_SLUG_PAYS_CHECK_INS),
		.freezes = { (uint32_t)db_get_number(rows, EDIT_EVENT_OF_SLUG_FREEZES),
			(uint32_t)db_get_number(rows, EDIT_EVENT_OF_SLUG_FREEZE_EVERY) },
	};
}

static enum result refuse_missing(struct edit *edit, const char *slug)
{
	return edit_refuse(edit, ERR_NOT_FOUND, "event", "there is no event %s", slug);
}

enum result event_edit_find(struct edit *edit, const char *slug, struct edited_event *event)
{
	struct db_rows *rows = db_select(
		edit->db, QUERY_EDIT_EVENT_OF_SLUG, DB_PARAMS(db_text(slug)));
	if (!db_next(rows))
		return refuse_missing(edit, slug);
	*event = event_of(rows, edit);
	return RESULT_OK;
}

enum result event_edit_read(struct edit *edit, const char *slug, struct edited_event *event)
{
	*event = event_of(
		db_read_one(edit->db, QUERY_EDIT_EVENT_OF_SLUG, DB_PARAMS(db_text(slug))), edit);
	enum result result = db_end_read(edit->db);
	return result == ERR_NOT_FOUND ? refuse_missing(edit, slug) : result;
}

enum result event_edit_refuse_archived(struct edit *edit, event_id event)
{
	struct db_rows *rows = db_select(
		edit->db, QUERY_EDIT_EVENT_HOLD, DB_PARAMS(db_id(event.value)));
	bool is_archived = db_next(rows) && db_get_number(rows, EDIT_EVENT_HOLD_IS_ARCHIVED);
	return is_archived
		? edit_refuse(edit, ERR_CONFLICT, "event", "is archived: its days stay as they are")
		: RESULT_OK;
}

enum result event_edit_touch(struct edit *edit, const char *slug, struct edited_event *event)
{
	db_change(edit->db, QUERY_EDIT_EVENT_TOUCH, DB_PARAMS(db_text(slug)));
	return event_edit_find(edit, slug, event);
}

struct open_work {
	struct edit *edit;
	const char *slug;
	event_id *id;
	bool *was_open;
};

static json_object *state_json(const char *state)
{
	json_object *json = json_new_object();
	json_put_text(json, "state", state);
	return json;
}

static enum result open_transaction(struct db *db, void *pointer)
{
	struct open_work *work = pointer;
	struct edited_event event;
	enum result result = event_edit_touch(work->edit, work->slug, &event);
	if (result != RESULT_OK)
		return result;
	*work->id = event.id;
	*work->was_open = event.is_open;
	if (event.is_open)
		return RESULT_OK;
	db_change(db, QUERY_EDIT_EVENT_OPEN, DB_PARAMS(db_id(event.id.value)));
	audit_write(work->edit, "event.open", "event", event.id.value, state_json("draft"),
		state_json("open"));
	return RESULT_OK;
}

enum result event_edit_open(struct edit *edit, const char *slug, event_id *id, bool *was_open)
{
	struct open_work work = { edit, slug, id, was_open };
	return edit_transaction(edit, open_transaction, &work);
}
