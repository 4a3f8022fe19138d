/* SPDX-License-Identifier: MIT */
/* The database: one connection, prepared statements by name, transactions that repeat themselves.
 *
 * Work is a body: a function that runs statements and answers a result. db_transaction runs it
 * between BEGIN and COMMIT, db_autocommit without (one statement that changes something, or only
 * reads). Inside a body errors are sticky: after a statement failed, the following ones do nothing
 * and answer nothing, the body's own answer is thrown away, and what happened decides: a deadlock,
 * a lock wait or a lost connection runs the WHOLE body again (jittered, growing waits, a few
 * seconds at most, then ERR_UNAVAILABLE); anything else is ERR_INTERNAL. So a body may run several
 * times, must not change anything outside the database, and should reset the state that it fills.
 * Whether a COMMIT whose answer was lost had happened is told by the unique keys when the body runs
 * again. */
#ifndef DOJANG_DB_DB_H
#define DOJANG_DB_DB_H

#include "base/calendar.h"
#include "base/fields.h"
#include "base/result.h"
#include "db/queries.h" /* made from sql/queries: enum query */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

struct db_settings {
	/* "unix:/path", "host" or "host:port"; several by commas, tried in turn */
	const char *hosts;
	const char *user, *password, *name;
	/* for one statement; 0: what a waiting customer can bear */
	unsigned statement_timeout_seconds;
	/* never several statements in one round trip: what MySQL does anyway, for tests */
	bool disables_pipelining;
	/* plans by what is known of the keys, without looking how many rows there are: for
	 * statements of few rows each */
	bool trusts_statistics;
};

/* Does not connect yet; the connection is made by the first statement and made again when it was
 * lost. Freed with context. */
struct db *db_new(const void *context, const struct db_settings *settings);
/* One round trip to the server. */
bool db_is_reachable(struct db *db);
/* Why the last body failed, for the log: server's error number and text. Never for an answer. */
unsigned db_error_number(const struct db *db);
const char *db_error_text(const struct db *db);

typedef enum result db_transaction_function(struct db *db, void *state);
/* COMMITs when the body answers a success, else rolls back and passes the body's answer on. */
enum result db_transaction(struct db *db, db_transaction_function *body, void *state);
enum result db_autocommit(struct db *db, db_transaction_function *body, void *state);

/* --- values --- */

enum db_type { DB_NULL, DB_NUMBER, DB_ID, DB_TEXT, DB_BYTES, DB_DATE, DB_TIME };
struct db_value {
	enum db_type type;
	size_t length;
	union {
		int64_t number;
		uint64_t id;
		const void *bytes;
		date date;
		instant time;
	};
};

struct db_value db_null(void);
struct db_value db_number(int64_t number);
struct db_value db_id(uint64_t id);
struct db_value db_text(const char *text); /* NULL is NULL */
struct db_value db_bytes(const void *bytes, size_t length);
struct db_value db_date(date day);
struct db_value db_time(instant time);

#define DB_PARAMS(...) \
	(const struct db_value[]){ __VA_ARGS__ }, \
		(unsigned)(sizeof((const struct db_value[]){ __VA_ARGS__ }) \
			/ sizeof(struct db_value))
#define DB_NO_PARAMS NULL, 0

/* --- statements, inside a body --- */

/* Runs a statement that answers no rows; answers how many rows were changed (an UPDATE to the same
 * values counts none). */
uint64_t db_change(struct db *db, enum query query, const struct db_value *values, unsigned count);
/* The same for one that a unique key may refuse: false then, and the body goes on. *changed may be
 * NULL. */
bool db_change_unless_duplicate(struct db *db, enum query query, const struct db_value *values,
	unsigned count, uint64_t *changed);
/* The AUTO_INCREMENT id of the last INSERT of the two above. */
uint64_t db_inserted_id(const struct db *db);

/* Runs a SELECT. Its rows are read by db_next until that answers false; they are good until the
 * same query runs again. Where it failed there are none, and what is read of them is NULL. */
struct db_rows;
struct db_rows *db_select(
	struct db *db, enum query query, const struct db_value *values, unsigned count);
bool db_next(struct db_rows *rows);
bool db_is_null(const struct db_rows *rows, unsigned column);
int64_t db_get_number(const struct db_rows *rows, unsigned column); /* NULL is 0 */
uint64_t db_get_id(const struct db_rows *rows, unsigned column);    /* NULL is 0 */
/* NULL is unset */
struct optional_number db_get_optional(const struct db_rows *rows, unsigned column);
date db_get_date(const struct db_rows *rows, unsigned column);
instant db_get_time(const struct db_rows *rows, unsigned column);
/* a copy; NULL is NULL */
char *db_get_text(const struct db_rows *rows, unsigned column, const void *context);
char *db_get_bytes(
	const struct db_rows *rows, unsigned column, const void *context, size_t *length);

/* Fewer round trips, where the server takes several statements as one (MariaDB): what is said here
 * is all that a body can rely on, and true everywhere. */

/* db_change of one row, which tells LAST_INSERT_ID() as that statement left it; goes with the
 * BEGIN. False: it changed no row, or it failed. */
bool db_change_returning_id(struct db *db, enum query query, const struct db_value *values,
	unsigned count, uint64_t *id);
/* A change that changes a row or fails; goes with the next of these calls, with the COMMIT, or
 * before whatever else comes next. */
void db_queue(struct db *db, enum query query, const struct db_value *values, unsigned count);
/* The last change of a transaction: where it changes a row it is committed, all before it too, and
 * the body must answer a success without another statement. False: it changed none, or it failed.
 */
bool db_change_commit(
	struct db *db, enum query query, const struct db_value *values, unsigned count);
/* db_change_unless_duplicate, and where it changed a row, a SELECT, which may ask for
 * LAST_INSERT_ID(); *rows has none otherwise. */
bool db_change_and_select(struct db *db, enum query query, const struct db_value *values,
	unsigned count, uint64_t *changed, enum query select, const struct db_value *select_values,
	unsigned select_count, struct db_rows **rows);

/* Did a statement of this body fail? For loops that would else run on. */
bool db_has_failed(const struct db *db);

/* --- for migrations and tests --- */

/* A statement made at run time (DDL, GRANT); never with anything from outside in it. False: see
 * db_error_text. Not inside a body. */
bool db_execute_text(struct db *db, const char *sql);
/* Prepares a named statement on the server without running it. */
bool db_prepare(struct db *db, enum query query);
const char *db_query_name(enum query query);

#endif
