/* SPDX-License-Identifier: MIT */
/* One prepared statement with the storage of its parameters and columns. Only for the module db,
 * since it includes mysql.h. */
#ifndef DOJANG_DB_STATEMENT_H
#define DOJANG_DB_STATEMENT_H

#include "db/db.h"

#include <mysql.h>

#ifdef LIBMARIADB
typedef my_bool statement_bool;
#else
typedef bool statement_bool; /* MySQL 8's client has no my_bool */
#endif

/* Error number of a column that cannot be read: the client library's for unsupported buffers. */
enum { STATEMENT_UNSUPPORTED_ERROR = 2036 };
enum { STATEMENT_PARAMETERS_MAXIMUM = 48, STATEMENT_TEXT_ROOM = 256 };

/* What a column contains, whatever type the server chose for it. */
enum statement_column_kind {
	STATEMENT_UNSUPPORTED,
	STATEMENT_NUMBER,
	STATEMENT_DATE,
	STATEMENT_TIME,
	STATEMENT_BYTES
};

struct statement_column {
	enum statement_column_kind kind;
	int64_t number;
	MYSQL_TIME time;
	/* STATEMENT_TEXT_ROOM bytes; longer values are fetched again */
	char *bytes;
	unsigned long length;
	statement_bool is_null, is_cut;
};

struct statement {
	MYSQL_STMT *handle;
	unsigned column_count;
	struct statement_column *columns;
	MYSQL_BIND *binds;
	/* why a column cannot be read, else NULL */
	const char *unsupported;
	bool has_rows; /* rows of the last run that are not read to the end */
	/* only a run shows whether it has rows; the connection is busy until they are read to the
	 * end */
	bool is_compound;
};

/* Prepares sql on mysql below context. NULL, *error_number and error_text when the server refuses
 * it, or when a column has a type that this file cannot read, such as DOUBLE. */
struct statement *statement_prepare(const void *context, MYSQL *mysql, const char *sql,
	unsigned *error_number, char *error_text, size_t error_size);
/* Runs it and stores its rows in the client. False: see statement_error_number. */
bool statement_run(struct statement *statement, const struct db_value *values, unsigned count);
/* Discards unread rows. */
void statement_end(struct statement *statement);
/* Reads the next row into the columns. False at the end, or with *failed after an error. */
bool statement_next(struct statement *statement, bool *failed);
/* Reads a value that is longer than its buffer, below context; NULL after an error. */
char *statement_long_bytes(const struct statement *statement, unsigned column, const void *context);
unsigned statement_error_number(const struct statement *statement);
const char *statement_error_text(const struct statement *statement);

#endif
