/* SPDX-License-Identifier: MIT */
/* Blocks customers, and marks those who are staff of the shop. */
#include "customer/block.h"

#include "base/text.h"
#include "records/audit.h"

struct work {
	struct edit *edit;
	customer_id customer;
	const char *state, *reason;
	bool is_staff;
};

/* Locks the customer; *state is the customer's state. */
static enum result lock(struct db *db, const struct work *work, const char **state)
{
	struct db_rows *rows = db_select(
		db, QUERY_BLOCK_STATE, DB_PARAMS(db_id(work->customer.value)));
	if (!db_next(rows))
		return edit_refuse(
			work->edit, ERR_NOT_FOUND, "customer", "there is no such customer");
	*state = db_get_text(rows, BLOCK_STATE_STATE, work->edit->context);
	return text_equals(*state, "removed")
		? edit_refuse(work->edit, ERR_CONFLICT, "customer", "was removed")
		: RESULT_OK;
}

static json_object *state_json(const char *state, const char *reason)
{
	json_object *json = json_new_object();
	json_put_text(json, "state", state);
	if (reason)
		json_put_text(json, "reason", reason);
	return json;
}

static enum result state_transaction(struct db *db, void *pointer)
{
	const struct work *work = pointer;
	const char *state;
	enum result result = lock(db, work, &state);
	if (result != RESULT_OK || text_equals(state, work->state))
		return result;
	db_change(
		db, QUERY_BLOCK_SET, DB_PARAMS(db_text(work->state), db_id(work->customer.value)));
	audit_write(work->edit, text_equals(work->state, "blocked") ? "user.block" : "user.unblock",
		"user", work->customer.value, state_json(state, NULL),
		state_json(work->state, work->reason));
	return RESULT_OK;
}

enum result block_customer(struct edit *edit, customer_id customer, const char *reason)
{
	return edit_transaction(edit, state_transaction,
		&(struct work){
			.edit = edit, .customer = customer, .state = "blocked", .reason = reason });
}

enum result block_lift(struct edit *edit, customer_id customer, const char *reason)
{
	return edit_transaction(edit, state_transaction,
		&(struct work){
			.edit = edit, .customer = customer, .state = "active", .reason = reason });
}

static json_object *mark_json(bool is_staff)
{
	json_object *json = json_new_object();
	json_put_bool(json, "is_staff", is_staff);
	return json;
}

static bool mark(struct db *db, const struct work *work)
{
	struct db_value customer = db_id(work->customer.value);
	if (work->is_staff)
		return db_change_unless_duplicate(db, QUERY_BLOCK_EXCLUDE,
			DB_PARAMS(customer, db_time(work->edit->now)), NULL);
	return db_change(db, QUERY_BLOCK_INCLUDE, DB_PARAMS(customer)) == 1;
}

static enum result mark_transaction(struct db *db, void *pointer)
{
	const struct work *work = pointer;
	const char *state;
	enum result result = lock(db, work, &state);
	if (result == RESULT_OK && mark(db, work))
		audit_write(work->edit, "user.staff", "user", work->customer.value,
			mark_json(!work->is_staff), mark_json(work->is_staff));
	return result;
}

enum result block_mark_as_staff(struct edit *edit, customer_id customer, bool is_staff)
{
	return edit_transaction(edit, mark_transaction,
		&(struct work){ .edit = edit, .customer = customer, .is_staff = is_staff });
}

enum result block_read(
	struct db *db, const void *context, customer_id customer, struct block_notes *notes)
{
	struct db_rows *row = db_read_one(db, QUERY_BLOCK_NOTES, DB_PARAMS(db_id(customer.value)));
	const char *after = db_get_text(row, BLOCK_NOTES_AFTER_CHANGE, context);
	json_object *json = after ? json_tokener_parse(after) : NULL;
	if (json)
		json_attach(context, json);
	*notes = (struct block_notes){ json_object_get_string(
					       json_object_object_get(json, "reason")),
		db_get_number(row, BLOCK_NOTES_IS_EXCLUDED) != 0 };
	return db_end_read(db);
}
