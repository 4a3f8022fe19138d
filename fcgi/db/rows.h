/* SPDX-License-Identifier: MIT */
/* The rows of one query. Inside the room db only. */
#ifndef DOJANG_DB_ROWS_H
#define DOJANG_DB_ROWS_H

#include "db/statement.h"

struct db_rows {
	struct db *db; /* NULL: rows of a body that has failed */
	struct statement *statement;
};

/* Marks the body at hand as failed. */
void db_note_failure(struct db *db, unsigned number, const char *text);

#endif
