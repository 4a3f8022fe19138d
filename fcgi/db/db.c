/* SPDX-License-Identifier: MIT */
/* The connection and what runs on it: bodies of work that are repeated until they happened or may not go on. */
#include "db/db.h"

#include "db/compound.h"
#include "db/failure.h"
#include "db/fault_calls.h"
#include "db/query_table.h"
#include "db/rows.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Seconds. The read timeout is longer than the server's lock wait, so that the server's answer comes first. */
enum { CONNECT_TIMEOUT = 2, READ_TIMEOUT = 5, LOCK_WAIT_TIMEOUT = 2 };
enum { DEADLINE_MS = 4000, QUIET_MS = 1000, HOSTS_MAXIMUM = 8 };

/* Statements that go together, as they are prepared on this connection. */
struct prepared_compound {
	struct compound what;
	struct statement *statement;
	struct db_rows rows;
	struct prepared_compound *next;
};

/* What a transaction has not sent yet: it goes with the next statement, or with the COMMIT. */
struct waiting {
	struct compound what;                   /* begins and changes alone */
	struct db_value values[STATEMENT_PARAMETERS_MAXIMUM];
	unsigned value_count;
	void *context;                          /* memory of copied values */
};

struct db {
	struct db_settings settings;
	char *hosts[HOSTS_MAXIMUM];
	size_t host_count, host;                /* host: the one in use, or to be tried next */
	MYSQL *mysql;                           /* NULL: not connected */
	void *statement_context;                /* memory of the connection's statements */
	struct statement *statements[QUERY_COUNT];
	struct db_rows *rows[QUERY_COUNT];
	bool runs_compounds;                    /* else every statement goes alone, and nothing waits */
	struct prepared_compound *compounds;
	struct statement *unread;               /* a compound's rows, which are in the way of the next statement */
	struct waiting waiting;
	bool is_in_transaction, has_committed;
	bool is_down;                           /* the last body gave up: until one goes through, none waits … */
	int64_t quiet_until_ms;                 /* … and before this none tries: a server that hangs costs a time-out each time */
	bool has_failed;
	unsigned error_number;
	char error_text[256];
	uint64_t inserted_id;
};


/* --- connection --------------------------------------------------------------------------------------------------------------- */

void db_note_failure(struct db *db, unsigned number, const char *text)
{
	db->has_failed = true;
	db->error_number = number;
	snprintf(db->error_text, sizeof db->error_text, "%s", text);
}

static void disconnect(struct db *db)
{
	memory_free(db->statement_context);
	db->statement_context = NULL;
	memset(db->statements, 0, sizeof db->statements);
	memset(db->rows, 0, sizeof db->rows);
	db->compounds = NULL;
	db->unread = NULL;
	if (db->mysql)
		mysql_close(db->mysql);
	db->mysql = NULL;
}

static int end_db(void *db)
{
	disconnect(db);
	return 0;
}

static void split_hosts(struct db *db)
{
	char *rest = memory_copy_text(db, db->settings.hosts);
	for (char *host; db->host_count < HOSTS_MAXIMUM && (host = strsep(&rest, ",")) != NULL;) {
		host += strspn(host, " ");
		host[strcspn(host, " ")] = 0;
		if (*host)
			db->hosts[db->host_count++] = host;
	}
}

struct db *db_new(const void *context, const struct db_settings *settings)
{
	struct db *db = memory_new(context, struct db);
	db->settings = (struct db_settings){
		memory_copy_text(db, settings->hosts), memory_copy_text(db, settings->user),
		memory_copy_text(db, settings->password), memory_copy_text(db, settings->name), settings->patience_seconds, settings->goes_one_by_one,
		settings->trusts_statistics,
	};
	split_hosts(db);
	memory_at_end(db, end_db);
	return db;
}

static MYSQL *new_handle(unsigned patience_seconds)
{
	unsigned connect_timeout = CONNECT_TIMEOUT, io_timeout = patience_seconds ? patience_seconds : READ_TIMEOUT;
	MYSQL *mysql = mysql_init(NULL);
	if (!mysql)
		memory_exhausted();
	mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_timeout);
	mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &io_timeout);
	mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &io_timeout);
	mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	return mysql;
}

static bool open_host(struct db *db, MYSQL *mysql, const char *host)
{
	const char *socket = NULL;
	char name[256];
	int64_t port = 0;
	snprintf(name, sizeof name, "%s", host);
	if (text_starts_with(host, "unix:")) {
		socket = host + strlen("unix:");
		snprintf(name, sizeof name, "localhost");
	} else {
		char *colon = strrchr(name, ':');
		if (colon && text_to_number(colon + 1, 1, 65535, &port))
			*colon = 0;
	}
	return mysql_real_connect(mysql, name, db->settings.user, db->settings.password, db->settings.name, (unsigned)port, socket, 0);
}

/* What every statement relies on: strict, in UTC, reading what is committed, never waiting long for a lock. The last is a statement that a node of a
 * cluster refuses while it does not take part: it lets everybody in and takes SET. */
static bool set_session(MYSQL *mysql, bool trusts_statistics, bool *runs_compounds)
{
	char text[500];
	snprintf(text, sizeof text, "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
		"ONLY_FULL_GROUP_BY,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', innodb_lock_wait_timeout = %d%s", LOCK_WAIT_TIMEOUT,
		trusts_statistics ? ", eq_range_index_dive_limit = 1" : "");
	return mysql_query(mysql, text) == 0 && mysql_query(mysql, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED") == 0 &&
		compound_probe(mysql, runs_compounds);
}

static void leave_host(struct db *db)
{
	disconnect(db);
	if (db->host_count)
		db->host = (db->host + 1) % db->host_count;
}

static bool connect_once(struct db *db)
{
	MYSQL *mysql = new_handle(db->settings.patience_seconds);
	if (open_host(db, mysql, db->hosts[db->host]) && set_session(mysql, db->settings.trusts_statistics, &db->runs_compounds)) {
		db->mysql = mysql;
		db->runs_compounds &= !db->settings.goes_one_by_one;
		db->statement_context = memory_context(db);
		return true;
	}
	db_note_failure(db, mysql_errno(mysql), mysql_error(mysql));
	mysql_close(mysql);
	leave_host(db);
	return false;
}

static bool connect_any(struct db *db)
{
	if (db->host_count == 0)
		db_note_failure(db, 2005, "database.hosts names no host");
	for (size_t tries = 0; !db->mysql && tries < db->host_count; tries++)
		if (connect_once(db))
			db->has_failed = false;
	return db->mysql;
}

unsigned db_error_number(const struct db *db)
{
	return db->error_number;
}

const char *db_error_text(const struct db *db)
{
	return db->error_text;
}

bool db_has_failed(const struct db *db)
{
	return db->has_failed;
}

/* --- statements, alone or together -------------------------------------------------------------------------------------------- */

/* Frees the connection for another statement. */
static void stop_reading(struct db *db)
{
	if (db->unread)
		statement_end(db->unread);
	db->unread = NULL;
}

static bool command(struct db *db, const char *text)
{
	stop_reading(db);
	if (mysql_query(db->mysql, text) == 0) {
		FAULT_POINT(text);
		return true;
	}
	db_note_failure(db, mysql_errno(db->mysql), mysql_error(db->mysql));
	return false;
}

static struct statement *prepare_text(struct db *db, const char *sql)
{
	unsigned number = 0;
	char text[sizeof db->error_text];
	stop_reading(db);
	struct statement *statement = statement_prepare(db->statement_context, db->mysql, sql, &number, text, sizeof text);
	if (!statement)
		db_note_failure(db, number, text);
	return statement;
}

static struct statement *prepared(struct db *db, enum query query)
{
	if (!db->statements[query])
		db->statements[query] = prepare_text(db, FAULT_SQL(QUERY_TABLE[query].name, QUERY_TABLE[query].sql));
	return db->statements[query];
}

static struct prepared_compound *prepared_compound(struct db *db, const struct compound *what)
{
	for (struct prepared_compound *known = db->compounds; known; known = known->next)
		if (compound_is_same(&known->what, what))
			return known;
	struct prepared_compound *new = memory_new(db->statement_context, struct prepared_compound);
	new->what = *what;
	new->statement = prepare_text(db, compound_text(new, what));
	if (!new->statement)
		return NULL;
	new->statement->is_compound = true;
	new->rows = (struct db_rows){ db, new->statement };
	new->next = db->compounds;
	db->compounds = new;
	return new;
}

/* False: it failed (noted), or the unique key refused it (not noted when may_be_duplicate). */
static bool run_statement(struct db *db, struct statement *statement, const struct db_value *values, unsigned count, bool may_be_duplicate)
{
	stop_reading(db);
	if (statement_run(statement, values, count))
		return true;
	unsigned number = statement_error_number(statement);
	if (!(may_be_duplicate && number == 1062))
		db_note_failure(db, number, statement_error_text(statement));
	return false;
}

static void forget_waiting(struct db *db)
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

static void add_waiting(struct db *db, enum query query, const struct db_value *values, unsigned count)
{
	struct waiting *waiting = &db->waiting;
	waiting->what.changes[waiting->what.change_count++] = query;
	add_values(db, values, count);
}

static bool has_room(const struct db *db, unsigned changes, unsigned values)
{
	return db->waiting.what.change_count + changes <= COMPOUND_CHANGES_MAXIMUM && db->waiting.value_count + values <= STATEMENT_PARAMETERS_MAXIMUM;
}

/* What waits, and end, as one. NULL: it failed (noted) or a unique key refused it. Nothing waits afterwards. */
static struct prepared_compound *run_waiting(struct db *db, enum compound_end end, enum query select, bool may_be_duplicate)
{
	struct waiting *waiting = &db->waiting;
	waiting->what.end = end;
	waiting->what.select = select;
	struct prepared_compound *compound = prepared_compound(db, &waiting->what);
	bool has_run = compound && run_statement(db, compound->statement, waiting->values, waiting->value_count, may_be_duplicate);
	forget_waiting(db);
	return has_run ? compound : NULL;
}

/* Before a statement that goes alone. False: that failed. */
static bool send_waiting(struct db *db)
{
	if (db->waiting.what.change_count)
		return run_waiting(db, COMPOUND_ENDS, 0, false);
	bool begins = db->waiting.what.begins;
	forget_waiting(db);
	return !begins || command(db, "BEGIN");
}

/* Runs query alone; false when it failed (noted) or the unique key refused it (not noted when may_be_duplicate). */
static bool execute(struct db *db, enum query query, const struct db_value *values, unsigned count, bool may_be_duplicate)
{
	if (db->has_failed || !send_waiting(db))
		return false;
	struct statement *statement = prepared(db, query);
	if (!statement || !run_statement(db, statement, values, count, may_be_duplicate))
		return false;
	FAULT_POINT(QUERY_TABLE[query].name);
	return true;
}

bool db_is_reachable(struct db *db)
{
	db->has_failed = false;
	stop_reading(db);
	if (db->mysql && mysql_query(db->mysql, "DO 0") == 0)
		return true;
	disconnect(db);
	return connect_any(db);
}

/* --- bodies ------------------------------------------------------------------------------------------------------------------- */

static void begin(struct db *db)
{
	db->has_committed = false;
	db->is_in_transaction = true;
	if (db->runs_compounds)
		db->waiting.what.begins = true;
	else
		command(db, "BEGIN");
}

static void commit(struct db *db)
{
	if (db->has_committed)
		return;
	if (db->waiting.what.change_count)
		run_waiting(db, COMPOUND_COMMITS, 0, false);
	else if (!db->waiting.what.begins)      /* else nothing was sent */
		command(db, "COMMIT");
}

static void roll_back(struct db *db)
{
	bool has_begun = !db->waiting.what.begins;
	forget_waiting(db);
	stop_reading(db);
	if (has_begun && db->mysql && mysql_query(db->mysql, "ROLLBACK") != 0)
		disconnect(db);         /* the server rolls back what a lost connection left */
}

static enum result run_once(struct db *db, db_body *body, void *state, bool is_transaction)
{
	db->has_failed = false;
	forget_waiting(db);
	if (!db->mysql && !connect_any(db))
		return ERR_UNAVAILABLE;
	if (!is_transaction)
		return body(db, state);
	begin(db);
	if (db->has_failed)
		return ERR_UNAVAILABLE;
	enum result result = body(db, state);
	FAULT_POINT("before-COMMIT");
	if (!db->has_failed && is_success(result))
		commit(db);
	else
		roll_back(db);
	db->is_in_transaction = false;
	forget_waiting(db);
	return result;
}

static enum result run(struct db *db, db_body *body, void *state, bool is_transaction)
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
			leave_host(db);
		else if (is_lost)
			disconnect(db);
		else if (is_transaction)
			roll_back(db);
		if (failure == FAILURE_FINAL)
			return ERR_INTERNAL;
		if (failure == FAILURE_UNAVAILABLE || (db->is_down && tries > 0) || clock_monotonic_ms() >= deadline) {
			db->is_down = is_lost;
			db->quiet_until_ms = clock_monotonic_ms() + QUIET_MS;
			return ERR_UNAVAILABLE;
		}
		failure_wait(tries);
	}
}

enum result db_transaction(struct db *db, db_body *body, void *state)
{
	return run(db, body, state, true);
}

enum result db_attempt(struct db *db, db_body *body, void *state)
{
	return run(db, body, state, false);
}

/* --- statements --------------------------------------------------------------------------------------------------------------- */

static bool change(struct db *db, enum query query, const struct db_value *values, unsigned count, bool may_be_duplicate, uint64_t *changed)
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
	change(db, query, values, count, false, &changed);
	return changed;
}

bool db_change_unless_duplicate(struct db *db, enum query query, const struct db_value *values, unsigned count, uint64_t *changed)
{
	uint64_t unasked;
	return change(db, query, values, count, true, changed ? changed : &unasked);
}

uint64_t db_inserted_id(const struct db *db)
{
	return db->inserted_id;
}

static struct db_rows NO_ROWS;          /* of a failed body; never written */

static struct db_rows *rows_of(struct db *db, enum query query)
{
	if (!db->rows[query]) {
		db->rows[query] = memory_new(db->statement_context, struct db_rows);
		*db->rows[query] = (struct db_rows){ db, db->statements[query] };
	}
	return db->rows[query];
}

struct db_rows *db_select(struct db *db, enum query query, const struct db_value *values, unsigned count)
{
	return execute(db, query, values, count, false) ? rows_of(db, query) : &NO_ROWS;
}

bool db_next(struct db_rows *rows)
{
	if (!rows->db || rows->db->has_failed)
		return false;
	bool failed;
	if (statement_next(rows->statement, &failed))
		return true;
	if (failed)
		db_note_failure(rows->db, statement_error_number(rows->statement), statement_error_text(rows->statement));
	return false;
}

/* --- the same in fewer round trips -------------------------------------------------------------------------------------------- */

static bool may_wait(const struct db *db, unsigned values)
{
	return db->runs_compounds && db->is_in_transaction && has_room(db, 1, values);
}

bool db_change_telling(struct db *db, enum query query, const struct db_value *values, unsigned count, uint64_t *id)
{
	*id = 0;
	if (db->has_failed)
		return false;
	if (!may_wait(db, count)) {
		bool is_changed = db_change(db, query, values, count) == 1;
		*id = db->inserted_id;
		return is_changed;
	}
	add_waiting(db, query, values, count);
	struct prepared_compound *compound = run_waiting(db, COMPOUND_TELLS_ID, 0, false);
	if (!compound || !db_next(&compound->rows))
		return false;
	*id = db_get_id(&compound->rows, 0);
	statement_end(compound->statement);
	return true;
}

void db_change_later(struct db *db, enum query query, const struct db_value *values, unsigned count)
{
	if (db->has_failed)
		return;
	if (may_wait(db, count))
		add_waiting(db, query, values, count);
	else
		db_change(db, query, values, count);
}

bool db_change_last(struct db *db, enum query query, const struct db_value *values, unsigned count)
{
	if (db->has_failed)
		return false;
	if (!may_wait(db, count))
		return db_change(db, query, values, count) == 1;
	add_waiting(db, query, values, count);
	if (run_waiting(db, COMPOUND_COMMITS_ONE, 0, false))
		db->has_committed = !(db->mysql->server_status & SERVER_STATUS_IN_TRANS);
	return db->has_committed;
}

bool db_change_then_select(struct db *db, enum query query, const struct db_value *values, unsigned count, uint64_t *changed,
	enum query select, const struct db_value *select_values, unsigned select_count, struct db_rows **rows)
{
	*changed = 0;
	*rows = &NO_ROWS;
	if (db->has_failed)
		return false;
	if (!db->runs_compounds || db->waiting.what.change_count || !has_room(db, 1, count + select_count)) {
		bool is_done = change(db, query, values, count, true, changed);
		if (*changed == 1)
			*rows = db_select(db, select, select_values, select_count);
		return is_done;
	}
	add_waiting(db, query, values, count);
	add_values(db, select_values, select_count);
	struct prepared_compound *compound = run_waiting(db, COMPOUND_SELECTS, select, true);
	if (compound && compound->statement->has_rows) {
		*changed = 1;
		*rows = &compound->rows;
		db->unread = compound->statement;
	}
	return compound;
}

bool db_prepare(struct db *db, enum query query)
{
	db->has_failed = false;
	return connect_any(db) && prepared(db, query);
}

bool db_execute_text(struct db *db, const char *sql)
{
	db->has_failed = false;
	return connect_any(db) && command(db, sql);
}

const char *db_query_name(enum query query)
{
	return QUERY_TABLE[query].name;
}
