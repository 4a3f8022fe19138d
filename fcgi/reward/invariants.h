/* SPDX-License-Identifier: MIT */
/* Looks for what must never be: one query for each promise, on a database that may be in use and of
 * any size: tables that grow are walked along in stretches of some thousand rows, each looked at in
 * one moment. */
#ifndef DOJANG_REWARD_INVARIANTS_H
#define DOJANG_REWARD_INVARIANTS_H

#include "db/db.h"

enum { INVARIANT_FAULTS_MAXIMUM = 20 };

/* The table that a promise's query walks along; WHOLE: it looks at tables that stay small. */
enum invariant_walk {
	INVARIANT_WALK_WHOLE,
	INVARIANT_WALK_PRODUCTS,
	INVARIANT_WALK_OUTAGES,
	INVARIANT_WALK_ATTENDANCE,
	INVARIANT_WALK_ARCHIVE,
	INVARIANT_WALK_USERS,
	INVARIANT_WALK_CLAIMS,
	INVARIANT_WALK_MOVEMENTS,
	INVARIANT_WALK_ENTRIES,
	INVARIANT_WALK_MESSAGES,
	INVARIANT_WALKS
};

/* One promise. */
struct invariant {
	unsigned area; /* 1 stock, 2 once each, 5 points, 6 outbox, 7 audit */
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

/* Told after each stretch of a table; total is a guess. */
struct invariant_watcher {
	void (*note)(void *state, const char *table, uint64_t done, uint64_t total);
	void *state;
};

/* All of them, each table walked along once; findings has INVARIANT_COUNT. RESULT_OK when they
 * could be checked, whatever was found; texts go below context. watcher may be NULL. */
enum result invariants_check_all(struct db *db, const void *context,
	const struct invariant_watcher *watcher, struct invariant_finding *findings);
/* One alone. */
enum result invariants_check(struct db *db, const void *context, const struct invariant *invariant,
	struct invariant_finding *finding);

#endif
