/* SPDX-License-Identifier: MIT */
/* The names of the queries' columns as text, generated from sql/queries. */
#ifndef DOJANG_TESTS_DB_QUERY_COLUMNS_H
#define DOJANG_TESTS_DB_QUERY_COLUMNS_H

#include "db/queries.h"

/* In the order of the generated enumerators; no columns of a query that is not a SELECT. */
struct query_columns {
	unsigned count;
	const char *const *names;
};

extern const struct query_columns QUERY_COLUMNS[QUERY_COUNT];

#endif
