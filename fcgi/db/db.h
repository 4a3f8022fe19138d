/* SPDX-License-Identifier: MIT */
/* The database: one connection, prepared statements by name, transactions that are repeated on
 * failure.
 *
 * A transaction function runs statements and returns a result. db_transaction runs it between BEGIN
 * and COMMIT. db_autocommit runs it without them, for a single change or for several reads. A
 * single statement needs no transaction function: db_read, db_write.
 *
 * Errors inside are sticky: after a failed statement the following ones do nothing and return
 * nothing, and the function's own result is ignored. A deadlock, a lock wait timeout or a lost
 * connection runs the WHOLE function again, after growing random waits, for some seconds at most;
 * then the result is ERR_UNAVAILABLE. Any other error is ERR_INTERNAL. So the function may run
 * several times. It must not change anything outside the database, and should reset the state that
 * it fills. When the answer to a COMMIT was lost, the unique keys show at the next run whether it
 * had happened. */
#ifndef DOJANG_DB_DB_H
#define DOJANG_DB_DB_H

#include "base/calendar.h"
#include "base/fields.h"
#include "base/result.h"
#include "base/settings.h"
#include "db/queries.h" /* generated from sql/queries: enum query */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

struct db_settings {
	/* "unix:/path", "host" or "host:port"; several are separated by commas and tried in turn */
	const char *hosts;
	const char *user, *password, *name;
	enum tls_mode tls; /* for hosts other than unix: */
	const char *tls_ca_file;
	/* 0: a default that is short enough for a waiting customer */
	unsigned statement_timeout_seconds;
	/* never several statements in one round trip, as on MySQL; for tests */
	bool disables_pipelining;
	/* plans by index statistics without estimating rows; for statements with few rows */
	bool trusts_statistics;
};

/* The settings of the programs, for one of their accounts. */
struct db_settings db_settings_for(
	const struct settings *settings, const char *user, const char *password);

/* Does not connect yet. The first statement connects, and connects again after a loss. Freed with
 * context. */
struct db *db_new(const void *context, const struct db_settings *settings);
/* How the connection is protected: "socket", "no TLS", or the name of the cipher. NULL: not
 * connected. Good until the next call. */
const char *db_transport(const struct db *db);
/* Makes one round trip to the server. */
bool db_is_reachable(struct db *db);
/* Why the last transaction function failed: the server's error number and text. Only for the log,
 * never for an answer. */
unsigned db_error_number(const struct db *db);
const char *db_error_text(const struct db *db);

typedef enum result db_transaction_function(struct db *db, void *state);
/* Commits when the function returns a success; otherwise rolls back and returns the function's
 * result. */
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

/* --- a single statement, without a transaction function --- */

/* Runs one SELECT, again after a deadlock or a lost connection. Its rows are valid until
 * db_end_read, which must follow, and which returns the result: errors of the statement and of
 * reading its rows. After an error there are no rows, and every value is NULL. Until db_end_read
 * nothing else runs on this connection; otherwise the program aborts. */
struct db_rows;
struct db_rows *db_read(
	struct db *db, enum query query, const struct db_value *values, unsigned count);
/* The same for a query of at most one row. The row is there without db_next. Without a row every
 * value is NULL, and db_end_read returns ERR_NOT_FOUND. */
struct db_rows *db_read_one(
	struct db *db, enum query query, const struct db_value *values, unsigned count);
enum result db_end_read(struct db *db);
/* Runs one statement without result rows, and commits it. *changed is the number of changed rows,
 * or NULL. The statement may run twice, when the answer to the first run was lost. */
enum result db_write(struct db *db, enum query query, const struct db_value *values, unsigned count,
	uint64_t *changed);

/* --- rows --- */

/* Steps to the next row; false after the last one. */
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
/* The same for the name of a time zone. A zone that this host does not have would give wrong dates,
 * so it fails the read or the transaction function: ERR_UNAVAILABLE. */
char *db_get_zone(const struct db_rows *rows, unsigned column, const void *context);
char *db_get_bytes(
	const struct db_rows *rows, unsigned column, const void *context, size_t *length);

/* Columns have names, generated from the queries: CLAIM_OWNER_USER_ID of the query claim_owner.
 * This is the only column of a query, for code that runs several such queries. */
enum { DB_ONLY_COLUMN };

/* --- statements, inside a transaction function --- */

/* Runs a statement without result rows. Returns the number of changed rows; an UPDATE to the same
 * values counts none. */
uint64_t db_change(struct db *db, enum query query, const struct db_value *values, unsigned count);
/* The same for a statement that a unique key may refuse: returns false then, without failing the
 * function. *changed may be NULL. */
bool db_change_unless_duplicate(struct db *db, enum query query, const struct db_value *values,
	unsigned count, uint64_t *changed);
/* The AUTO_INCREMENT id of the last INSERT by the two functions above. */
uint64_t db_inserted_id(const struct db *db);

/* Runs a SELECT. Its rows are valid until the same query runs again. After a failure there are no
 * rows. */
struct db_rows *db_select(
	struct db *db, enum query query, const struct db_value *values, unsigned count);

/* Pipelining: fewer round trips when the server takes several statements as one (MariaDB). The
 * descriptions hold on every server. */

/* db_change of one row that returns the LAST_INSERT_ID() of the statement in *id. Sent with the
 * BEGIN. False when it changed no row or failed. */
bool db_change_returning_id(struct db *db, enum query query, const struct db_value *values,
	unsigned count, uint64_t *id);
/* Queues a change that either changes a row or fails. It is sent with the next of these calls, with
 * the COMMIT, or before any other statement. */
void db_queue(struct db *db, enum query query, const struct db_value *values, unsigned count);
/* The last change of a transaction. When it changes a row, the transaction is committed, and the
 * function must return a success without another statement. False when it changed no row or failed.
 */
bool db_change_commit(
	struct db *db, enum query query, const struct db_value *values, unsigned count);
/* db_change_unless_duplicate, followed by a SELECT if it changed a row. The SELECT may use
 * LAST_INSERT_ID(). Otherwise *rows is empty. */
bool db_change_and_select(struct db *db, enum query query, const struct db_value *values,
	unsigned count, uint64_t *changed, enum query select, const struct db_value *select_values,
	unsigned select_count, struct db_rows **rows);

/* True when a statement of this transaction function has failed. For loops that would otherwise
 * continue. */
bool db_has_failed(const struct db *db);

/* --- for migrations and tests --- */

/* Runs a statement built at run time (DDL, GRANT). It must not contain external input. False: see
 * db_error_text. Not inside a transaction function. */
bool db_execute_text(struct db *db, const char *sql);
/* Prepares a named statement on the server without running it. */
bool db_prepare(struct db *db, enum query query);
const char *db_query_name(enum query query);

#endif
