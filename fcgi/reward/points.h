/* SPDX-License-Identifier: MIT */
/* The points ledger: append-only, its sum is the customer's balance. */
#ifndef DOJANG_REWARD_POINTS_H
#define DOJANG_REWARD_POINTS_H

#include "db/db.h"
#include "records/ids.h"

struct point_entry {
	uint64_t id;
	int64_t amount, balance;
	const char *reason;
	instant at;
};

/* What is to be written: balance_before is what customer_lock answered in this transaction. */
struct point_change {
	customer_id customer;
	int64_t balance_before, amount;
	const char *source, *reference, *reason; /* (source, reference) is unique */
	instant at;
};

/* Inside a transaction that locked the customer: the entry and the balance together. Answers the
 * entry's id; 0, and nothing written, when the reference was used already, or when no number holds
 * the balance. */
uint64_t points_append(struct db *db, const struct point_change *change);

/* The same for an amount that this transaction has put into the balance already; balance_before is
 * not looked at. */
uint64_t points_note(struct db *db, const struct point_change *change);
/* Where nobody asks for the entry's id: a round trip less (db_queue). A reference that was
 * used already fails the transaction. */
void points_note_later(struct db *db, const struct point_change *change);

/* By the shop or by staff: spends (amount below 0) or grants. RESULT_CREATED with the entry;
 * RESULT_OK with the first one when the reference was used for the same; ERR_CONFLICT when for
 * something else; ERR_INSUFFICIENT_POINTS; ERR_FORBIDDEN for blocked customers.
 * change->balance_before is not looked at. */
enum result points_change(struct db *db, const void *context, const struct point_change *change,
	struct point_entry *entry);

/* A customer's entries below the id `before` (0: from the newest), newest first, at most limit;
 * *has_more tells of others. */
enum result points_list(struct db *db, const void *context, customer_id customer, uint64_t before,
	size_t limit, struct point_entry **entries, size_t *count, bool *has_more);

#endif
