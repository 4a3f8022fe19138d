/* SPDX-License-Identifier: MIT */
/* Looks for what must never be: one query for each promise, on a database that may be in use, in bounded memory. */
#ifndef DOJANG_REWARD_INVARIANTS_H
#define DOJANG_REWARD_INVARIANTS_H

#include "db/db.h"

enum { INVARIANT_FAULTS_MAXIMUM = 20 };

/* One promise. */
struct invariant {
	unsigned area;                  /* 1 stock, 2 once each, 5 points, 6 outbox, 7 audit */
	enum query query;
	const char *promise;
};

extern const struct invariant INVARIANTS[];
extern const size_t INVARIANT_COUNT;

struct invariant_finding {
	const char *faults[INVARIANT_FAULTS_MAXIMUM];   /* a sentence for each row that breaks the promise */
	size_t count;
	bool has_more;
};

/* RESULT_OK when it could be checked, whatever was found; texts go below context. */
enum result invariants_check(struct db *db, const void *context, const struct invariant *invariant, struct invariant_finding *finding);

#endif
