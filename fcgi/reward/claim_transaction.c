/* SPDX-License-Identifier: MIT */
/* Locks the customers, inserts their claims, writes what follows from them, and takes the stock
 * last. A step has two statements where the one for several customers would cost a single claim a
 * round trip or a lock (docs/design.md). */
#include "reward/claim_transaction.h"

#include "base/fault.h"
#include "base/memory.h"
#include "base/text.h"
#include "customer/client.h"
#include "notification/notification.h"
#include "reward/coupon.h"
#include "reward/point_lots.h"
#include "reward/points.h"

#include <inttypes.h>

enum { MANY = CLAIM_BATCH_MAX };

#define ALL_OF(values) \
	(values)[0], (values)[1], (values)[2], (values)[3], (values)[4], (values)[5], (values)[6], \
		(values)[7]

static bool is_coupon(const struct claim_state *state)
{
	return text_equals(state->product.kind, "coupon");
}

/* The insert itself can count the days. The archive has further ones, so a state that was read is
 * compared by its dates. */
static bool is_counted_by_insert(const struct claim_state *state)
{
	return state->basis == MODE_CUMULATIVE && !state->rule.has_earned_from && !state->has_read;
}

static bool is_in_ledger(const struct product *product)
{
	return product->points.is_set && product->wallet == WALLET_DOJANG;
}

static bool is_payout(const struct product *product)
{
	return product->points.is_set && product->wallet == WALLET_SHOP;
}

bool claim_is_batchable(const struct claim_state *state)
{
	return is_counted_by_insert(state) && !state->options.excludes_staff
		&& !state->has_subscribers && !is_coupon(state)
		&& state->product.expiry.kind == EXPIRY_NEVER;
}

static struct db_value optional_value(struct optional_number number)
{
	return number.is_set ? db_number(number.value) : db_null();
}

/* --- the customers --- */

/* Points are added to the balance by the statement that locks. */
static bool lock_one(struct db *db, struct claim_work *work)
{
	const struct subject *subject = work->items[0]->subject;
	const struct product *product = &work->state.product;
	struct db_value issuer = db_id(subject->issuer_id), name = db_text(subject->subject);
	work->locked[0] = work->items[0];
	work->locked_count = 1;
	if (is_in_ledger(product))
		return db_change_returning_id(db, QUERY_CLAIM_ADD_POINTS,
			DB_PARAMS(
				db_number(product->points.value), issuer, name, db_time(work->now)),
			&work->customers[0].value);
	struct db_rows *rows = db_select(db, QUERY_CLAIM_LOCK_CUSTOMER, DB_PARAMS(issuer, name));
	if (!db_next(rows))
		return false;
	work->customers[0].value = db_get_id(rows, CLAIM_LOCK_CUSTOMER_ID);
	return true;
}

static struct claim_item *item_of_subject(const struct claim_work *work, const char *subject)
{
	for (size_t i = 0; i < work->count; i++)
		if (text_equals(work->items[i]->subject->subject, subject))
			return work->items[i];
	return NULL;
}

static bool lock_several(struct db *db, struct claim_work *work)
{
	struct db_value subjects[MANY];
	const void *context = work->items[0]->context;
	for (size_t i = 0; i < MANY; i++)
		subjects[i] = db_text(work->items[i < work->count ? i : 0]->subject->subject);
	work->locked_count = 0;
	struct db_rows *rows = db_select(db, QUERY_CLAIM_LOCK_CUSTOMERS,
		DB_PARAMS(db_id(work->items[0]->subject->issuer_id), ALL_OF(subjects),
			db_time(work->now)));
	while (db_next(rows)) {
		struct claim_item *item = item_of_subject(
			work, db_get_text(rows, CLAIM_LOCK_CUSTOMERS_SUBJECT, context));
		if (!item)
			continue;
		work->locked[work->locked_count] = item;
		work->customers[work->locked_count++].value = db_get_id(
			rows, CLAIM_LOCK_CUSTOMERS_ID);
	}
	return work->locked_count > 1;
}

static bool lock_customers(struct db *db, struct claim_work *work)
{
	return work->count == 1 ? lock_one(db, work) : lock_several(db, work);
}

/* The values of a statement for several, which repeats the first customer. */
static void put_customers(const struct claim_work *work, struct db_value values[MANY])
{
	for (size_t i = 0; i < MANY; i++)
		values[i] = db_id(work->customers[i < work->locked_count ? i : 0].value);
}

static bool is_earned(struct db *db, const struct claim_work *work)
{
	return is_counted_by_insert(&work->state)
		|| claim_is_earned(db, &work->state, work->customers[0], work->locked[0]->context);
}

/* --- the claims --- */

/* Only goods are reviewed before they are shipped. */
static struct db_value client_value(const struct claim_work *work, const struct claim_item *item,
	unsigned char hash[CLIENT_HASH_BYTES])
{
	const struct subject *subject = item->subject;
	bool is_kept = text_equals(work->state.product.kind, "item") && subject->secret
		&& subject->client;
	return is_kept && client_hash(item->context, subject->secret, subject->client, hash)
		? db_bytes(hash, CLIENT_HASH_BYTES)
		: db_null();
}

static struct claim new_claim(const struct claim_work *work, const struct claim_item *item)
{
	const struct product *product = &work->state.product;
	return (struct claim){ .event = item->slug,
		.milestone = item->milestone,
		.product = product->id,
		.product_name = product->name,
		.kind = product->kind,
		.points = product->points,
		.state = "claimed",
		.payout = is_payout(product) ? "due" : NULL,
		.claimed_at = work->now };
}

static bool insert_one(struct db *db, struct claim_work *work)
{
	uint64_t inserted;
	unsigned char hash[CLIENT_HASH_BYTES];
	struct claim_item *item = work->locked[0];
	const struct claim_state *state = &work->state;
	const struct product *product = &state->product;
	struct db_value customer = db_id(work->customers[0].value);
	int64_t days = is_counted_by_insert(state) ? (int64_t)state->rule.at : 0;
	enum query insert = state->options.excludes_staff ? QUERY_CLAIM_INSERT_EXCLUDING_STAFF
							  : QUERY_CLAIM_INSERT;
	if (!db_change_unless_duplicate(db, insert,
		    DB_PARAMS(customer, db_id(item->milestone.value), db_number(state->round + 1),
			    db_id(product->id.value), db_text(product->name),
			    db_text(product->kind), optional_value(product->points),
			    db_time(work->now), client_value(work, item, hash), customer,
			    db_number(days), db_id(state->event.value), db_id(state->version)),
		    &inserted)
		|| inserted != 1)
		return false;
	item->claim = new_claim(work, item);
	item->claim.id.value = db_inserted_id(db);
	return true;
}

static bool read_claims(
	struct db *db, const struct claim_work *work, const struct db_value *customers)
{
	size_t found = 0;
	struct db_rows *rows = db_select(db, QUERY_CLAIMS_OF_MANY,
		DB_PARAMS(ALL_OF(customers), db_id(work->state.event.value),
			db_id(work->items[0]->milestone.value)));
	while (db_next(rows))
		for (size_t i = 0; i < work->locked_count; i++)
			if (work->customers[i].value == db_get_id(rows, CLAIMS_OF_MANY_USER_ID)) {
				work->locked[i]->claim = new_claim(work, work->locked[i]);
				work->locked[i]->claim.id.value = db_get_id(
					rows, CLAIMS_OF_MANY_ID);
				found++;
			}
	return found == work->locked_count;
}

static bool insert_several(struct db *db, const struct claim_work *work)
{
	uint64_t inserted;
	const struct claim_state *state = &work->state;
	const struct product *product = &state->product;
	unsigned char hashes[MANY][CLIENT_HASH_BYTES];
	struct db_value customers[MANY], clients[MANY];
	put_customers(work, customers);
	for (size_t i = 0; i < MANY; i++)
		clients[i] = i < work->locked_count ? client_value(work, work->locked[i], hashes[i])
						    : db_null();
	return db_change_unless_duplicate(db, QUERY_CLAIM_INSERT_MANY,
		       DB_PARAMS(db_id(work->items[0]->milestone.value), db_id(product->id.value),
			       db_text(product->name), db_text(product->kind),
			       optional_value(product->points), db_time(work->now),
			       ALL_OF(customers), ALL_OF(clients), db_id(state->event.value),
			       db_id(state->version), ALL_OF(customers),
			       db_number((int64_t)state->rule.at)),
		       &inserted)
		&& inserted == work->locked_count && read_claims(db, work, customers);
}

static bool insert_claims(struct db *db, struct claim_work *work)
{
	return work->count == 1 ? insert_one(db, work) : insert_several(db, work);
}

/* --- what follows from them --- */

static void write_payout(struct db *db, const struct claim_work *work)
{
	const struct product *product = &work->state.product;
	payout_of_claim(db,
		&(struct payout_cause){ .customer = work->customers[0],
			.event = work->state.event,
			.claim = work->locked[0]->claim.id,
			.points = product->points.value,
			.reason = product->name,
			.at = work->now });
}

/* Right after their entry. */
static void write_lot(struct db *db, const struct claim_work *work)
{
	const struct product *product = &work->state.product;
	if (product->expiry.kind == EXPIRY_NEVER)
		return;
	const char *zone = work->items[0]->ledger_zone;
	lots_grant_later(db, work->customers[0], product->points.value,
		expiry_instant(product->expiry, zone ? zone : work->state.time_zone, work->now));
}

/* The balance has the points already. *entry: the id of the entry, where it must be announced; else
 * 0. False: the entry exists, so there must be no claim either. */
static bool write_points(
	struct db *db, const struct claim_work *work, const char *reference, uint64_t *entry)
{
	const struct product *product = &work->state.product;
	struct point_change change = { .customer = work->customers[0],
		.amount = product->points.value,
		.source = "claim",
		.reference = reference,
		.reason = product->name,
		.at = work->now };
	*entry = 0;
	if (is_payout(product))
		write_payout(db, work);
	if (!is_in_ledger(product))
		return true;
	if (work->state.has_subscribers) {
		*entry = points_note(db, &change);
		if (*entry == 0)
			return false;
	} else {
		points_note_later(db, &change);
	}
	write_lot(db, work);
	return true;
}

static void announce(
	struct db *db, const struct claim_work *work, const char *reference, uint64_t entry)
{
	const struct claim_item *item = work->locked[0];
	struct notification notification = { .kind = "claim.created",
		.key = reference,
		.event = work->state.event,
		.customer = work->customers[0],
		.product = work->state.product.id,
		.claim = item->claim.id };
	notification_enqueue(db, &notification, work->now);
	if (!entry)
		return;
	notification.kind = "points.changed";
	notification.key = memory_format(item->context, "%" PRIu64, entry);
	notification.data = memory_format(item->context, "{\"entry\":%" PRIu64 "}", entry);
	notification_enqueue(db, &notification, work->now);
}

static bool write_effects_of_one(struct db *db, const struct claim_work *work)
{
	uint64_t entry;
	const struct product *product = &work->state.product;
	const struct claim *claim = &work->locked[0]->claim;
	const char *reference = memory_format(
		work->locked[0]->context, "%" PRIu64, claim->id.value);
	if (product->remain.is_set)
		db_queue(db, QUERY_CLAIM_MOVEMENT_INSERT,
			DB_PARAMS(
				db_id(product->id.value), db_text(reference), db_time(work->now)));
	if (!write_points(db, work, reference, &entry))
		return false;
	if (work->state.has_subscribers)
		announce(db, work, reference, entry);
	return true;
}

static void write_effects_of_several(struct db *db, const struct claim_work *work)
{
	struct db_value customers[MANY], claims[MANY];
	const struct product *product = &work->state.product;
	put_customers(work, customers);
	for (size_t i = 0; i < MANY; i++)
		claims[i] = db_id(work->locked[i < work->locked_count ? i : 0]->claim.id.value);
	if (product->remain.is_set)
		db_queue(db, QUERY_CLAIM_MOVEMENTS_INSERT, DB_PARAMS(ALL_OF(claims)));
	if (is_payout(product))
		db_queue(db, QUERY_PAYOUTS_OF_CLAIMS, DB_PARAMS(ALL_OF(claims)));
	if (!is_in_ledger(product))
		return;
	db_queue(db, QUERY_POINTS_ADD_MANY,
		DB_PARAMS(db_number(product->points.value), ALL_OF(customers)));
	db_queue(db, QUERY_POINTS_NOTE_CLAIMS, DB_PARAMS(ALL_OF(claims)));
}

static bool write_effects(struct db *db, const struct claim_work *work)
{
	if (work->count == 1)
		return write_effects_of_one(db, work);
	write_effects_of_several(db, work);
	return true;
}

/* The hot row, last. It is held shortest when its update carries the COMMIT, so a coupon's code
 * comes after it only for coupons. */
static enum result take_stock(struct db *db, const struct claim_work *work)
{
	const struct product *product = &work->state.product;
	struct claim_item *item = work->locked[0];
	struct db_value count = db_number((int64_t)work->locked_count);
	const struct db_value values[] = { count, count, db_id(product->id.value), count };
	bool has_code = is_coupon(&work->state), is_taken = !product->remain.is_set;
	if (!is_taken && has_code)
		is_taken = db_change(db, QUERY_CLAIM_TAKE_STOCK, values, countof(values)) == 1;
	else if (!is_taken)
		is_taken = db_change_commit(db, QUERY_CLAIM_TAKE_STOCK, values, countof(values));
	if (is_taken && has_code) {
		item->claim.coupon = coupon_give(db, item->context, product->id, item->claim.id);
		is_taken = item->claim.coupon != NULL;
	}
	return is_taken ? RESULT_CREATED : ERR_SOLD_OUT;
}

enum result claim_transaction(struct db *db, void *pointer)
{
	struct claim_work *work = pointer;
	if (!lock_customers(db, work))
		return ERR_CONFLICT;
	if (!is_earned(db, work))
		return work->state.has_read ? ERR_NOT_ELIGIBLE : ERR_CONFLICT;
	if (!insert_claims(db, work))
		return ERR_CONFLICT;
	return write_effects(db, work) ? take_stock(db, work) : ERR_INTERNAL;
}
