/* SPDX-License-Identifier: MIT */
/* The transaction of claims, for one customer and for several. */
#ifndef DOJANG_REWARD_CLAIM_TRANSACTION_H
#define DOJANG_REWARD_CLAIM_TRANSACTION_H

#include "reward/claim_state.h"

/* Claims of one milestone by customers of one issuer, each of them once. */
struct claim_work {
	struct claim_state state; /* has_read only with a single item */
	instant now;
	struct claim_item *items[CLAIM_BATCH_MAX];
	size_t count;
	/* --- by the transaction: whose rows it has locked --- */
	struct claim_item *locked[CLAIM_BATCH_MAX];
	customer_id customers[CLAIM_BATCH_MAX];
	size_t locked_count;
};

/* False: such claims are made one by one, because they need to know more of each customer than the
 * statements for several tell. */
bool claim_is_batchable(const struct claim_state *state);

/* A db_transaction_function on struct claim_work. Of several items it processes those whose
 * customers no other transaction has locked, at least two, and all or none of them. RESULT_CREATED:
 * the claims of the locked items are set. ERR_CONFLICT: a customer is blocked, has too few days or
 * a claim already, or the terms are outdated. ERR_NOT_ELIGIBLE: by a state that was read.
 * ERR_SOLD_OUT. */
enum result claim_transaction(struct db *db, void *work);

#endif
