/* SPDX-License-Identifier: MIT */
/* Advances claims of items, and lists claims for staff who ship. */
#include "reward/fulfilment.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/spreadsheet.h"
#include "base/text.h"
#include "customer/address.h"
#include "records/audit.h"
#include "records/received.h"
#include "notification/notification.h"
#include "reward/review.h"

#include <inttypes.h>

const char *const FULFILMENT_STATES[] = { "claimed", "preparing", "shipped", "delivered",
	"cancelled", NULL };

static void read_shipment(
	const struct db_rows *rows, const void *context, struct shipment *shipment)
{
	shipment->claim = claim_of_row(rows, context);
	shipment->customer.value = db_get_id(rows, SHIPMENT_ROW_USER_ID);
	shipment->subject = db_get_text(rows, SHIPMENT_ROW_SUBJECT, context);
	shipment->username = db_get_text(rows, SHIPMENT_ROW_USERNAME, context);
}

static int state_index(const char *state)
{
	int index = 0;
	while (FULFILMENT_STATES[index] && !text_equals(FULFILMENT_STATES[index], state))
		index++;
	return index;
}

struct advance_work {
	struct edit *edit;
	claim_id id;
	int state;
	const char *tracking;
	int64_t keep_address_days;
	struct shipment *shipment;
	event_id event;
	uint64_t seen;
	int64_t received, last; /* see records/received.h */
};

/* Locks the customer's row first, as for all changes of one customer, and then reads the claim. */
static enum result read_locked(struct db *db, struct advance_work *work)
{
	struct db_rows *rows = db_select(db, QUERY_CLAIM_OWNER, DB_PARAMS(db_id(work->id.value)));
	if (!db_next(rows))
		return edit_refuse(work->edit, ERR_NOT_FOUND, "claim", "there is no claim %" PRIu64,
			work->id.value);
	db_next(db_select(
		db, QUERY_CUSTOMER_LOCK, DB_PARAMS(db_id(db_get_id(rows, CLAIM_OWNER_USER_ID)))));
	rows = db_select(db, QUERY_CLAIM_LOCK, DB_PARAMS(db_id(work->id.value)));
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	read_shipment(rows, work->edit->context, work->shipment);
	work->event.value = db_get_id(rows, CLAIM_LOCK_EVENT_ID);
	work->last = db_get_number(rows, CLAIM_LOCK_RECEIVED_MS);
	work->received = work->edit->received ? work->edit->received : clock_real_ms();
	return RESULT_OK;
}

static enum result refusal(const struct advance_work *work, int from)
{
	const struct claim *claim = &work->shipment->claim;
	if (!text_equals(claim->kind, "item"))
		return edit_refuse(work->edit, ERR_CONFLICT, "state",
			"only items are shipped, and this is %s", claim->kind);
	if (from == FULFILMENT_CANCELLED)
		return edit_refuse(work->edit, ERR_CONFLICT, "state", "the claim was cancelled");
	if (work->state < from)
		return edit_refuse(work->edit, ERR_CONFLICT, "state",
			"goes forward only, and the claim is %s", claim->state);
	return RESULT_OK;
}

/* Before an item ships: true when many customers claimed it from one address and nobody has
 * reviewed it yet. */
static enum result unreviewed(struct db *db, const struct advance_work *work, int from)
{
	if (work->state < FULFILMENT_SHIPPED || from >= FULFILMENT_SHIPPED)
		return RESULT_OK;
	struct review review = review_of(db, work->id);
	if (!review.is_due)
		return RESULT_OK;
	if (review.has_lost_day)
		return edit_refuse(work->edit, ERR_CONFLICT, "review",
			"a day that earned this was taken back: "
			"staff review the claim in the console before it ships");
	return edit_refuse(work->edit, ERR_CONFLICT, "review",
		"%" PRId64 " customers claimed this from one address: "
		"staff review the claim in the console before it ships",
		review.customers);
}

static json_object *state_json(const char *state, const char *tracking)
{
	json_object *json = json_new_object();
	json_put_text(json, "state", state);
	json_put_text(json, "tracking", tracking);
	return json;
}

uint64_t fulfilment_fingerprint(const void *context, const char *state, const char *tracking)
{
	return edit_fingerprint(context, state_json(state, tracking));
}

static void announce(struct db *db, const struct advance_work *work)
{
	const char *state = FULFILMENT_STATES[work->state];
	notification_enqueue(db,
		&(struct notification){ .kind = "claim.fulfilled",
			.event = work->event,
			.customer = work->shipment->customer,
			.product = work->shipment->claim.product,
			.claim = work->id,
			.key = memory_format(
				work->edit->context, "%" PRIu64 "-%s", work->id.value, state),
			.data = memory_format(work->edit->context, "{\"state\":\"%s\"}", state) },
		work->edit->now);
}

/* A number that was pasted from a spreadsheet may be damaged, as in a file. The number that the
 * claim has already is not checked. */
static enum result clean_tracking(struct advance_work *work)
{
	if (!work->tracking || text_equals(work->tracking, work->shipment->claim.tracking))
		return RESULT_OK;
	char *text = memory_copy_text(work->edit->context, work->tracking);
	cell_clean(text, CELL_CODE);
	const char *fault = cell_damage(text, CELL_CODE);
	work->tracking = text;
	if (!*text)
		return edit_refuse(work->edit, ERR_INVALID, "tracking", "must not be blank");
	return fault ? edit_refuse(
		       work->edit, ERR_INVALID, "tracking", "%s", spreadsheet_fault_text(fault))
		     : RESULT_OK;
}

static enum result advance_transaction(struct db *db, void *state)
{
	struct advance_work *work = state;
	enum result result = read_locked(db, work);
	if (result == RESULT_OK)
		result = clean_tracking(work);
	if (result != RESULT_OK)
		return result;
	struct claim *claim = &work->shipment->claim;
	int from = state_index(claim->state);
	const char *tracking = work->tracking ? work->tracking : claim->tracking;
	if (work->seen
		&& work->seen
			!= fulfilment_fingerprint(
				work->edit->context, claim->state, claim->tracking))
		return edit_refuse(work->edit, ERR_CONFLICT, "version",
			"was changed by someone else meanwhile");
	result = refusal(work, from);
	if (result == RESULT_OK)
		result = unreviewed(db, work, from);
	if (result != RESULT_OK
		|| (from == work->state
			&& (!work->tracking || text_equals(work->tracking, claim->tracking))))
		return result;
	if (received_is_overtaken(work->received, work->last))
		return edit_refuse(
			work->edit, ERR_CONFLICT, "state", "was changed by a later request");
	db_change(db, QUERY_CLAIM_FULFIL,
		DB_PARAMS(db_text(FULFILMENT_STATES[work->state]), db_text(tracking),
			db_number(work->received), db_id(work->id.value)));
	audit_write(work->edit, "claim.fulfil", "claim", work->id.value,
		state_json(claim->state, claim->tracking),
		state_json(FULFILMENT_STATES[work->state], tracking));
	if (from != work->state && work->state == FULFILMENT_DELIVERED)
		address_set_erasure(db, work->id, work->edit->now, work->keep_address_days);
	if (from != work->state && work->state >= FULFILMENT_SHIPPED)
		announce(db, work);
	claim->state = FULFILMENT_STATES[work->state];
	claim->tracking = tracking;
	return RESULT_OK;
}

enum result fulfilment_advance(struct edit *edit, claim_id id, int state, const char *tracking,
	int64_t keep_address_days, struct shipment *shipment)
{
	return fulfilment_advance_seen(edit, id, 0, state, tracking, keep_address_days, shipment);
}

enum result fulfilment_advance_seen(struct edit *edit, claim_id id, uint64_t seen, int state,
	const char *tracking, int64_t keep_address_days, struct shipment *shipment)
{
	struct advance_work work = { .edit = edit,
		.id = id,
		.state = state,
		.tracking = tracking,
		.keep_address_days = keep_address_days,
		.shipment = shipment,
		.seen = seen };
	return edit_transaction(edit, advance_transaction, &work);
}

/* As refusal(), for a claim that is to be shipped. */
static const char *shipping_refusal(const char *kind, const char *state)
{
	return text_equals(kind, "item") && state_index(state) <= FULFILMENT_SHIPPED ? NULL
										     : "state";
}

enum result fulfilment_preview(
	struct db *db, const void *context, claim_id id, struct parcel_preview *preview)
{
	struct review review;
	*preview = (struct parcel_preview){ .refusal = "claim" };
	struct db_rows *rows = db_read(db, QUERY_CONSOLE_CLAIM_PARCEL, DB_PARAMS(db_id(id.value)));
	if (db_next(rows)) {
		preview->product = db_get_text(rows, CONSOLE_CLAIM_PARCEL_PRODUCT_NAME, context);
		preview->username = db_get_text(rows, CONSOLE_CLAIM_PARCEL_USERNAME, context);
		preview->customer.value = db_get_id(rows, CONSOLE_CLAIM_PARCEL_USER_ID);
		preview->has_address = db_get_number(rows, CONSOLE_CLAIM_PARCEL_HAS_ADDRESS) != 0;
		preview->refusal = shipping_refusal(
			db_get_text(rows, CONSOLE_CLAIM_PARCEL_KIND, context),
			db_get_text(rows, CONSOLE_CLAIM_PARCEL_STATE, context));
	}
	enum result result = db_end_read(db);
	if (result == RESULT_OK)
		result = review_read(db, id, &review);
	if (result == RESULT_OK && !preview->refusal && review.is_due)
		preview->refusal = "review";
	return result;
}

struct ship_work {
	struct edit *edit;
	const struct parcel *parcels;
	size_t count;
	int64_t keep_address_days;
	size_t *failed;
};

static enum result ship_transaction(struct db *db, void *pointer)
{
	struct ship_work *work = pointer;
	for (size_t i = 0; i < work->count && !db_has_failed(db); i++) {
		struct shipment shipment;
		struct advance_work one = { .edit = work->edit,
			.id = work->parcels[i].id,
			.state = FULFILMENT_SHIPPED,
			.tracking = work->parcels[i].tracking,
			.keep_address_days = work->keep_address_days,
			.shipment = &shipment };
		enum result result = advance_transaction(db, &one);
		*work->failed = i;
		if (result != RESULT_OK)
			return result;
	}
	return RESULT_OK;
}

enum result fulfilment_ship(struct edit *edit, const struct parcel *parcels, size_t count,
	int64_t keep_address_days, size_t *failed)
{
	struct ship_work work = { edit, parcels, count, keep_address_days, failed };
	return edit_transaction(edit, ship_transaction, &work);
}

/* --- lists --- */

enum { CLOCKS_APART_SECONDS = 3600 };

struct list_work {
	const void *context;
	const struct claim_filter *filter;
	uint64_t before;
	size_t limit;
	struct shipment *shipments;
	size_t count;
	bool has_more;
};

static bool is_since(struct db *db, uint64_t id, instant since)
{
	struct db_rows *rows = db_select(db, QUERY_SHOP_CLAIM_FROM, DB_PARAMS(db_id(id)));
	return !db_next(rows)
		|| db_get_time(rows, SHOP_CLAIM_FROM_CLAIMED_AT).seconds >= since.seconds;
}

/* Claims are numbered in the order of their time, up to the difference of the hosts' clocks: an id
 * before which no claim is as late as since. There is no index by time, which each claim would have
 * to maintain. */
static uint64_t first_since(struct db *db, instant since)
{
	struct db_rows *rows = db_select(db, QUERY_SHOP_CLAIM_LAST, DB_NO_PARAMS);
	uint64_t low = 0, high = db_next(rows) ? db_get_id(rows, SHOP_CLAIM_LAST_LAST_ID) : 0;
	since.seconds -= CLOCKS_APART_SECONDS;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (is_since(db, middle, since))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static struct db_rows *select_page(struct db *db, const struct list_work *work, uint64_t event)
{
	const struct claim_filter *filter = work->filter;
	instant since = filter->since.is_set ? filter->since.value : (instant){ 0 };
	struct db_value state = db_text(filter->state < 0 ? "" : FULFILMENT_STATES[filter->state]),
			before = db_id(work->before ? work->before : UINT64_MAX),
			from = db_id(filter->since.is_set ? first_since(db, since) : 0),
			time = db_time(since), most = db_number((int64_t)work->limit + 1);
	if (event && filter->state >= 0)
		return db_select(db, QUERY_SHOP_CLAIMS_OF_EVENT_IN_STATE,
			DB_PARAMS(db_id(event), state, before, from, time, most));
	if (event)
		return db_select(db, QUERY_SHOP_CLAIMS_OF_EVENT,
			DB_PARAMS(db_id(event), before, from, time, most));
	if (filter->state >= 0)
		return db_select(
			db, QUERY_SHOP_CLAIMS_IN_STATE, DB_PARAMS(state, before, from, time, most));
	return db_select(db, QUERY_SHOP_CLAIMS, DB_PARAMS(before, from, time, most));
}

static enum result list_transaction(struct db *db, void *state)
{
	struct list_work *work = state;
	uint64_t event = 0;
	if (work->filter->event) {
		struct db_rows *rows = db_select(
			db, QUERY_EDIT_EVENT_OF_SLUG, DB_PARAMS(db_text(work->filter->event)));
		if (!db_next(rows))
			return ERR_BAD_REQUEST;
		event = db_get_id(rows, EDIT_EVENT_OF_SLUG_ID);
	}
	struct db_rows *rows = select_page(db, work, event);
	for (work->count = 0; work->count < work->limit && db_next(rows); work->count++)
		read_shipment(rows, work->context, &work->shipments[work->count]);
	work->has_more = db_next(rows);
	return RESULT_OK;
}

enum result fulfilment_list(struct db *db, const void *context, const struct claim_filter *filter,
	uint64_t before, size_t limit, struct shipment **shipments, size_t *count, bool *has_more)
{
	struct list_work work = { context, filter, before, limit,
		memory_array(context, struct shipment, limit), 0, false };
	enum result result = db_autocommit(db, list_transaction, &work);
	*shipments = work.shipments;
	*count = work.count;
	*has_more = work.has_more;
	return result;
}
