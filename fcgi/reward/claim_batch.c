/* SPDX-License-Identifier: MIT */
/* Several customers who claim one milestone at once: one transaction that goes through for all
 * whose rows it holds, or is undone for all. */
#include "reward/claim.h"

#include "base/fault.h"
#include "base/memory.h"
#include "base/text.h"
#include "reward/claim_state.h"

/* Those whom nothing speaks against as far as the worker knows, each once. */
struct group {
	struct claim_state claim_state; /* the terms, the same for all */
	uint64_t issuer_id;
	instant now;
	struct claim_item *members[CLAIM_BATCH_MAX];
	customer_id customers[CLAIM_BATCH_MAX]; /* 0: not read yet */
	size_t count;
};

enum { MANY = CLAIM_BATCH_MAX };

#define ALL_OF(values) \
	(values)[0], (values)[1], (values)[2], (values)[3], (values)[4], (values)[5], (values)[6], \
		(values)[7]

static bool is_same_claim(const struct claim_item *a, const struct claim_item *b)
{
	return text_equals(a->slug, b->slug) && a->milestone.value == b->milestone.value
		&& a->subject->issuer_id == b->subject->issuer_id;
}

static size_t place_of_subject(const struct group *group, const char *subject)
{
	size_t i = 0;
	while (i < group->count && !text_equals(group->members[i]->subject->subject, subject))
		i++;
	return i;
}

static size_t place_of_user(const struct group *group, uint64_t customer)
{
	size_t i = 0;
	while (i < group->count && group->customers[i].value != customer)
		i++;
	return i;
}

static void gather(struct group *group, struct claim_item *const *items, size_t count)
{
	for (size_t i = 0; i < count && group->count < MANY; i++)
		if (is_same_claim(items[i], items[0])
			&& place_of_subject(group, items[i]->subject->subject) == group->count
			&& claim_precheck(&group->claim_state, items[i]->subject, group->now))
			group->members[group->count++] = items[i];
}

static void keep_locked(struct group *group)
{
	size_t kept = 0;
	for (size_t i = 0; i < group->count; i++) {
		if (!group->customers[i].value)
			continue;
		group->members[kept] = group->members[i];
		group->customers[kept++] = group->customers[i];
	}
	group->count = kept;
}

/* Locks the rows of those who may claim and whom nobody else holds; they alone stay in the group.
 * False: too few do. */
static bool lock_customers(struct db *db, struct group *group)
{
	struct db_value subjects[MANY];
	for (size_t i = 0; i < MANY; i++)
		subjects[i] = db_text(group->members[i < group->count ? i : 0]->subject->subject);
	for (size_t i = 0; i < group->count; i++)
		group->customers[i].value = 0;
	struct db_rows *rows = db_select(db, QUERY_CLAIM_LOCK_CUSTOMERS,
		DB_PARAMS(db_id(group->issuer_id), ALL_OF(subjects)));
	while (db_next(rows)) {
		size_t place = place_of_subject(
			group, db_get_text(rows, 1, group->members[0]->context));
		if (place < group->count)
			group->customers[place].value = db_get_id(rows, 0);
	}
	keep_locked(group);
	return group->count > 1;
}

/* False: one of them has claimed already, or not checked in often enough, or the terms were
 * changed. */
static bool insert_claims(
	struct db *db, const struct group *group, const struct db_value *customers)
{
	uint64_t inserted;
	const struct claim_state *claim_state = &group->claim_state;
	const struct product *product = &claim_state->product;
	unsigned char hashes[MANY][CLIENT_HASH_BYTES];
	struct db_value clients[MANY];
	for (size_t i = 0; i < MANY; i++)
		clients[i] = i < group->count
			? claim_client(claim_state, group->members[i]->context,
				group->members[i]->subject, hashes[i])
			: db_null();
	return db_change_unless_duplicate(db, QUERY_CLAIM_INSERT_MANY,
		       DB_PARAMS(db_id(group->members[0]->milestone.value),
			       db_id(product->id.value), db_text(product->name),
			       db_text(product->kind),
			       product->points.is_set ? db_number(product->points.value)
						      : db_null(),
			       db_time(group->now), ALL_OF(customers), ALL_OF(clients),
			       db_id(claim_state->event.value), db_id(claim_state->version),
			       ALL_OF(customers), db_number((int64_t)claim_state->rule.at)),
		       &inserted)
		&& inserted == group->count;
}

static bool read_claims(struct db *db, struct group *group, const struct db_value *customers)
{
	size_t found = 0;
	const struct claim_state *claim_state = &group->claim_state;
	const struct product *product = &claim_state->product;
	struct db_rows *rows = db_select(db, QUERY_CLAIMS_OF_MANY,
		DB_PARAMS(ALL_OF(customers), db_id(claim_state->event.value),
			db_id(group->members[0]->milestone.value)));
	while (db_next(rows)) {
		size_t place = place_of_user(group, db_get_id(rows, 1));
		if (place == group->count)
			return false;
		struct claim_item *item = group->members[place];
		item->claim = (struct claim){ .id = { db_get_id(rows, 0) },
			.event = item->slug,
			.milestone = item->milestone,
			.product = product->id,
			.product_name = product->name,
			.kind = product->kind,
			.points = product->points,
			.state = "claimed",
			.claimed_at = group->now };
		found++;
	}
	return found == group->count;
}

/* As of one claim, for as many: the hot row last, which goes with the COMMIT. */
static enum result write_effects(
	struct db *db, const struct group *group, const struct db_value *customers)
{
	struct db_value claims[MANY], count = db_number((int64_t)group->count);
	const struct product *product = &group->claim_state.product;
	for (size_t i = 0; i < MANY; i++)
		claims[i] = db_id(group->members[i < group->count ? i : 0]->claim.id.value);
	if (product->remain.is_set)
		db_queue(db, QUERY_CLAIM_MOVEMENTS_INSERT, DB_PARAMS(ALL_OF(claims)));
	if (product->points.is_set) {
		db_queue(db, QUERY_POINTS_ADD_MANY,
			DB_PARAMS(db_number(product->points.value), ALL_OF(customers)));
		db_queue(db, QUERY_POINTS_NOTE_CLAIMS, DB_PARAMS(ALL_OF(claims)));
	}
	if (product->remain.is_set
		&& !db_change_commit(db, QUERY_CLAIM_TAKE_STOCK_OF_MANY,
			DB_PARAMS(count, count, db_id(product->id.value), count)))
		return ERR_SOLD_OUT;
	return RESULT_CREATED;
}

/* May run again, then with those who were left. */
static enum result claim_transaction(struct db *db, void *state)
{
	struct group *group = state;
	struct db_value customers[MANY];
	if (group->count < 2 || !lock_customers(db, group))
		return ERR_CONFLICT;
	for (size_t i = 0; i < MANY; i++)
		customers[i] = db_id(group->customers[i < group->count ? i : 0].value);
	return insert_claims(db, group, customers) && read_claims(db, group, customers)
		? write_effects(db, group, customers)
		: ERR_CONFLICT;
}

/* What a claim would hear of, or what has to look at each customer, is of the way alone; so is a
 * code. */
static bool is_plain(const struct claim_state *claim_state)
{
	return claim_is_countable_in_sql(claim_state) && !claim_state->has_subscribers
		&& !text_equals(claim_state->product.kind, "coupon");
}

void claim_batch(struct db *db, struct event_cache *cache, instant now,
	struct claim_item *const *items, size_t count)
{
	const struct event *event;
	struct group group = { .now = now, .issuer_id = items[0]->subject->issuer_id };
	if (FAULT_IS_PLANTED("claim-not-looked-at-again")
		|| event_cache_get(cache, db, items[0]->slug, false, &event) != RESULT_OK
		|| !claim_state_from_cache(event, items[0]->milestone, &group.claim_state)
		|| !is_plain(&group.claim_state))
		return;
	gather(&group, items, count);
	if (group.count < 2 || db_transaction(db, claim_transaction, &group) != RESULT_CREATED)
		return;
	event_cache_note_stock(cache, group.claim_state.product.id, true);
	for (size_t i = 0; i < group.count; i++)
		group.members[i]->is_done = true;
}
