/* SPDX-License-Identifier: MIT */
/* Adds milestones to events, also to running ones. */
#include "reward/milestone_edit.h"

#include "records/audit.h"
#include "reward/event_edit.h"

#include <inttypes.h>

struct create_work {
	struct edit *edit;
	const struct milestone_draft *draft;
	milestone_id *id;
	struct edited_event event;
	struct optional_time claim_until;
	bool has_earned_from;
	date earned_from;
};

static bool is_there(struct db *db, enum query query, const struct db_value *values, unsigned count,
	uint64_t *id)
{
	struct db_rows *rows = db_select(db, query, values, count);
	if (!db_next(rows))
		return false;
	*id = db_get_id(rows, DB_ONLY_COLUMN);
	return true;
}

static enum result read_deadline(struct create_work *work)
{
	const char *text = work->draft->claim_until;
	date day;
	work->claim_until.is_set = text != NULL;
	if (!text || instant_parse(text, &work->claim_until.value))
		return RESULT_OK;
	if (!date_parse(text, &day))
		return edit_refuse(work->edit, ERR_INVALID, "claim_until",
			"must be a time (2026-12-14T15:00:00Z) or a date (2026-12-14)");
	work->claim_until.value = zone_day_start(work->event.time_zone, (date){ day.day + 1 });
	return RESULT_OK;
}

static enum result check(struct db *db, struct create_work *work)
{
	const struct milestone_draft *draft = work->draft;
	uint64_t same;
	if (!is_there(db, QUERY_EDIT_PRODUCT_EXISTS, DB_PARAMS(db_id(draft->product.value)), &same))
		return edit_refuse(work->edit, ERR_NOT_FOUND, "product",
			"there is no product %" PRIu64, draft->product.value);
	if (!is_there(db, QUERY_EDIT_PRODUCT_USABLE, DB_PARAMS(db_id(draft->product.value)), &same))
		return edit_refuse(work->edit, ERR_CONFLICT, "product",
			"product %" PRIu64 " is retired", draft->product.value);
	if (is_there(db, QUERY_EDIT_MILESTONE_SAME,
		    DB_PARAMS(db_id(work->event.id.value), db_number(draft->at),
			    db_id(draft->product.value), db_text(draft->basis)),
		    &same))
		return edit_refuse(work->edit, ERR_CONFLICT, "at",
			"milestone %" PRIu64 " gives this product at %" PRId64 " already", same,
			draft->at);
	return read_deadline(work);
}

static json_object *milestone_json(const struct create_work *work)
{
	char day[DATE_TEXT], time[INSTANT_TEXT];
	json_object *json = json_new_object();
	json_put_number(json, "event", (int64_t)work->event.id.value);
	json_put_number(json, "at", work->draft->at);
	json_put_number(json, "product", (int64_t)work->draft->product.value);
	json_put_text(json, "basis", work->draft->basis);
	json_put_text(json, "claim_until",
		work->claim_until.is_set ? instant_format(work->claim_until.value, time) : NULL);
	json_put_text(json, "earned_from",
		work->has_earned_from ? date_format(work->earned_from, day) : NULL);
	return json;
}

static enum result create_transaction(struct db *db, void *pointer)
{
	struct create_work *work = pointer;
	enum result result = event_edit_touch(work->edit, work->draft->event, &work->event);
	if (result == RESULT_OK)
		result = check(db, work);
	if (result != RESULT_OK)
		return result;
	work->has_earned_from = !work->draft->is_for_those_past;
	work->earned_from = zone_date(work->event.time_zone, work->edit->now);
	db_change(db, QUERY_EDIT_MILESTONE_INSERT,
		DB_PARAMS(db_id(work->event.id.value), db_number(work->draft->at),
			db_id(work->draft->product.value),
			work->claim_until.is_set ? db_time(work->claim_until.value) : db_null(),
			work->has_earned_from ? db_date(work->earned_from) : db_null(),
			db_text(work->draft->basis)));
	work->id->value = db_inserted_id(db);
	audit_write(work->edit, "milestone.create", "milestone", work->id->value, NULL,
		milestone_json(work));
	return RESULT_CREATED;
}

enum result milestone_edit_create(
	struct edit *edit, const struct milestone_draft *draft, milestone_id *id)
{
	struct create_work work = { .edit = edit, .draft = draft, .id = id };
	return edit_transaction(edit, create_transaction, &work);
}
