/* SPDX-License-Identifier: MIT */
/* Signs in staff who are linked, active and in a group with a role. */
#include "auth/openid_staff.h"

#include "auth/session.h"
#include "auth/sign_in_log.h"
#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>

struct work {
	const void *context;
	const struct openid_entry *entry;
	uint64_t staff; /* 0: linked to nobody */
};

static void note_role(struct db *db, const struct work *work, const char *before, const char *after)
{
	json_object *was = json_attach(work->context, json_new_object()),
		    *is = json_attach(work->context, json_new_object());
	json_put_text(was, "role", before);
	json_put_text(is, "role", after);
	db_change(db, QUERY_AUDIT_INSERT,
		DB_PARAMS(db_time(work->entry->now), db_text("openid"),
			db_text(work->entry->address), db_text("staff.role"), db_text("staff"),
			db_id(work->staff), db_text(json_text(work->context, was)),
			db_text(json_text(work->context, is))));
}

/* The provider decides, even if no owner remains: dojangctl can always create one. */
static void set_role(struct db *db, const struct work *work, const char *before)
{
	const struct id_token *token = work->entry->token;
	const char *after = STAFF_ROLES[token->role];
	if (!token->has_role || text_equals(before, after))
		return;
	db_change(db, QUERY_STAFF_SET_ROLE, DB_PARAMS(db_text(after), db_id(work->staff)));
	note_role(db, work, before, after);
}

static enum result admit_transaction(struct db *db, void *state)
{
	struct work *work = state;
	const struct openid_entry *entry = work->entry;
	work->staff = 0;
	struct db_rows *rows = db_select(db, QUERY_STAFF_OF_OPENID,
		DB_PARAMS(db_text(entry->settings->issuer), db_text(entry->token->subject)));
	if (!db_next(rows))
		return ERR_UNAUTHORIZED;
	work->staff = db_get_id(rows, STAFF_OF_OPENID_ID);
	const char *role = db_get_text(rows, STAFF_OF_OPENID_ROLE, work->context);
	if (db_get_number(rows, STAFF_OF_OPENID_IS_ACTIVE) == 0)
		return ERR_UNAUTHORIZED;
	if (entry->settings->role_from == OPENID_ROLE_FROM_GROUPS && !entry->token->has_role)
		return ERR_FORBIDDEN;
	set_role(db, work, role);
	session_insert(db,
		&(struct session_start){
			work->staff, entry->session, "openid", entry->address, entry->now });
	return RESULT_OK;
}

static enum result refuse(struct db *db, const struct work *work, enum result result)
{
	json_object *after = json_attach(work->context, json_new_object());
	json_put_text(after, "by", "openid");
	json_put_text(after, "why",
		result == ERR_FORBIDDEN ? "group"
			: work->staff   ? "disabled"
					: "not linked");
	enum result noted = sign_in_log_refused(db, work->entry->secret,
		&(struct sign_in_note){ "sign-in.refused", work->staff, work->entry->address,
			work->entry->now, after });
	return noted == RESULT_OK ? result : noted;
}

enum result openid_staff_admit(struct db *db, const void *context, const struct openid_entry *entry)
{
	struct work work = { context, entry, 0 };
	enum result result = db_transaction(db, admit_transaction, &work);
	return result == ERR_UNAUTHORIZED || result == ERR_FORBIDDEN ? refuse(db, &work, result)
								     : result;
}

/* --- once --- */

struct use_work {
	const struct openid_attempt *attempt;
	instant now;
};

static enum result use_transaction(struct db *db, void *state)
{
	const struct use_work *work = state;
	return db_change_unless_duplicate(db, QUERY_FORM_USE_INSERT,
		       DB_PARAMS(db_bytes(work->attempt->id, sizeof work->attempt->id),
			       db_time(work->now)),
		       NULL)
		? RESULT_OK
		: ERR_CONFLICT;
}

bool openid_staff_use(
	struct db *db, const struct openid_attempt *attempt, instant now, enum result *result)
{
	struct use_work work = { attempt, now };
	*result = db_transaction(db, use_transaction, &work);
	return *result == RESULT_OK;
}
