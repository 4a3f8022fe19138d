/* SPDX-License-Identifier: MIT */
/* Cancels claims. Locks the customer's row first and the product's row last, like a claim. */
#include "reward/claim_cancel.h"

#include "base/memory.h"
#include "base/text.h"
#include "customer/address.h"
#include "records/audit.h"
#include "reward/customer_edit.h"
#include "notification/notification.h"
#include "reward/payout.h"
#include "reward/point_lots.h"

#include <inttypes.h>

struct work {
	struct edit *edit;
	const struct claim_cancellation *cancellation;
	event_id event;
	customer_id customer;
	product_id product;
	const char *state, *kind, *product_name;
	int64_t points;
	uint64_t payout; /* 0: its points are in the ledger */
};

/* Without a lock, since the customer's row is locked first. */
static enum result find_customer(struct db *db, struct work *work)
{
	struct db_rows *rows = db_select(
		db, QUERY_CLAIM_OWNER, DB_PARAMS(db_id(work->cancellation->id.value)));
	if (!db_next(rows))
		return edit_refuse(work->edit, ERR_NOT_FOUND, "claim", "there is no such claim");
	work->customer.value = db_get_id(rows, CLAIM_OWNER_USER_ID);
	return RESULT_OK;
}

static enum result read_claim(struct db *db, struct work *work)
{
	struct db_rows *rows = db_select(
		db, QUERY_CONSOLE_CLAIM_LOCK, DB_PARAMS(db_id(work->cancellation->id.value)));
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	work->event.value = db_get_id(rows, CONSOLE_CLAIM_LOCK_EVENT_ID);
	work->product.value = db_get_id(rows, CONSOLE_CLAIM_LOCK_PRODUCT_ID);
	work->state = db_get_text(rows, CONSOLE_CLAIM_LOCK_STATE, work->edit->context);
	work->kind = db_get_text(rows, CONSOLE_CLAIM_LOCK_KIND, work->edit->context);
	work->product_name = db_get_text(
		rows, CONSOLE_CLAIM_LOCK_PRODUCT_NAME, work->edit->context);
	work->points = db_get_number(rows, CONSOLE_CLAIM_LOCK_POINTS);
	work->payout = db_get_id(rows, CONSOLE_CLAIM_LOCK_PAYOUT_ID);
	return RESULT_OK;
}

/* Shipped items are gone, and a coupon code was shown. */
static bool returns_to_stock(const struct work *work)
{
	return !text_equals(work->kind, "coupon")
		&& (text_equals(work->state, "claimed") || text_equals(work->state, "preparing"));
}

static json_object *before_json(const struct work *work)
{
	json_object *json = json_new_object();
	json_put_text(json, "state", work->state);
	return json;
}

static json_object *after_json(const struct work *work)
{
	json_object *json = json_new_object();
	json_put_text(json, "state", "cancelled");
	json_put_text(json, "reason", work->cancellation->reason);
	json_put_bool(json, "may_claim_again", work->cancellation->may_claim_again);
	json_put_bool(json, "returned_to_stock", returns_to_stock(work));
	return json;
}

static void announce(struct db *db, const struct work *work, const char *reference, uint64_t entry)
{
	struct notification notification = { .kind = "claim.cancelled",
		.key = reference,
		.event = work->event,
		.customer = work->customer,
		.product = work->product,
		.claim = work->cancellation->id };
	notification_enqueue(db, &notification, work->edit->now);
	if (!entry)
		return;
	notification.kind = "points.changed";
	notification.key = memory_format(work->edit->context, "%" PRIu64, entry);
	notification.data = memory_format(work->edit->context, "{\"entry\":%" PRIu64 "}", entry);
	notification_enqueue(db, &notification, work->edit->now);
}

static uint64_t take_points_back(
	struct db *db, const struct work *work, const char *reference, struct account *account)
{
	const void *context = work->edit->context;
	uint64_t lot = lots_begin_take_back(
		db, context, work->customer, work->edit->now, "claim", reference, account);
	uint64_t entry = points_append(db,
		&(struct point_change){ .customer = work->customer,
			.balance_before = account->points,
			.amount = -work->points,
			.source = "cancellation",
			.reference = reference,
			.reason = work->product_name,
			.at = work->edit->now });
	lots_end_take_back(db, context, work->customer, account, entry, lot, work->points);
	return entry;
}

static void write_effects(struct db *db, const struct work *work, struct account *account)
{
	const char *reference = memory_format(
		work->edit->context, "%" PRIu64, work->cancellation->id.value);
	uint64_t entry = 0;
	if (work->payout)
		payout_withdraw(db, work->payout, work->edit->now);
	else if (work->points)
		entry = take_points_back(db, work, reference, account);
	announce(db, work, reference, entry);
	address_set_erasure(
		db, work->cancellation->id, work->edit->now, work->cancellation->keep_address_days);
	audit_write(work->edit, "claim.cancel", "claim", work->cancellation->id.value,
		before_json(work), after_json(work));
	if (!returns_to_stock(work))
		return;
	struct db_value product = db_id(work->product.value);
	if (db_change(db, QUERY_CONSOLE_STOCK_MOVEMENT_BACK,
		    DB_PARAMS(db_text(reference), db_time(work->edit->now), product))
		== 1)
		db_change(db, QUERY_CONSOLE_STOCK_BACK, DB_PARAMS(product));
}

static enum result cancel_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	struct account account;
	enum result result = find_customer(db, work);
	if (result == RESULT_OK)
		result = customer_edit_lock(work->edit, work->customer, &account);
	if (result == RESULT_OK)
		result = read_claim(db, work);
	if (result != RESULT_OK)
		return result;
	if (text_equals(work->state, "cancelled"))
		return edit_refuse(work->edit, ERR_CONFLICT, "claim", "was cancelled already");
	db_change(db, QUERY_CONSOLE_CLAIM_CANCEL,
		DB_PARAMS(db_number(work->cancellation->may_claim_again),
			db_id(work->cancellation->id.value)));
	write_effects(db, work, &account);
	return RESULT_OK;
}

enum result claim_cancel(struct edit *edit, const struct claim_cancellation *cancellation)
{
	struct work work = { .edit = edit, .cancellation = cancellation };
	return edit_transaction(edit, cancel_transaction, &work);
}
