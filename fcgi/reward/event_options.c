/* SPDX-License-Identifier: MIT */
/* Reads and writes the options of events. */
#include "reward/event_options.h"

#include "records/audit.h"
#include "reward/event_edit.h"

struct work {
	struct edit *edit;
	const char *slug;
	const struct event_options *options;
	uint64_t seen;
	struct event_options_record *record;
};

static json_object *options_json(const struct event_options *options)
{
	json_object *json = json_new_object();
	json_put_bool(json, "verified_email", options->asked.email);
	json_put_bool(json, "verified_phone", options->asked.phone);
	json_put_number(json, "account_days", options->asked.account_days);
	json_put_bool(json, "excludes_staff", options->excludes_staff);
	json_put_number(json, "review_customers", options->review_customers);
	json_put_number(json, "closing_hours", options->closing_hours);
	json_put_bool(json, "is_public", options->is_public);
	json_put_text(json, "stamped_by", STAMPED_BY[options->stamped_by]);
	json_put_number(json, "shop_days_back", options->shop_days_back);
	json_put_number(json, "freezes", options->freezes.most);
	json_put_number(json, "freeze_every", options->freezes.every);
	json_put_number(json, "makeups", options->makeup.most);
	json_put_number(json, "makeup_back", options->makeup.days_back);
	json_put_number(json, "makeup_price", options->makeup.price);
	json_put_bool(json, "makeup_pays", options->makeup.pays);
	return json;
}

static enum result read_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	struct db_rows *rows = db_select(
		db, QUERY_EDIT_EVENT_OPTIONS_READ, DB_PARAMS(db_text(work->slug)));
	if (!db_next(rows))
		return edit_refuse(
			work->edit, ERR_NOT_FOUND, "event", "there is no event %s", work->slug);
	work->record->id.value = db_get_id(rows, EDIT_EVENT_OPTIONS_READ_ID);
	work->record->options = event_options_of_row(
		rows, EDIT_EVENT_OPTIONS_READ_NEEDS_EMAIL, work->edit->context);
	work->record->fingerprint = edit_fingerprint(
		work->edit->context, options_json(&work->record->options));
	return RESULT_OK;
}

enum result event_options_read(
	struct edit *edit, const char *slug, struct event_options_record *record)
{
	return db_autocommit(edit->db, read_transaction,
		&(struct work){ .edit = edit, .slug = slug, .record = record });
}

static void write(struct db *db, event_id id, const struct event_options *options)
{
	db_change(db, QUERY_EDIT_EVENT_OPTIONS_WRITE,
		DB_PARAMS(db_number(options->asked.email), db_number(options->asked.phone),
			db_number(options->asked.account_days), db_number(options->excludes_staff),
			db_number(options->review_customers), db_number(options->closing_hours),
			db_number(options->is_public), db_text(STAMPED_BY[options->stamped_by]),
			db_number(options->shop_days_back), db_number(options->freezes.most),
			db_number(options->freezes.every), db_number(options->makeup.most),
			db_number(options->makeup.days_back), db_number(options->makeup.price),
			db_number(options->makeup.pays), db_id(id.value)));
}

/* Once the event has begun, another number would change the streaks that customers have. */
static enum result check_freezes(const struct work *work, const struct edited_event *event)
{
	struct freeze_rule before = work->record->options.freezes, after = work->options->freezes;
	date today = zone_date(event->time_zone, work->edit->now);
	if ((before.most == after.most && before.every == after.every)
		|| rules_may_change_start(event->window, today))
		return RESULT_OK;
	return edit_refuse(
		work->edit, ERR_INVALID, "freezes", "cannot change any more: the event has begun");
}

/* Otherwise customers could have made up more days than the event allows. */
static enum result check_makeups(const struct work *work, const struct edited_event *event)
{
	date today = zone_date(event->time_zone, work->edit->now);
	if (work->options->makeup.most >= work->record->options.makeup.most
		|| rules_may_change_start(event->window, today))
		return RESULT_OK;
	return edit_refuse(work->edit, ERR_INVALID, "makeups",
		"cannot become fewer any more: the event has begun");
}

static enum result save_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	struct edited_event event;
	enum result result = event_edit_touch(work->edit, work->slug, &event);
	if (result == RESULT_OK)
		result = read_transaction(db, work);
	if (result != RESULT_OK)
		return result;
	if (work->seen && work->seen != work->record->fingerprint)
		return edit_refuse(work->edit, ERR_CONFLICT, "version",
			"was changed by someone else meanwhile");
	result = check_freezes(work, &event);
	if (result == RESULT_OK)
		result = check_makeups(work, &event);
	if (result != RESULT_OK)
		return result;
	write(db, work->record->id, work->options);
	audit_write(work->edit, "event.options", "event", work->record->id.value,
		options_json(&work->record->options), options_json(work->options));
	return RESULT_OK;
}

enum result event_options_save(
	struct edit *edit, const char *slug, const struct event_options *options, uint64_t seen)
{
	struct event_options_record record;
	return edit_transaction(
		edit, save_transaction, &(struct work){ edit, slug, options, seen, &record });
}

void event_options_copy(struct edit *edit, const char *from, event_id to)
{
	struct event_options_record record;
	if (read_transaction(
		    edit->db, &(struct work){ .edit = edit, .slug = from, .record = &record })
		== RESULT_OK)
		write(edit->db, to, &record.options);
}
