/* SPDX-License-Identifier: MIT */
/* Lists a customer's claims. */
#include "reward/claim.h"

#include "base/memory.h"

struct claim claim_of_row(const struct db_rows *rows, const void *context)
{
	return (struct claim){
		.id = { db_get_id(rows, CLAIM_ROW_ID) },
		.event = db_get_text(rows, CLAIM_ROW_SLUG, context),
		.milestone = { db_get_id(rows, CLAIM_ROW_MILESTONE_ID) },
		.product = { db_get_id(rows, CLAIM_ROW_PRODUCT_ID) },
		.product_name = db_get_text(rows, CLAIM_ROW_PRODUCT_NAME, context),
		.kind = db_get_text(rows, CLAIM_ROW_KIND, context),
		.points = db_get_optional(rows, CLAIM_ROW_POINTS),
		.state = db_get_text(rows, CLAIM_ROW_STATE, context),
		.payout = db_get_text(rows, CLAIM_ROW_PAYOUT, context),
		.claimed_at = db_get_time(rows, CLAIM_ROW_CLAIMED_AT),
		.coupon = db_get_text(rows, CLAIM_ROW_COUPON, context),
		.tracking = db_get_text(rows, CLAIM_ROW_TRACKING, context),
	};
}

enum result claim_list(struct db *db, const void *context, customer_id customer, uint64_t before,
	size_t limit, struct claim **claims, size_t *count, bool *has_more)
{
	*claims = memory_array(context, struct claim, limit);
	struct db_rows *rows = db_read(db, QUERY_CLAIMS_OF_CUSTOMER,
		DB_PARAMS(db_id(customer.value), db_id(before ? before : UINT64_MAX),
			db_number((int64_t)limit + 1)));
	for (*count = 0; *count < limit && db_next(rows); ++*count) {
		struct claim *claim = &(*claims)[*count];
		*claim = claim_of_row(rows, context);
		claim->has_address = db_get_number(rows, CLAIMS_OF_CUSTOMER_HAS_ADDRESS) != 0;
	}
	*has_more = db_next(rows);
	return db_end_read(db);
}

enum result claim_claimed_milestones(struct db *db, const void *context, event_id event,
	customer_id customer, milestone_id **claimed, size_t *count)
{
	*claimed = NULL;
	struct db_rows *rows = db_read(
		db, QUERY_CLAIMS_IN_EVENT, DB_PARAMS(db_id(customer.value), db_id(event.value)));
	for (*count = 0; db_next(rows); ++*count) {
		*claimed = memory_grow(context, *claimed, milestone_id, *count + 1);
		(*claimed)[*count].value = db_get_id(rows, CLAIMS_IN_EVENT_MILESTONE_ID);
	}
	return db_end_read(db);
}
