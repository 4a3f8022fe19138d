/* SPDX-License-Identifier: MIT */
/* Fulfilment: claims of items are claimed, preparing, shipped, delivered, in this order only. */
#ifndef DOJANG_REWARD_FULFILMENT_H
#define DOJANG_REWARD_FULFILMENT_H

#include "reward/claim.h"
#include "records/edit.h"

/* A claim as seen by staff who ship. */
struct shipment {
	struct claim claim;
	customer_id customer;
	const char *subject, *username; /* NULL after the customer was erased */
};

/* claimed, preparing, shipped, delivered, cancelled; ending with NULL */
extern const char *const FULFILMENT_STATES[];
enum {
	FULFILMENT_CLAIMED,
	FULFILMENT_PREPARING,
	FULFILMENT_SHIPPED,
	FULFILMENT_DELIVERED,
	FULFILMENT_CANCELLED
};

/* Advances the claim of an item; tracking NULL leaves the number unchanged. RESULT_OK (also when it
 * has this state already); ERR_NOT_FOUND; ERR_INVALID: the number is blank, or a spreadsheet
 * damaged it; ERR_CONFLICT: backwards, cancelled, or not an item. The address is erased
 * keep_address_days after delivery. */
enum result fulfilment_advance(struct edit *edit, claim_id id, int state, const char *tracking,
	int64_t keep_address_days, struct shipment *shipment);

/* The same, for a claim that was seen with this fingerprint (0: any). ERR_CONFLICT, "version":
 * changed by somebody else. */
enum result fulfilment_advance_seen(struct edit *edit, claim_id id, uint64_t seen, int state,
	const char *tracking, int64_t keep_address_days, struct shipment *shipment);
uint64_t fulfilment_fingerprint(const void *context, const char *state, const char *tracking);

struct parcel {
	claim_id id;
	const char *tracking;
};
/* A claim as it would be shipped. */
struct parcel_preview {
	const char *product, *username; /* username is NULL after the customer was erased */
	customer_id customer;
	bool has_address;
	const char *refusal; /* the field of the error that shipping would end with; NULL: none */
};
/* Texts are below context. The review is not due when the claim has none. */
enum result fulfilment_preview(
	struct db *db, const void *context, claim_id id, struct parcel_preview *preview);
/* Marks all as shipped, or none. *failed is then the index of the failed claim, and the result is
 * its own. */
enum result fulfilment_ship(struct edit *edit, const struct parcel *parcels, size_t count,
	int64_t keep_address_days, size_t *failed);

struct claim_filter {
	int state;         /* index of FULFILMENT_STATES; negative: all */
	const char *event; /* slug; NULL: of all events */
	struct optional_time since;
};
/* Claims with ids below `before` (0: all), newest first. ERR_BAD_REQUEST: there is no such event.
 */
enum result fulfilment_list(struct db *db, const void *context, const struct claim_filter *filter,
	uint64_t before, size_t limit, struct shipment **shipments, size_t *count, bool *has_more);

#endif
