/* SPDX-License-Identifier: MIT */
/* The state of the connection, shared by files of the module db: connection.c opens and closes it,
 * pipeline.c queues statements, db.c runs statements and transaction functions. */
#ifndef DOJANG_DB_INTERNAL_H
#define DOJANG_DB_INTERNAL_H

#include "db/compound.h"
#include "db/rows.h"
#include "db/tls.h"

enum { HOSTS_MAXIMUM = 8 };

/* A compound statement that is prepared on this connection. */
struct prepared_compound {
	struct compound what;
	struct statement *statement;
	struct db_rows rows;
	struct prepared_compound *next;
};

/* The queue of a transaction: sent with the next statement or with the COMMIT. */
struct waiting {
	struct compound what; /* only begins and changes are used */
	struct db_value values[STATEMENT_PARAMETERS_MAXIMUM];
	unsigned value_count;
	void *context; /* memory for copied values */
};

struct db {
	struct db_settings settings;
	char *hosts[HOSTS_MAXIMUM];
	enum tls_offer offers[HOSTS_MAXIMUM];
	size_t host_count, host; /* host is the one in use, or the next one to try */
	MYSQL *mysql;            /* NULL: not connected */
	void *statement_context; /* memory for the connection's statements */
	struct statement *statements[QUERY_COUNT];
	struct db_rows *rows[QUERY_COUNT];
	/* otherwise every statement is sent by itself, and nothing is queued */
	bool has_pipelining;
	struct prepared_compound *compounds;
	/* rows of a compound statement that block the next statement */
	struct statement *unread;
	struct waiting waiting;
	/* a transaction function runs, or a plain read is open */
	bool is_busy;
	enum result read_result; /* of the plain read */
	bool is_in_transaction, has_committed;
	/* the last transaction gave up; until one succeeds, none is repeated, */
	bool is_down;
	/* and before this time none is tried, since a server that hangs costs a timeout each time
	 */
	int64_t quiet_until_ms;
	bool has_failed;
	unsigned error_number;
	char error_text[256];
	uint64_t inserted_id;
};

extern struct db_rows DB_NO_ROWS; /* after a failure; never written */

/* connection.c: connects to the first usable host if there is no connection. False, with the
 * failure recorded, when there is none. */
bool db_connect(struct db *db);
void db_disconnect(struct db *db);
/* The next connection goes to the next host. */
void db_leave_host(struct db *db);

/* db.c: makes the connection free for another statement. */
void db_stop_reading(struct db *db);
/* Runs a text without parameters. False, with the failure recorded, when it fails. */
bool db_command(struct db *db, const char *text);
/* NULL, with the failure recorded, when the server refuses it. */
struct statement *db_prepare_text(struct db *db, const char *sql);
/* False when it failed (recorded), or when a unique key refused it (not recorded when
 * may_be_duplicate). */
bool db_run_statement(struct db *db, struct statement *statement, const struct db_value *values,
	unsigned count, bool may_be_duplicate);
/* Runs a single statement without result rows. */
bool db_change_alone(struct db *db, enum query query, const struct db_value *values, unsigned count,
	bool may_be_duplicate, uint64_t *changed);

/* pipeline.c: sends the queue before a single statement. False when it failed. */
bool db_flush_queue(struct db *db);
void db_discard_queue(struct db *db);
/* Commits the transaction, with the queue. */
void db_commit(struct db *db);

#endif
