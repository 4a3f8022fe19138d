/* SPDX-License-Identifier: MIT */
/* Changes milestones as far as customers do not rely on them. */
#include "reward/milestone_change.h"

#include "base/text.h"
#include "records/audit.h"

struct work {
	struct edit *edit;
	const struct milestone_change *change;
	struct edited_event event;
	struct milestone_change old;
	instant old_until; /* when there is a deadline */
	const char *product;
};

static json_object *milestone_json(const struct milestone_change *milestone)
{
	char day[DATE_TEXT];
	json_object *json = json_new_object();
	json_put_number(json, "at", milestone->at);
	json_put_text(json, "basis", milestone->basis);
	json_put_text(json, "claim_until",
		milestone->claim_until.day ? date_format(milestone->claim_until, day) : NULL);
	return json;
}

static enum result read_row(struct db *db, struct work *work)
{
	struct db_rows *rows = db_select(db, QUERY_EDIT_MILESTONE_FIND,
		DB_PARAMS(db_id(work->change->id.value), db_id(work->event.id.value)));
	if (!db_next(rows))
		return edit_refuse(
			work->edit, ERR_NOT_FOUND, "milestone", "there is no such milestone");
	work->old = (struct milestone_change){ .event = work->change->event,
		.id = work->change->id,
		.at = db_get_number(rows, EDIT_MILESTONE_FIND_AT),
		.basis = db_get_text(rows, EDIT_MILESTONE_FIND_BASIS, work->edit->context) };
	work->old_until = db_get_time(rows, EDIT_MILESTONE_FIND_CLAIM_UNTIL);
	/* mostly the end of a day: the moment before belongs to that day */
	if (!db_is_null(rows, EDIT_MILESTONE_FIND_CLAIM_UNTIL))
		work->old.claim_until = zone_date(
			work->event.time_zone, (instant){ work->old_until.seconds - 1 });
	work->product = db_get_text(rows, EDIT_MILESTONE_FIND_NAME, work->edit->context);
	work->old.fingerprint = edit_fingerprint(work->edit->context, milestone_json(&work->old));
	return RESULT_OK;
}

static bool has_begun(const struct work *work)
{
	return work->event.is_open
		&& !rules_may_change_start(
			work->event.window, zone_date(work->event.time_zone, work->edit->now));
}

static enum result touch_and_read(struct db *db, struct work *work)
{
	enum result result = event_edit_touch(work->edit, work->change->event, &work->event);
	return result == RESULT_OK ? read_row(db, work) : result;
}

static enum result read_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	enum result result = event_edit_find(work->edit, work->change->event, &work->event);
	if (result == RESULT_OK)
		result = read_row(db, work);
	work->old.is_locked = result == RESULT_OK && has_begun(work);
	return result;
}

enum result milestone_change_read(
	struct edit *edit, struct milestone_change *change, const char **product)
{
	struct work work = { .edit = edit, .change = change };
	enum result result = db_autocommit(edit->db, read_transaction, &work);
	if (result == RESULT_OK)
		*change = work.old;
	*product = work.product;
	return result;
}

/* A deadline may be a moment within its day (dojangctl). An editor who keeps the day keeps the
 * moment. */
static struct db_value deadline(const struct work *work)
{
	date day = work->change->claim_until;
	if (!day.day)
		return db_null();
	return db_time(day.day == work->old.claim_until.day
			? work->old_until
			: zone_day_start(work->event.time_zone, (date){ day.day + 1 }));
}

static bool is_same_basis(const char *a, const char *b)
{
	return text_equals(a ? a : "", b ? b : "");
}

static enum result save_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	const struct milestone_change *change = work->change;
	enum result result = touch_and_read(db, work);
	if (result != RESULT_OK)
		return result;
	if (change->fingerprint && change->fingerprint != work->old.fingerprint)
		return edit_refuse(work->edit, ERR_CONFLICT, "version",
			"was changed by someone else meanwhile");
	if (has_begun(work) && change->at != work->old.at)
		return edit_refuse(
			work->edit, ERR_CONFLICT, "at", "is locked: the event has begun");
	if (has_begun(work) && !is_same_basis(change->basis, work->old.basis))
		return edit_refuse(
			work->edit, ERR_CONFLICT, "basis", "is locked: the event has begun");
	db_change(db, QUERY_EDIT_MILESTONE_UPDATE,
		DB_PARAMS(db_number(change->at), deadline(work), db_text(change->basis),
			db_id(change->id.value)));
	audit_write(work->edit, "milestone.change", "milestone", change->id.value,
		milestone_json(&work->old), milestone_json(change));
	return RESULT_OK;
}

enum result milestone_change_save(struct edit *edit, const struct milestone_change *change)
{
	struct work work = { .edit = edit, .change = change };
	return edit_transaction(edit, save_transaction, &work);
}

static enum result remove_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	enum result result = touch_and_read(db, work);
	if (result != RESULT_OK)
		return result;
	if (has_begun(work))
		return edit_refuse(
			work->edit, ERR_CONFLICT, "milestone", "stays: the event has begun");
	db_change(db, QUERY_EDIT_MILESTONE_DELETE, DB_PARAMS(db_id(work->change->id.value)));
	audit_write(work->edit, "milestone.remove", "milestone", work->change->id.value,
		milestone_json(&work->old), NULL);
	return RESULT_OK;
}

enum result milestone_change_remove(struct edit *edit, const char *event, milestone_id id)
{
	struct milestone_change change = { .event = event, .id = id };
	struct work work = { .edit = edit, .change = &change };
	return edit_transaction(edit, remove_transaction, &work);
}
