/* SPDX-License-Identifier: MIT */
/* What the connection consists of, for the files of this room that share it: connection.c makes it
 * and loses it, together.c holds back what may go with something else, db.c runs statements and
 * bodies. Inside the room db only. */
#ifndef DOJANG_DB_INTERNAL_H
#define DOJANG_DB_INTERNAL_H

#include "db/compound.h"
#include "db/rows.h"

enum { HOSTS_MAXIMUM = 8 };

/* Statements that go together, as they are prepared on this connection. */
struct prepared_compound {
	struct compound what;
	struct statement *statement;
	struct db_rows rows;
	struct prepared_compound *next;
};

/* What a transaction has not sent yet: it goes with the next statement, or with the COMMIT. */
struct waiting {
	struct compound what; /* begins and changes alone */
	struct db_value values[STATEMENT_PARAMETERS_MAXIMUM];
	unsigned value_count;
	void *context; /* memory of copied values */
};

struct db {
	struct db_settings settings;
	char *hosts[HOSTS_MAXIMUM];
	size_t host_count, host; /* host: the one in use, or to be tried next */
	MYSQL *mysql;            /* NULL: not connected */
	void *statement_context; /* memory of the connection's statements */
	struct statement *statements[QUERY_COUNT];
	struct db_rows *rows[QUERY_COUNT];
	/* else every statement goes alone, and nothing waits */
	bool has_pipelining;
	struct prepared_compound *compounds;
	/* a compound's rows, which are in the way of the next statement */
	struct statement *unread;
	struct waiting waiting;
	bool is_in_transaction, has_committed;
	/* the last body gave up: until one goes through, none waits … */
	bool is_down;
	/* … and before this none tries: a server that hangs costs a time-out each time */
	int64_t quiet_until_ms;
	bool has_failed;
	unsigned error_number;
	char error_text[256];
	uint64_t inserted_id;
};

extern struct db_rows DB_NO_ROWS; /* of a failed body; never written */

/* connection.c: connects to the first host that serves, if there is no connection; false and noted
 * where none does. */
bool db_connect(struct db *db);
void db_disconnect(struct db *db);
/* The next time to the next host. */
void db_leave_host(struct db *db);

/* db.c: frees the connection for another statement. */
void db_stop_reading(struct db *db);
/* A text without values; false and noted when it fails. */
bool db_command(struct db *db, const char *text);
/* NULL and noted when the server refuses it. */
struct statement *db_prepare_text(struct db *db, const char *sql);
/* False: it failed (noted), or the unique key refused it (not noted when may_be_duplicate). */
bool db_run_statement(struct db *db, struct statement *statement, const struct db_value *values,
	unsigned count, bool may_be_duplicate);
/* A statement that answers no rows, by itself. */
bool db_change_alone(struct db *db, enum query query, const struct db_value *values, unsigned count,
	bool may_be_duplicate, uint64_t *changed);

/* together.c: before a statement that goes alone: what waits is sent. False: that failed. */
bool db_flush_queue(struct db *db);
void db_discard_queue(struct db *db);
/* The end of a transaction, with what waits. */
void db_commit(struct db *db);

#endif
