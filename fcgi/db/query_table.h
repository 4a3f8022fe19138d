/* SPDX-License-Identifier: MIT */
/* Names, areas (the file name: "claim") and texts of the queries, by enum query; generated from
 * sql/queries. */
#ifndef DOJANG_DB_QUERY_TABLE_H
#define DOJANG_DB_QUERY_TABLE_H

#include "db/queries.h"

struct query_text {
	const char *name, *area, *sql;
};

extern const struct query_text QUERY_TABLE[QUERY_COUNT];

#endif
