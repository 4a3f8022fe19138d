/* SPDX-License-Identifier: MIT */
/* Claims: a customer receives the product of a milestone once. */
#ifndef DOJANG_REWARD_CLAIM_H
#define DOJANG_REWARD_CLAIM_H

#include "customer/customer.h"
#include "reward/event_cache.h"

/* A claim, with product data as of the time it was claimed. */
struct claim {
	claim_id id;
	const char *event; /* slug */
	milestone_id milestone;
	product_id product;
	const char *product_name, *kind;
	struct optional_number points;
	/* claimed, preparing, shipped, delivered, cancelled */
	const char *state;
	const char *payout; /* the state of its payout; NULL: none */
	instant claimed_at;
	const char *coupon, *tracking; /* NULL: none */
	/* set only by claim_list: the customer has entered a delivery address */
	bool has_address;
};

/* A customer who claims a milestone, and the outcome. */
struct claim_item {
	const void *context;
	const char *slug;
	milestone_id milestone;
	const struct subject *subject;
	const char *ledger_zone; /* in which points expire; NULL: the event's */
	struct claim claim;      /* with a success; valid until the next call for the cache */
	/* with ERR_FORBIDDEN: the requirement of the event that the customer does not meet */
	enum requirement unmet;
	bool is_done; /* by claim_batch, with this result: RESULT_CREATED or ERR_UNAVAILABLE */
	enum result result;
};

/* Claims the milestone for the customer. RESULT_CREATED with the claim; RESULT_OK with the existing
 * claim. Otherwise nothing is written and the result is, in this order: ERR_NOT_FOUND,
 * ERR_FORBIDDEN, ERR_EVENT_NOT_RUNNING (before the start), ERR_CLAIM_CLOSED, ERR_NOT_ELIGIBLE,
 * ERR_SOLD_OUT. Claim, stock movement, point entry and messages are one transaction, which locks
 * the customer's row first and the product's row last. */
enum result claim_milestone(
	struct db *db, struct event_cache *cache, instant now, struct claim_item *item);

enum { CLAIM_BATCH_MAX = 8 };

/* Claims for all items with the same milestone as the first one, in one transaction, if no check
 * fails for any. Items that are not done afterwards must be served by the function above. */
void claim_batch(struct db *db, struct event_cache *cache, instant now,
	struct claim_item *const *items, size_t count);

/* The claims of a customer with ids below `before` (0: all), newest first, at most limit. */
enum result claim_list(struct db *db, const void *context, customer_id customer, uint64_t before,
	size_t limit, struct claim **claims, size_t *count, bool *has_more);

/* Reads the columns claim_row (sql/queries/claim.sql). */
struct claim claim_of_row(const struct db_rows *rows, const void *context);

/* The milestones of the event that the customer has claimed: *claimed is an array of *count ids,
 * below context. It does not contain cancelled claims that may be made again. */
enum result claim_claimed_milestones(struct db *db, const void *context, event_id event,
	customer_id customer, milestone_id **claimed, size_t *count);

#endif
