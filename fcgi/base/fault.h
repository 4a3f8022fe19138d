/* SPDX-License-Identifier: MIT */
/* Fault injection for tests, in builds with --enable-fault-points. In other builds it compiles to
 * nothing.
 *
 * The directory named by DOJANG_FAULTS has files that arm faults:
 * - at-NAME has "kill" or "stop": the first process that reaches FAULT_POINT("NAME") does that to
 * itself and removes the file.
 * - planted-NAME: this bug is active. "pipelining" turns pipelining on, which is off in these
 * builds.
 * - sql-NAME: a text that replaces the query of that name.
 * - request has "KIND N [NUMBER]", for the next request. KIND memory: the Nth allocation fails.
 * KIND before or after: the Nth database call fails with error NUMBER, before it reaches the server
 * or after it was executed. KIND none: nothing fails. The file counted then has "ALLOCATIONS
 * CALLS". */
#ifndef DOJANG_BASE_FAULT_H
#define DOJANG_BASE_FAULT_H

#ifdef DOJANG_FAULT_POINTS

#include <stdbool.h>

enum fault_moment { FAULT_BEFORE, FAULT_AFTER };

void fault_point(const char *name);
bool fault_is_planted(const char *bug);
/* Returns the text to use for the query of that name. */
const char *fault_sql(const char *name, const char *sql);
void fault_begin(void);
void fault_end(void);
/* Returns 0 or the error that a database call shall report. Each call asks once with FAULT_BEFORE,
 * which counts it, and once with FAULT_AFTER. */
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
