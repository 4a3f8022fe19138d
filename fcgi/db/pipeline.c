/* SPDX-License-Identifier: MIT */
/* Queues statements whose result a transaction function does not need at once, and sends them with
 * others. */
#include "db/internal.h"

#include "db/fault_calls.h"

#include "base/memory.h"

static struct prepared_compound *prepared_compound(struct db *db, const struct compound *what)
{
	for (struct prepared_compound *known = db->compounds; known; known = known->next)
		if (compound_is_same(&known->what, what))
			return known;
	struct prepared_compound *new = memory_new(db->statement_context, struct prepared_compound);
	new->what = *what;
	new->statement = db_prepare_text(db, compound_text(new, what));
	if (!new->statement)
		return NULL;
	new->statement->is_compound = true;
	new->rows = (struct db_rows){ db, new->statement };
	new->next = db->compounds;
	db->compounds = new;
	return new;
}

/* --- the queue --- */

void db_discard_queue(struct db *db)
{
	memory_free(db->waiting.context);
	db->waiting = (struct waiting){ 0 };
}

static struct db_value kept_value(const void *context, struct db_value value)
{
	if (value.type == DB_TEXT || value.type == DB_BYTES)
		value.bytes = memory_copy_bytes(context, value.bytes, value.length);
	return value;
}

static void add_values(struct db *db, const struct db_value *values, unsigned count)
{
	struct waiting *waiting = &db->waiting;
	if (!waiting->context)
		waiting->context = memory_context(db);
	for (unsigned i = 0; i < count; i++)
		waiting->values[waiting->value_count++] = kept_value(waiting->context, values[i]);
}

static void add_to_queue(
	struct db *db, enum query query, const struct db_value *values, unsigned count)
{
	struct waiting *waiting = &db->waiting;
	waiting->what.changes[waiting->what.change_count++] = query;
	add_values(db, values, count);
}

static bool has_room(const struct db *db, unsigned changes, unsigned values)
{
	return db->waiting.what.change_count + changes <= COMPOUND_CHANGES_MAXIMUM
		&& db->waiting.value_count + values <= STATEMENT_PARAMETERS_MAXIMUM;
}

/* Sends the queue and end as one statement. NULL when it failed (recorded) or a unique key refused
 * it. The queue is empty afterwards. */
static struct prepared_compound *run_queue(
	struct db *db, enum compound_end end, enum query select, bool may_be_duplicate)
{
	struct waiting *waiting = &db->waiting;
	waiting->what.end = end;
	waiting->what.select = select;
	struct prepared_compound *compound = prepared_compound(db, &waiting->what);
	bool has_run = compound
		&& db_run_statement(db, compound->statement, waiting->values, waiting->value_count,
			may_be_duplicate);
	db_discard_queue(db);
	return has_run ? compound : NULL;
}

bool db_flush_queue(struct db *db)
{
	if (db->waiting.what.change_count)
		return run_queue(db, COMPOUND_ENDS, 0, false);
	bool begins = db->waiting.what.begins;
	db_discard_queue(db);
	return !begins || db_command(db, "BEGIN");
}

void db_commit(struct db *db)
{
	if (db->has_committed)
		return;
	if (db->waiting.what.change_count)
		run_queue(db, COMPOUND_COMMITS, 0, false);
	else if (!db->waiting.what.begins) /* otherwise nothing was sent */
		db_command(db, "COMMIT");
}

/* --- for transaction functions --- */

static bool can_queue(const struct db *db, unsigned values)
{
	return db->has_pipelining && db->is_in_transaction && has_room(db, 1, values);
}

bool db_change_returning_id(struct db *db, enum query query, const struct db_value *values,
	unsigned count, uint64_t *id)
{
	*id = 0;
	if (db->has_failed)
		return false;
	if (!can_queue(db, count)) {
		bool is_changed = db_change(db, query, values, count) == 1;
		*id = db->inserted_id;
		return is_changed;
	}
	add_to_queue(db, query, values, count);
	struct prepared_compound *compound = run_queue(db, COMPOUND_TELLS_ID, 0, false);
	if (!compound || !db_next(&compound->rows))
		return false;
	*id = db_get_id(&compound->rows, DB_ONLY_COLUMN);
	statement_end(compound->statement);
	return true;
}

void db_queue(struct db *db, enum query query, const struct db_value *values, unsigned count)
{
	if (db->has_failed)
		return;
	if (can_queue(db, count))
		add_to_queue(db, query, values, count);
	else
		db_change(db, query, values, count);
}

bool db_change_commit(
	struct db *db, enum query query, const struct db_value *values, unsigned count)
{
	if (db->has_failed)
		return false;
	if (!can_queue(db, count))
		return db_change(db, query, values, count) == 1;
	add_to_queue(db, query, values, count);
	if (run_queue(db, COMPOUND_COMMITS_ONE, 0, false))
		db->has_committed = !(db->mysql->server_status & SERVER_STATUS_IN_TRANS);
	return db->has_committed;
}

bool db_change_and_select(struct db *db, enum query query, const struct db_value *values,
	unsigned count, uint64_t *changed, enum query select, const struct db_value *select_values,
	unsigned select_count, struct db_rows **rows)
{
	*changed = 0;
	*rows = &DB_NO_ROWS;
	if (db->has_failed)
		return false;
	if (!db->has_pipelining || db->waiting.what.change_count
		|| !has_room(db, 1, count + select_count)) {
		bool is_done = db_change_alone(db, query, values, count, true, changed);
		if (*changed == 1)
			*rows = db_select(db, select, select_values, select_count);
		return is_done;
	}
	add_to_queue(db, query, values, count);
	add_values(db, select_values, select_count);
	struct prepared_compound *compound = run_queue(db, COMPOUND_SELECTS, select, true);
	if (compound && compound->statement->has_rows) {
		*changed = 1;
		*rows = &compound->rows;
		db->unread = compound->statement;
	}
	return compound;
}
