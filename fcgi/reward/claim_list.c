/* SPDX-License-Identifier: MIT */
/* Lists a customer's claims. */
#include "reward/claim.h"

#include "base/memory.h"

struct list_work {
	const void *context;
	customer_id customer;
	uint64_t before;
	size_t limit;
	struct claim *claims;
	size_t count;
	bool has_more;
};

struct claim claim_of_row(const struct db_rows *rows, const void *context)
{
	return (struct claim){
		.id = { db_get_id(rows, 0) },
		.event = db_get_text(rows, 1, context),
		.milestone = { db_get_id(rows, 2) },
		.product = { db_get_id(rows, 3) },
		.product_name = db_get_text(rows, 4, context),
		.kind = db_get_text(rows, 5, context),
		.points = db_get_optional(rows, 6),
		.state = db_get_text(rows, 7, context),
		.claimed_at = db_get_time(rows, 8),
		.coupon = db_get_text(rows, 9, context),
		.tracking = db_get_text(rows, 10, context),
	};
}

static enum result list_transaction(struct db *db, void *state)
{
	struct list_work *work = state;
	work->count = 0;
	work->has_more = false;
	struct db_rows *rows = db_select(db, QUERY_CLAIMS_OF_CUSTOMER,
		DB_PARAMS(db_id(work->customer.value),
			db_id(work->before ? work->before : UINT64_MAX),
			db_number((int64_t)work->limit + 1)));
	while (db_next(rows)) {
		work->has_more = work->count == work->limit;
		if (!work->has_more) {
			work->claims[work->count] = claim_of_row(rows, work->context);
			work->claims[work->count++].has_address = db_get_number(rows, 11) != 0;
		}
	}
	return RESULT_OK;
}

enum result claim_list(struct db *db, const void *context, customer_id customer, uint64_t before,
	size_t limit, struct claim **claims, size_t *count, bool *has_more)
{
	struct list_work work = { context, customer, before, limit,
		memory_array(context, struct claim, limit), 0, false };
	enum result result = db_autocommit(db, list_transaction, &work);
	*claims = work.claims;
	*count = work.count;
	*has_more = work.has_more;
	return result;
}

struct claimed_work {
	const void *context;
	event_id event;
	customer_id customer;
	milestone_id *claimed;
	size_t count;
};

static enum result claimed_transaction(struct db *db, void *state)
{
	struct claimed_work *work = state;
	work->count = 0;
	struct db_rows *rows = db_select(db, QUERY_CLAIMS_IN_EVENT,
		DB_PARAMS(db_id(work->customer.value), db_id(work->event.value)));
	while (db_next(rows)) {
		work->claimed = memory_grow(
			work->context, work->claimed, milestone_id, work->count + 1);
		work->claimed[work->count++].value = db_get_id(rows, 0);
	}
	return RESULT_OK;
}

enum result claim_claimed_milestones(struct db *db, const void *context, event_id event,
	customer_id customer, milestone_id **claimed, size_t *count)
{
	struct claimed_work work = { .context = context, .event = event, .customer = customer };
	enum result result = db_autocommit(db, claimed_transaction, &work);
	*claimed = work.claimed;
	*count = work.count;
	return result;
}
