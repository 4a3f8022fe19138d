/* SPDX-License-Identifier: MIT */
/* Runs statements and transaction functions on the connection, and repeats the functions until they
 * succeed or must stop. */
#include "db/db.h"

#include "db/failure.h"
#include "db/fault_calls.h"
#include "db/internal.h"
#include "db/query_table.h"

#include "base/clock.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DEADLINE_MS = 4000, QUIET_MS = 1000 };

struct db_rows DB_NO_ROWS;

/* --- one statement --- */

/* Makes the connection free for another statement. */
void db_stop_reading(struct db *db)
{
	if (db->unread)
		statement_end(db->unread);
	db->unread = NULL;
}

bool db_command(struct db *db, const char *text)
{
	db_stop_reading(db);
	if (mysql_query(db->mysql, text) == 0) {
		FAULT_POINT(text);
		return true;
	}
	db_note_failure(db, mysql_errno(db->mysql), mysql_error(db->mysql));
	return false;
}

struct statement *db_prepare_text(struct db *db, const char *sql)
{
	unsigned number = 0;
	char text[sizeof db->error_text];
	db_stop_reading(db);
	struct statement *statement = statement_prepare(
		db->statement_context, db->mysql, sql, &number, text, sizeof text);
	if (!statement)
		db_note_failure(db, number, text);
	return statement;
}

static struct statement *prepared(struct db *db, enum query query)
{
	if (!db->statements[query])
		db->statements[query] = db_prepare_text(
			db, FAULT_SQL(QUERY_TABLE[query].name, QUERY_TABLE[query].sql));
	return db->statements[query];
}

bool db_run_statement(struct db *db, struct statement *statement, const struct db_value *values,
	unsigned count, bool may_be_duplicate)
{
	db_stop_reading(db);
	if (statement_run(statement, values, count))
		return true;
	unsigned number = statement_error_number(statement);
	if (!(may_be_duplicate && number == 1062))
		db_note_failure(db, number, statement_error_text(statement));
	return false;
}

/* Runs a single query. False when it failed (recorded), or when a unique key refused it (not
 * recorded when may_be_duplicate). */
static bool execute(struct db *db, enum query query, const struct db_value *values, unsigned count,
	bool may_be_duplicate)
{
	if (db->has_failed || !db_flush_queue(db))
		return false;
	struct statement *statement = prepared(db, query);
	if (!statement || !db_run_statement(db, statement, values, count, may_be_duplicate))
		return false;
	FAULT_POINT(QUERY_TABLE[query].name);
	return true;
}

bool db_is_reachable(struct db *db)
{
	db->has_failed = false;
	db_stop_reading(db);
	if (db->mysql && mysql_query(db->mysql, "DO 0") == 0)
		return true;
	db_disconnect(db);
	return db_connect(db);
}

/* --- transaction functions --- */

static void begin(struct db *db)
{
	db->has_committed = false;
	db->is_in_transaction = true;
	if (db->has_pipelining)
		db->waiting.what.begins = true;
	else
		db_command(db, "BEGIN");
}

static void roll_back(struct db *db)
{
	bool has_begun = !db->waiting.what.begins;
	db_discard_queue(db);
	db_stop_reading(db);
	if (has_begun && db->mysql && mysql_query(db->mysql, "ROLLBACK") != 0)
		db_disconnect(db); /* the server rolls back the transaction of a lost connection */
}

static enum result run_once(
	struct db *db, db_transaction_function *body, void *state, bool is_transaction)
{
	db->has_failed = false;
	db_discard_queue(db);
	if (!db->mysql && !db_connect(db))
		return ERR_UNAVAILABLE;
	if (!is_transaction)
		return body(db, state);
	begin(db);
	if (db->has_failed)
		return ERR_UNAVAILABLE;
	enum result result = body(db, state);
	FAULT_POINT("before-COMMIT");
	if (!db->has_failed && is_success(result))
		db_commit(db);
	else
		roll_back(db);
	db->is_in_transaction = false;
	db_discard_queue(db);
	return result;
}

static enum result run_until_done(
	struct db *db, db_transaction_function *body, void *state, bool is_transaction)
{
	int64_t deadline = clock_monotonic_ms() + DEADLINE_MS;
	if (db->is_down && clock_monotonic_ms() < db->quiet_until_ms)
		return ERR_UNAVAILABLE;
	for (unsigned tries = 0;; tries++) {
		enum result result = run_once(db, body, state, is_transaction);
		if (!db->has_failed) {
			db->is_down = false;
			return result;
		}
		enum failure failure = failure_of(db->error_number);
		bool is_lost = failure == FAILURE_RECONNECT || failure == FAILURE_NEXT_HOST;
		if (failure == FAILURE_NEXT_HOST)
			db_leave_host(db);
		else if (is_lost)
			db_disconnect(db);
		else if (is_transaction)
			roll_back(db);
		if (failure == FAILURE_FINAL)
			return ERR_INTERNAL;
		if (failure == FAILURE_UNAVAILABLE || (db->is_down && tries > 0)
			|| clock_monotonic_ms() >= deadline) {
			db->is_down = is_lost;
			db->quiet_until_ms = clock_monotonic_ms() + QUIET_MS;
			return ERR_UNAVAILABLE;
		}
		failure_wait(tries);
	}
}

static enum result run(
	struct db *db, db_transaction_function *body, void *state, bool is_transaction)
{
	if (db->is_busy)
		abort(); /* its rows and its failure would get lost */
	db->is_busy = true;
	enum result result = run_until_done(db, body, state, is_transaction);
	db->is_busy = false;
	return result;
}

enum result db_transaction(struct db *db, db_transaction_function *body, void *state)
{
	return run(db, body, state, true);
}

enum result db_autocommit(struct db *db, db_transaction_function *body, void *state)
{
	return run(db, body, state, false);
}

/* --- statements --- */

bool db_change_alone(struct db *db, enum query query, const struct db_value *values, unsigned count,
	bool may_be_duplicate, uint64_t *changed)
{
	*changed = 0;
	if (!execute(db, query, values, count, may_be_duplicate))
		return false;
	db->inserted_id = mysql_stmt_insert_id(db->statements[query]->handle);
	*changed = mysql_stmt_affected_rows(db->statements[query]->handle);
	return true;
}

uint64_t db_change(struct db *db, enum query query, const struct db_value *values, unsigned count)
{
	uint64_t changed;
	db_change_alone(db, query, values, count, false, &changed);
	return changed;
}

bool db_change_unless_duplicate(struct db *db, enum query query, const struct db_value *values,
	unsigned count, uint64_t *changed)
{
	uint64_t unasked;
	return db_change_alone(db, query, values, count, true, changed ? changed : &unasked);
}

uint64_t db_inserted_id(const struct db *db)
{
	return db->inserted_id;
}

static struct db_rows *rows_of(struct db *db, enum query query)
{
	if (!db->rows[query]) {
		db->rows[query] = memory_new(db->statement_context, struct db_rows);
		*db->rows[query] = (struct db_rows){ db, db->statements[query] };
	}
	return db->rows[query];
}

struct db_rows *db_select(
	struct db *db, enum query query, const struct db_value *values, unsigned count)
{
	return execute(db, query, values, count, false) ? rows_of(db, query) : &DB_NO_ROWS;
}

bool db_next(struct db_rows *rows)
{
	if (!rows->db || rows->db->has_failed)
		return false;
	bool failed;
	if (statement_next(rows->statement, &failed))
		return true;
	if (failed)
		db_note_failure(rows->db, statement_error_number(rows->statement),
			statement_error_text(rows->statement));
	return false;
}

/* --- without a transaction function --- */

struct read {
	enum query query;
	const struct db_value *values;
	unsigned count;
	struct db_rows *rows;
};

static enum result read_rows(struct db *db, void *state)
{
	struct read *read = state;
	read->rows = db_select(db, read->query, read->values, read->count);
	return RESULT_OK;
}

static enum result read_row(struct db *db, void *state)
{
	struct read *read = state;
	read_rows(db, read);
	return db_next(read->rows) ? RESULT_OK : ERR_NOT_FOUND;
}

static struct db_rows *begin_read(struct db *db, db_transaction_function *body, struct read read)
{
	db->read_result = run(db, body, &read, false);
	db->is_busy = true;
	return db->read_result == RESULT_OK ? read.rows : &DB_NO_ROWS;
}

struct db_rows *db_read(
	struct db *db, enum query query, const struct db_value *values, unsigned count)
{
	return begin_read(db, read_rows, (struct read){ query, values, count, NULL });
}

struct db_rows *db_read_one(
	struct db *db, enum query query, const struct db_value *values, unsigned count)
{
	return begin_read(db, read_row, (struct read){ query, values, count, NULL });
}

enum result db_end_read(struct db *db)
{
	db->is_busy = false;
	if (db->read_result != RESULT_OK || !db->has_failed)
		return db->read_result;
	return failure_of(db->error_number) == FAILURE_UNAVAILABLE ? ERR_UNAVAILABLE : ERR_INTERNAL;
}

struct write {
	enum query query;
	const struct db_value *values;
	unsigned count;
	uint64_t changed;
};

static enum result write_rows(struct db *db, void *state)
{
	struct write *write = state;
	write->changed = db_change(db, write->query, write->values, write->count);
	return RESULT_OK;
}

enum result db_write(struct db *db, enum query query, const struct db_value *values, unsigned count,
	uint64_t *changed)
{
	struct write write = { query, values, count, 0 };
	enum result result = run(db, write_rows, &write, false);
	if (changed)
		*changed = write.changed;
	return result;
}

/* --- for migrations and tests --- */

bool db_prepare(struct db *db, enum query query)
{
	db->has_failed = false;
	return db_connect(db) && prepared(db, query);
}

bool db_execute_text(struct db *db, const char *sql)
{
	db->has_failed = false;
	return db_connect(db) && db_command(db, sql);
}

const char *db_query_name(enum query query)
{
	return QUERY_TABLE[query].name;
}
