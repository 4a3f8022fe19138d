/* SPDX-License-Identifier: MIT */
/* Checks the promises, one query each, on a database of any size that may be in use. Large tables
 * are read in ranges of some thousand rows, each consistent in itself. */
#ifndef DOJANG_REWARD_INVARIANTS_H
#define DOJANG_REWARD_INVARIANTS_H

#include "db/db.h"

enum { INVARIANT_FAULTS_MAXIMUM = 20 };

/* The table that a query reads in ranges. WHOLE: it reads tables that stay small. */
enum invariant_walk {
	INVARIANT_WALK_WHOLE,
	INVARIANT_WALK_PRODUCTS,
	INVARIANT_WALK_OUTAGES,
	INVARIANT_WALK_ATTENDANCE,
	INVARIANT_WALK_ARCHIVE,
	INVARIANT_WALK_USERS,
	INVARIANT_WALK_CLAIMS,
	INVARIANT_WALK_STAMPS,
	INVARIANT_WALK_PAYOUTS,
	INVARIANT_WALK_MOVEMENTS,
	INVARIANT_WALK_ENTRIES,
	INVARIANT_WALK_MESSAGES,
	INVARIANT_WALK_PAYMENTS,
	INVARIANT_WALKS
};

/* A promise. */
struct invariant {
	unsigned area; /* 1 stock, 2 uniqueness, 5 points, 6 outbox, 7 audit */
	enum invariant_walk walk;
	enum query query;
	const char *promise;
};

extern const struct invariant INVARIANTS[];
extern const size_t INVARIANT_COUNT;

struct invariant_finding {
	/* a sentence for each row that breaks the promise */
	const char *faults[INVARIANT_FAULTS_MAXIMUM];
	size_t count;
	bool has_more;
};

/* Called after each range of a table; total is an estimate. */
struct invariant_watcher {
	void (*note)(void *state, const char *table, uint64_t done, uint64_t total);
	void *state;
};

/* Checks all promises and reads each table once. findings has INVARIANT_COUNT elements. RESULT_OK
 * when they could be checked, whatever was found. Texts are allocated below context. watcher may be
 * NULL. */
enum result invariants_check_all(struct db *db, const void *context,
	const struct invariant_watcher *watcher, struct invariant_finding *findings);
/* Checks one promise. */
enum result invariants_check(struct db *db, const void *context, const struct invariant *invariant,
	struct invariant_finding *finding);

#endif
