/* SPDX-License-Identifier: MIT */
/* Several statements in one round trip, when the server can prepare a compound statement: MariaDB
 * can (BEGIN NOT ATOMIC … END), MySQL cannot. Only for the module db. db.c ensures that a
 * transaction function has the same effect on both. */
#ifndef DOJANG_DB_COMPOUND_H
#define DOJANG_DB_COMPOUND_H

#include "db/statement.h"

enum { COMPOUND_CHANGES_MAXIMUM = 4 };

/* What follows the last change. Everything except the plain commit requires that it changed one
 * row. */
enum compound_end {
	COMPOUND_ENDS,
	COMPOUND_COMMITS,
	COMPOUND_COMMITS_ONE,
	COMPOUND_TELLS_ID,
	COMPOUND_SELECTS
};

struct compound {
	bool begins; /* starts a transaction before the first change */
	unsigned change_count;
	enum query changes[COMPOUND_CHANGES_MAXIMUM];
	enum compound_end end;
	enum query select; /* for COMPOUND_SELECTS */
};

bool compound_is_same(const struct compound *a, const struct compound *b);
/* Its text, below context. The parameters are those of its statements, in order. */
char *compound_text(const void *context, const struct compound *compound);
/* Asks the server of this connection whether it runs compound statements. Returns false, with the
 * error in mysql, when it does not answer. */
bool compound_probe(MYSQL *mysql, bool *is_possible);

#endif
