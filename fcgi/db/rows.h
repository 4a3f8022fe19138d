/* SPDX-License-Identifier: MIT */
/* The rows of one query. Only for the module db. */
#ifndef DOJANG_DB_ROWS_H
#define DOJANG_DB_ROWS_H

#include "db/statement.h"

struct db_rows {
	struct db *db; /* NULL: rows of a failed transaction function */
	struct statement *statement;
};

/* Marks the current transaction function as failed. */
void db_note_failure(struct db *db, unsigned number, const char *text);

#endif
