/* SPDX-License-Identifier: MIT */
/* Several statements in one round trip, where the server runs a compound statement that is
 * prepared: MariaDB does (BEGIN NOT ATOMIC … END), MySQL does not. Inside the room db only; db.c
 * sees to it that what a body asks for means the same on both. */
#ifndef DOJANG_DB_COMPOUND_H
#define DOJANG_DB_COMPOUND_H

#include "db/statement.h"

enum { COMPOUND_CHANGES_MAXIMUM = 4 };

/* What follows the last change. All but the plain commit only where that changed one row. */
enum compound_end {
	COMPOUND_ENDS,
	COMPOUND_COMMITS,
	COMPOUND_COMMITS_ONE,
	COMPOUND_TELLS_ID,
	COMPOUND_SELECTS
};

struct compound {
	bool begins; /* a transaction, before the first change */
	unsigned change_count;
	enum query changes[COMPOUND_CHANGES_MAXIMUM];
	enum compound_end end;
	enum query select; /* of COMPOUND_SELECTS */
};

bool compound_is_same(const struct compound *a, const struct compound *b);
/* Its text, below context; the parameters are those of its statements in turn. */
char *compound_text(const void *context, const struct compound *compound);
/* Does the server of this connection run them? Asks it, as anything that is sent first would.
 * False, and mysql's error, when it does not answer. */
bool compound_probe(MYSQL *mysql, bool *is_possible);

#endif
