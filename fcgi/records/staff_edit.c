/* SPDX-License-Identifier: MIT */
/* Changes staff accounts, each with an audit row. */
#include "records/staff_edit.h"

#include "base/text.h"
#include "records/audit.h"

static json_object *staff_json(const char *role, const char *state)
{
	json_object *json = json_new_object();
	json_put_text(json, "role", role);
	json_put_text(json, "state", state);
	return json;
}

/* --- adding --- */

struct add_work {
	struct edit *edit;
	const struct staff_draft *draft;
	uint64_t *id;
};

static enum result add_transaction(struct db *db, void *pointer)
{
	struct add_work *work = pointer;
	const struct staff_draft *draft = work->draft;
	if (!db_change_unless_duplicate(db, QUERY_STAFF_INSERT,
		    DB_PARAMS(db_text(draft->email), db_text(draft->name), db_text(draft->role),
			    db_text(draft->password), db_time(work->edit->now)),
		    NULL))
		return edit_refuse(work->edit, ERR_CONFLICT, "email", "has an account already");
	*work->id = db_inserted_id(db);
	audit_write(work->edit, "staff.add", "staff", *work->id, NULL,
		staff_json(draft->role, "active"));
	return RESULT_CREATED;
}

enum result staff_edit_add(struct edit *edit, const struct staff_draft *draft, uint64_t *id)
{
	struct add_work work = { edit, draft, id };
	return edit_transaction(edit, add_transaction, &work);
}

/* --- changing --- */

struct change_work {
	struct edit *edit;
	const struct staff_change *change;
	const char *password;
};

struct staff_row {
	const char *name, *role, *state;
	uint64_t version;
};

static enum result read_row(struct db *db, const struct change_work *work, struct staff_row *row)
{
	struct db_rows *rows = db_select(db, QUERY_STAFF_FIND, DB_PARAMS(db_id(work->change->id)));
	if (!db_next(rows))
		return edit_refuse(work->edit, ERR_NOT_FOUND, "staff", "there is no such account");
	*row = (struct staff_row){ db_get_text(rows, STAFF_FIND_NAME, work->edit->context),
		db_get_text(rows, STAFF_FIND_ROLE, work->edit->context),
		db_get_text(rows, STAFF_FIND_STATE, work->edit->context),
		db_get_id(rows, STAFF_FIND_VERSION) };
	return RESULT_OK;
}

/* Locks every owner, so that two owners cannot remove each other's role at the same time. */
static bool has_other_owner(struct db *db, uint64_t id)
{
	bool has_other = false;
	struct db_rows *rows = db_select(db, QUERY_STAFF_LOCK_OWNERS, DB_NO_PARAMS);
	while (db_next(rows))
		has_other |= db_get_id(rows, STAFF_LOCK_OWNERS_ID) != id;
	return has_other;
}

static enum result change_transaction(struct db *db, void *pointer)
{
	const struct change_work *work = pointer;
	const struct staff_change *change = work->change;
	struct staff_row row;
	bool has_other = has_other_owner(db, change->id);
	enum result result = read_row(db, work, &row);
	if (result != RESULT_OK)
		return result;
	if (change->version && change->version != row.version)
		return edit_refuse(work->edit, ERR_CONFLICT, "version",
			"was changed by someone else meanwhile");
	const char *name = change->name ? change->name : row.name,
		   *role = change->role ? change->role : row.role,
		   *state = change->state ? change->state : row.state;
	bool was_owner = text_equals(row.role, "owner") && text_equals(row.state, "active");
	if (was_owner && !has_other
		&& !(text_equals(role, "owner") && text_equals(state, "active")))
		return edit_refuse(work->edit, ERR_CONFLICT, "role",
			"is needed: there would be no owner left");
	db_change(db, QUERY_STAFF_UPDATE,
		DB_PARAMS(db_text(name), db_text(role), db_text(state), db_id(change->id)));
	if (!text_equals(state, "active"))
		db_change(db, QUERY_STAFF_SESSIONS_END, DB_PARAMS(db_id(change->id)));
	audit_write(work->edit, "staff.change", "staff", change->id,
		staff_json(row.role, row.state), staff_json(role, state));
	return RESULT_OK;
}

enum result staff_edit_change(struct edit *edit, const struct staff_change *change)
{
	struct change_work work = { .edit = edit, .change = change };
	return edit_transaction(edit, change_transaction, &work);
}

static enum result password_transaction(struct db *db, void *pointer)
{
	const struct change_work *work = pointer;
	struct staff_row row;
	enum result result = read_row(db, work, &row);
	if (result != RESULT_OK)
		return result;
	db_change(db, QUERY_STAFF_SET_PASSWORD,
		DB_PARAMS(db_text(work->password), db_id(work->change->id)));
	db_change(db, QUERY_STAFF_SESSIONS_END, DB_PARAMS(db_id(work->change->id)));
	db_change(db, QUERY_SIGN_IN_FAILURES_UNLOCK, DB_PARAMS(db_id(work->change->id)));
	audit_write(work->edit, "staff.password", "staff", work->change->id, NULL, NULL);
	return RESULT_OK;
}

enum result staff_edit_password(struct edit *edit, uint64_t id, const char *password)
{
	struct change_work work = { edit, &(struct staff_change){ .id = id }, password };
	return edit_transaction(edit, password_transaction, &work);
}

static enum result unlock_transaction(struct db *db, void *pointer)
{
	const struct change_work *work = pointer;
	struct staff_row row;
	enum result result = read_row(db, work, &row);
	if (result != RESULT_OK)
		return result;
	db_change(db, QUERY_SIGN_IN_FAILURES_UNLOCK, DB_PARAMS(db_id(work->change->id)));
	audit_write(work->edit, "staff.unlock", "staff", work->change->id, NULL, NULL);
	return RESULT_OK;
}

enum result staff_edit_unlock(struct edit *edit, uint64_t id)
{
	struct change_work work = { .edit = edit, .change = &(struct staff_change){ .id = id } };
	return edit_transaction(edit, unlock_transaction, &work);
}

/* --- linking --- */

struct link_work {
	struct edit *edit;
	const struct staff_link *link;
};

static json_object *link_json(bool is_linked, bool has_password)
{
	json_object *json = json_new_object();
	json_put_bool(json, "openid", is_linked);
	json_put_bool(json, "password", has_password);
	return json;
}

static enum result link_transaction(struct db *db, void *pointer)
{
	const struct link_work *work = pointer;
	const struct staff_link *link = work->link;
	struct db_rows *rows = db_select(db, QUERY_STAFF_OPENID, DB_PARAMS(db_id(link->id)));
	if (!db_next(rows))
		return edit_refuse(work->edit, ERR_NOT_FOUND, "staff", "there is no such account");
	bool was_linked = !db_is_null(rows, STAFF_OPENID_OPENID_SUBJECT),
	     had_password = db_get_number(rows, STAFF_OPENID_HAS_PASSWORD) != 0;
	bool ends_link = !link->subject
		|| (was_linked
			&& !text_equals(
				db_get_text(rows, STAFF_OPENID_OPENID_SUBJECT, work->edit->context),
				link->subject));
	if (!db_change_unless_duplicate(db, QUERY_STAFF_LINK,
		    DB_PARAMS(db_text(link->subject ? link->issuer : NULL), db_text(link->subject),
			    db_id(link->id)),
		    NULL))
		return edit_refuse(
			work->edit, ERR_CONFLICT, "subject", "is linked to another account");
	if (link->removes_password)
		db_change(db, QUERY_STAFF_SET_PASSWORD, DB_PARAMS(db_null(), db_id(link->id)));
	if ((ends_link || link->removes_password) && !link->is_own)
		db_change(db, QUERY_STAFF_SESSIONS_END, DB_PARAMS(db_id(link->id)));
	audit_write(work->edit, link->subject ? "staff.link" : "staff.unlink", "staff", link->id,
		link_json(was_linked, had_password),
		link_json(link->subject, had_password && !link->removes_password));
	return RESULT_OK;
}

enum result staff_edit_link(struct edit *edit, const struct staff_link *link)
{
	struct link_work work = { edit, link };
	return edit_transaction(edit, link_transaction, &work);
}

/* --- finding --- */

enum result staff_edit_find(struct edit *edit, const char *email, uint64_t *id)
{
	*id = db_get_id(db_read_one(edit->db, QUERY_STAFF_OF_EMAIL, DB_PARAMS(db_text(email))),
		STAFF_OF_EMAIL_ID);
	enum result result = db_end_read(edit->db);
	return result == ERR_NOT_FOUND ? edit_refuse(edit, result, "email", "has no account")
				       : result;
}
