/* SPDX-License-Identifier: MIT */
/* The rows that count failed sign-ins, one per keyed hash. Inside a transaction. */
#ifndef DOJANG_AUTH_FAILURE_ROW_H
#define DOJANG_AUTH_FAILURE_ROW_H

#include "base/calendar.h"
#include "db/db.h"

enum { FAILURE_HASH_BYTES = 32 };

struct failure_row {
	const char *kind;
	unsigned char hash[FAILURE_HASH_BYTES];
	/* filled in by failure_row_lock */
	uint64_t failures;
	instant last;
};

/* Creates the row if there is none, and locks it: of concurrent attempts each sees the count of the
 * one before. A new row has no failures, the last one being now. */
void failure_row_lock(struct db *db, struct failure_row *row, instant now);
/* staff: whose failures they are; 0: nobody's. */
void failure_row_set(struct db *db, const struct failure_row *row, uint64_t staff,
	uint64_t failures, instant last);

#endif
