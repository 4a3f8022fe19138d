/* SPDX-License-Identifier: MIT */
/* Faults on purpose, for tests: in a build with --enable-fault-points alone. In any other all of
 * this is nothing at all.
 *
 * The directory that DOJANG_FAULTS names holds what shall go wrong:
 *   at-NAME        "kill" or "stop": the process that first comes by FAULT_POINT("NAME") does that
 * to itself; the file is gone then planted-NAME   this bug is there; "together": several statements
 * go in one round trip, as they do without fault points sql-NAME       the text of this query, in
 * place of the right one request        "KIND N [NUMBER]": in the next request, the Nth memory
 * allocation (KIND memory), or the Nth call of the database fails with error NUMBER, before it
 * reaches the server (before) or after it was done (after); none: only counts. counted tells
 * afterwards how many there were: "ALLOCATIONS CALLS" */
#ifndef DOJANG_BASE_FAULT_H
#define DOJANG_BASE_FAULT_H

#ifdef DOJANG_FAULT_POINTS

#include <stdbool.h>

enum fault_moment { FAULT_BEFORE, FAULT_AFTER };

void fault_point(const char *name);
bool fault_is_planted(const char *bug);
/* The text to use for query name. */
const char *fault_sql(const char *name, const char *sql);
void fault_begin(void);
void fault_end(void);
/* For a call of the database: 0, or the error to pretend. Each call asks once with FAULT_BEFORE,
 * which counts, and once with FAULT_AFTER. */
unsigned fault_of_call(enum fault_moment moment);

#define FAULT_POINT(name) fault_point(name)
#define FAULT_IS_PLANTED(bug) fault_is_planted(bug)
#define FAULT_PERMITS(way) fault_is_planted(way)
#define FAULT_SQL(name, sql) fault_sql(name, sql)
#define FAULT_BEGIN() fault_begin()
#define FAULT_END() fault_end()

#else

#define FAULT_POINT(name) ((void)0)
#define FAULT_IS_PLANTED(bug) false
#define FAULT_PERMITS(way) true
#define FAULT_SQL(name, sql) (sql)
#define FAULT_BEGIN() ((void)0)
#define FAULT_END() ((void)0)

#endif
#endif
