/* SPDX-License-Identifier: MIT */
/* Claims: one customer receives one milestone's product once. */
#ifndef DOJANG_REWARD_CLAIM_H
#define DOJANG_REWARD_CLAIM_H

#include "customer/customer.h"
#include "reward/event_cache.h"

/* With the promise as it stood when it was claimed. */
struct claim {
	claim_id id;
	const char *event; /* slug */
	milestone_id milestone;
	product_id product;
	const char *product_name, *kind;
	struct optional_number points;
	/* claimed, preparing, shipped, delivered, cancelled */
	const char *state;
	instant claimed_at;
	const char *coupon, *tracking; /* NULL: none */
	/* by claim_list alone: the customer has said where it goes */
	bool has_address;
	/* by claim_milestone, with ERR_FORBIDDEN: what the event asks for and the customer has not
	 */
	enum requirement unmet;
};

/* Claims the milestone for the customer: RESULT_CREATED with the claim, RESULT_OK with the one that
 * exists, or, in this order, ERR_NOT_FOUND, ERR_FORBIDDEN, ERR_EVENT_NOT_RUNNING (before the
 * start), ERR_CLAIM_CLOSED, ERR_NOT_ELIGIBLE, ERR_SOLD_OUT: then nothing is written. Claim, stock
 * movement, point entry and messages are one transaction; the customer's row is locked first, the
 * product's last. What is in the claim is good until the next call for cache. */
enum result claim_milestone(struct db *db, struct event_cache *cache, const void *context,
	const char *slug, milestone_id milestone, const struct subject *subject, instant now,
	struct claim *claim);

enum { CLAIM_BATCH_MAX = 8 };

/* One of several who claim at once. */
struct claim_item {
	const void *context;
	const char *slug;
	milestone_id milestone;
	const struct subject *subject;
	/* claim_milestone would have answered RESULT_CREATED and this claim */
	bool is_done;
	struct claim claim;
};

/* Claims for all who claim the same as the first, in one transaction, where nothing speaks against
 * any of them. Who is not done, for whatever reason, is to be served by the call above. */
void claim_batch(struct db *db, struct event_cache *cache, instant now,
	struct claim_item *const *items, size_t count);

/* The customer's claims below the id `before` (0: from the newest), newest first, at most limit. */
enum result claim_list(struct db *db, const void *context, customer_id customer, uint64_t before,
	size_t limit, struct claim **claims, size_t *count, bool *has_more);

/* A row whose first columns are id, event's slug, milestone, product, name, kind, points, state,
 * claimed_at, coupon, tracking. */
struct claim claim_of_row(const struct db_rows *rows, const void *context);

/* Which milestones of the event the customer has claimed: *claimed is an array of *count ids below
 * context. A claim that was cancelled and may be made again is not among them. */
enum result claim_claimed_milestones(struct db *db, const void *context, event_id event,
	customer_id customer, milestone_id **claimed, size_t *count);

#endif
