/* SPDX-License-Identifier: MIT */
/* Adds and removes recipients of alerts. */
#include "notification/recipient.h"

#include "records/audit.h"

#include <inttypes.h>
#include <string.h>

enum { ADDRESS_MAXIMUM = 254 };

const char *const RECIPIENT_LANGUAGES[] = { "ko", "en", NULL };

bool recipient_is_address(const char *text)
{
	const char *at = strchr(text, '@');
	size_t length = strlen(text);
	for (size_t i = 0; i < length; i++)
		if (text[i] <= 0x20 || text[i] >= 0x7f || strchr("<>()[],;:\\\"", text[i]))
			return false;
	return length <= ADDRESS_MAXIMUM && at && at != text && at[1] && !strchr(at + 1, '@')
		&& at[1] != '.' && text[length - 1] != '.';
}

struct add_work {
	struct edit *edit;
	const struct recipient_draft *draft;
	uint64_t event, *id;
};

static enum result find_event(struct db *db, struct add_work *work)
{
	work->event = 0;
	if (!work->draft->event)
		return RESULT_OK;
	struct db_rows *rows = db_select(
		db, QUERY_EDIT_EVENT_OF_SLUG, DB_PARAMS(db_text(work->draft->event)));
	if (!db_next(rows))
		return edit_refuse(work->edit, ERR_NOT_FOUND, "event", "there is no event %s",
			work->draft->event);
	work->event = db_get_id(rows, EDIT_EVENT_OF_SLUG_ID);
	return RESULT_OK;
}

/* Internal ids only: the address is personal data. */
static json_object *draft_json(const struct add_work *work)
{
	json_object *json = json_new_object();
	json_put_number(json, "event", (int64_t)work->event);
	json_put_text(json, "language", work->draft->language);
	return json;
}

static enum result add_transaction(struct db *db, void *pointer)
{
	struct add_work *work = pointer;
	enum result result = find_event(db, work);
	if (result != RESULT_OK)
		return result;
	struct db_rows *rows = db_select(db, QUERY_RECIPIENT_COUNT, DB_PARAMS(db_id(work->event)));
	if (db_next(rows) && db_get_number(rows, RECIPIENT_COUNT_TOTAL) >= RECIPIENTS_MAXIMUM)
		return edit_refuse(work->edit, ERR_CONFLICT, "event",
			"has %d recipients already, which is the most", RECIPIENTS_MAXIMUM);
	if (!db_change_unless_duplicate(db, QUERY_RECIPIENT_INSERT,
		    DB_PARAMS(db_id(work->event), db_text(work->draft->email),
			    db_text(work->draft->language), db_time(work->edit->now)),
		    NULL))
		return edit_refuse(work->edit, ERR_CONFLICT, "email", "is a recipient already");
	*work->id = db_inserted_id(db);
	audit_write(work->edit, "recipient.add", "recipient", *work->id, NULL, draft_json(work));
	return RESULT_CREATED;
}

enum result recipient_add(struct edit *edit, const struct recipient_draft *draft, uint64_t *id)
{
	if (!recipient_is_address(draft->email))
		return edit_refuse(
			edit, ERR_INVALID, "email", "must be an address like staff@shop.example");
	return edit_transaction(edit, add_transaction, &(struct add_work){ edit, draft, 0, id });
}

struct remove_work {
	struct edit *edit;
	uint64_t id;
};

static enum result remove_transaction(struct db *db, void *pointer)
{
	const struct remove_work *work = pointer;
	if (db_change(db, QUERY_RECIPIENT_DELETE, DB_PARAMS(db_id(work->id))) != 1)
		return edit_refuse(work->edit, ERR_NOT_FOUND, "id",
			"there is no recipient %" PRIu64, work->id);
	db_change(db, QUERY_RECIPIENT_DISCARD_MESSAGES, DB_PARAMS(db_id(work->id)));
	audit_write(work->edit, "recipient.remove", "recipient", work->id, NULL, NULL);
	return RESULT_OK;
}

enum result recipient_remove(struct edit *edit, uint64_t id)
{
	return edit_transaction(edit, remove_transaction, &(struct remove_work){ edit, id });
}

enum result recipient_count(struct db *db, int64_t *count)
{
	*count = db_get_number(
		db_read_one(db, QUERY_RECIPIENT_COUNT, DB_PARAMS(db_id(0))), RECIPIENT_COUNT_TOTAL);
	return db_end_read(db);
}
