/* SPDX-License-Identifier: MIT */
/* Goods on their way: claims of items go claimed, preparing, shipped, delivered, and never back. */
#ifndef DOJANG_REWARD_FULFILMENT_H
#define DOJANG_REWARD_FULFILMENT_H

#include "reward/claim.h"
#include "records/edit.h"

/* A claim as whoever ships it sees it. */
struct shipment {
	struct claim claim;
	customer_id customer;
	const char *subject, *username; /* NULL once the person was removed */
};

/* claimed, preparing, shipped, delivered, cancelled; ends with NULL */
extern const char *const FULFILMENT_STATES[];
enum {
	FULFILMENT_CLAIMED,
	FULFILMENT_PREPARING,
	FULFILMENT_SHIPPED,
	FULFILMENT_DELIVERED,
	FULFILMENT_CANCELLED
};

/* Moves an item's claim on; tracking NULL leaves the number as it is. RESULT_OK (also when it is
 * there already), ERR_NOT_FOUND, or ERR_CONFLICT: backwards, cancelled, or nothing that is shipped.
 * The address is erased keep_address_days after delivery. */
enum result fulfilment_advance(struct edit *edit, claim_id id, int state, const char *tracking,
	int64_t keep_address_days, struct shipment *shipment);

/* The same by someone who saw the claim as it was at that fingerprint (0: whichever). ERR_CONFLICT,
 * "version": someone was faster. */
enum result fulfilment_advance_seen(struct edit *edit, claim_id id, uint64_t seen, int state,
	const char *tracking, int64_t keep_address_days, struct shipment *shipment);
uint64_t fulfilment_fingerprint(const void *context, const char *state, const char *tracking);

struct parcel {
	claim_id id;
	const char *tracking;
};
/* Marks all as shipped, or none: *failed is then the index of the one that is at fault, and the
 * answer is its own. */
enum result fulfilment_ship(struct edit *edit, const struct parcel *parcels, size_t count,
	int64_t keep_address_days, size_t *failed);

/* Claims below the id `before` (0: from the newest), newest first; state an index of
 * FULFILMENT_STATES or below 0: all. */
enum result fulfilment_list(struct db *db, const void *context, int state, uint64_t before,
	size_t limit, struct shipment **shipments, size_t *count, bool *has_more);

#endif
