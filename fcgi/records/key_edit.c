/* SPDX-License-Identifier: MIT */
/* Changes API keys, with audit rows that never contain a name or a secret. */
#include "records/key_edit.h"

#include "records/audit.h"

#include <inttypes.h>

enum { HOUR_SECONDS = 3600 };

struct key_row {
	const char *name, *scopes;
	unsigned scope_bits;
	struct optional_time expires_at;
	bool is_revoked;
};

static enum result read_key(struct edit *edit, uint64_t key, struct key_row *row)
{
	struct db_rows *rows = db_select(edit->db, QUERY_KEY_EDIT_LOCK, DB_PARAMS(db_id(key)));
	if (!db_next(rows))
		return edit_refuse(edit, ERR_NOT_FOUND, "key", "there is no key %" PRIu64, key);
	*row = (struct key_row){ .name = db_get_text(rows, KEY_EDIT_LOCK_NAME, edit->context),
		.scopes = db_get_text(rows, KEY_EDIT_LOCK_SCOPES, edit->context),
		.scope_bits = (unsigned)db_get_number(rows, KEY_EDIT_LOCK_SCOPE_BITS),
		.is_revoked = !db_is_null(rows, KEY_EDIT_LOCK_REVOKED_AT) };
	if (!db_is_null(rows, KEY_EDIT_LOCK_EXPIRES_AT))
		row->expires_at = (struct optional_time){ true,
			db_get_time(rows, KEY_EDIT_LOCK_EXPIRES_AT) };
	return RESULT_OK;
}

static void put_time(json_object *json, const char *name, struct optional_time time)
{
	char text[INSTANT_TEXT];
	json_put_text(json, name, time.is_set ? instant_format(time.value, text) : NULL);
}

static enum result check_expiry(struct edit *edit, struct optional_time expires_at)
{
	if (expires_at.is_set && expires_at.value.seconds <= edit->now.seconds)
		return edit_refuse(edit, ERR_INVALID, "expires", "must be in the future");
	return RESULT_OK;
}

/* --- a new one --- */

static uint64_t insert(struct edit *edit, const struct key_draft *draft)
{
	struct key_row row = { 0 };
	db_change(edit->db, QUERY_KEY_INSERT,
		DB_PARAMS(db_text(draft->name), draft->hash, db_number(draft->scopes),
			db_time(edit->now),
			draft->expires_at.is_set ? db_time(draft->expires_at.value) : db_null()));
	uint64_t id = db_inserted_id(edit->db);
	read_key(edit, id, &row); /* names of the scopes */
	json_object *after = json_new_object();
	json_put_text(after, "scopes", row.scopes);
	put_time(after, "expires_at", draft->expires_at);
	audit_write(edit, "key.create", "key", id, NULL, after);
	return id;
}

struct add_work {
	struct edit *edit;
	const struct key_draft *draft;
	uint64_t *id;
};

static enum result add_transaction(struct db *db, void *pointer)
{
	(void)db;
	const struct add_work *work = pointer;
	*work->id = insert(work->edit, work->draft);
	return RESULT_CREATED;
}

enum result key_edit_add(struct edit *edit, const struct key_draft *draft, uint64_t *id)
{
	enum result result = check_expiry(edit, draft->expires_at);
	if (!draft->scopes)
		result = edit_refuse(edit, ERR_INVALID, "scopes", "must be at least one");
	return result == RESULT_OK
		? edit_transaction(edit, add_transaction, &(struct add_work){ edit, draft, id })
		: result;
}

/* --- in the place of another --- */

struct rotate_work {
	struct edit *edit;
	const struct key_rotation *rotation;
	uint64_t *id;
};

static void end_after(const struct rotate_work *work, const struct key_row *old)
{
	struct edit *edit = work->edit;
	struct optional_time end = { true,
		{ edit->now.seconds + work->rotation->overlap_hours * HOUR_SECONDS } };
	if (old->expires_at.is_set && old->expires_at.value.seconds < end.value.seconds)
		end = old->expires_at;
	json_object *before = json_new_object(), *after = json_new_object();
	put_time(before, "expires_at", old->expires_at);
	put_time(after, "expires_at", end);
	json_put_number(after, "new_key", (int64_t)*work->id);
	db_change(edit->db, QUERY_KEY_EDIT_EXPIRE,
		DB_PARAMS(db_time(end.value), db_id(work->rotation->key)));
	audit_write(edit, "key.rotate", "key", work->rotation->key, before, after);
}

static enum result rotate_transaction(struct db *db, void *pointer)
{
	(void)db;
	const struct rotate_work *work = pointer;
	const struct key_rotation *rotation = work->rotation;
	struct edit *edit = work->edit;
	struct key_row old;
	enum result result = read_key(edit, rotation->key, &old);
	if (result != RESULT_OK)
		return result;
	if (old.is_revoked
		|| (old.expires_at.is_set && old.expires_at.value.seconds <= edit->now.seconds))
		return edit_refuse(
			edit, ERR_CONFLICT, "key", "is good for nothing any more: make a new one");
	*work->id = insert(edit,
		&(struct key_draft){
			old.name, old.scope_bits, rotation->expires_at, rotation->hash });
	end_after(work, &old);
	return RESULT_CREATED;
}

enum result key_edit_rotate(struct edit *edit, const struct key_rotation *rotation, uint64_t *id)
{
	enum result result = check_expiry(edit, rotation->expires_at);
	return result == RESULT_OK ? edit_transaction(
		       edit, rotate_transaction, &(struct rotate_work){ edit, rotation, id })
				   : result;
}

/* --- no more --- */

struct revoke_work {
	struct edit *edit;
	uint64_t key;
};

static enum result revoke_transaction(struct db *db, void *pointer)
{
	const struct revoke_work *work = pointer;
	struct key_row row;
	enum result result = read_key(work->edit, work->key, &row);
	if (result != RESULT_OK || row.is_revoked)
		return result;
	db_change(db, QUERY_KEY_REVOKE, DB_PARAMS(db_time(work->edit->now), db_id(work->key)));
	audit_write(work->edit, "key.revoke", "key", work->key, NULL, NULL);
	return RESULT_OK;
}

enum result key_edit_revoke(struct edit *edit, uint64_t key)
{
	return edit_transaction(edit, revoke_transaction, &(struct revoke_work){ edit, key });
}
