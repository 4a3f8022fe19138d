/* SPDX-License-Identifier: MIT */
/* Claims of customers. Nearly every claim is valid, so it is tried at once with the cached event.
 * If anything speaks against it, all that matters is read, and explains the refusal or allows
 * another try. */
#include "reward/claim.h"

#include "base/fault.h"
#include "base/text.h"
#include "reward/claim_refusal.h"
#include "reward/claim_transaction.h"
#include "reward/point_lots.h"

enum { TRIES = 3 };

/* --- one customer --- */

static enum result claim_at_once(struct db *db, struct event_cache *cache, struct claim_work *work)
{
	const struct event *event;
	const struct claim_item *item = work->items[0];
	enum result result = event_cache_get(cache, db, item->slug, false, &event);
	if (result != RESULT_OK)
		return result == ERR_NOT_FOUND ? ERR_CONFLICT : result;
	if (FAULT_IS_PLANTED("claim-not-looked-at-again")
		|| !claim_state_of_event(event, item->milestone, &work->state)
		|| !claim_precheck(&work->state, item->subject, work->now))
		return ERR_CONFLICT;
	return db_transaction(db, claim_transaction, work);
}

/* The terms, from a fresh event if the cached one lacks the milestone. */
static enum result read_terms(struct db *db, struct event_cache *cache, struct claim_work *work)
{
	const struct event *event;
	const struct claim_item *item = work->items[0];
	for (bool is_fresh = false;; is_fresh = true) {
		enum result result = event_cache_get(cache, db, item->slug, is_fresh, &event);
		if (result != RESULT_OK)
			return result;
		if (claim_state_of_event(event, item->milestone, &work->state))
			return RESULT_OK;
		if (is_fresh)
			return ERR_NOT_FOUND;
	}
}

/* Creates the customer if it is new, also for a refusal. */
static enum result enter(struct db *db, struct claim_work *work, enum result result)
{
	struct customer customer;
	const struct claim_item *item = work->items[0];
	enum result entered = customer_enter(
		db, item->context, item->subject, work->now, &customer);
	if (entered != RESULT_OK)
		return entered;
	work->state.customer = customer.id;
	work->state.is_active = true;
	return result;
}

/* ERR_CONFLICT: the cached event is outdated, and is dropped. */
static enum result read_state(struct db *db, struct event_cache *cache, struct claim_work *work)
{
	const struct claim_item *item = work->items[0];
	enum result result = read_terms(db, cache, work);
	if (result == RESULT_OK)
		result = claim_state_read(db, item, &work->state);
	if (result == ERR_CONFLICT)
		event_cache_forget(cache, item->slug);
	if (result == ERR_NOT_FOUND || (result == RESULT_OK && work->state.customer.value == 0))
		result = enter(db, work, result);
	return result == RESULT_OK && !work->state.is_active ? ERR_FORBIDDEN : result;
}

/* Expired points leave the ledger before others enter it. */
static enum result settle(struct db *db, const struct claim_work *work)
{
	const struct claim_state *state = &work->state;
	bool is_due = state->product.points.is_set && state->expires_at.is_set
		&& state->expires_at.value.seconds <= work->now.seconds;
	return is_due
		? lots_settle_customer(db, work->items[0]->context, state->customer, work->now)
		: RESULT_OK;
}

static enum result claim_after_reading(
	struct db *db, struct event_cache *cache, struct claim_work *work)
{
	struct claim_item *item = work->items[0];
	enum result result = read_state(db, cache, work);
	if (result != RESULT_OK)
		return result;
	if (work->state.has_claim && !work->state.may_claim_again) {
		item->claim = work->state.latest;
		return RESULT_OK;
	}
	result = claim_refusal(db, &work->state, work->now, item);
	if (result == RESULT_OK)
		result = settle(db, work);
	return result == RESULT_OK ? db_transaction(db, claim_transaction, work) : result;
}

/* The stock as this claim found it: a hint for the next ones, which decides nothing. */
static void note_stock(struct event_cache *cache, const struct claim_work *work, enum result result)
{
	if (result == RESULT_CREATED || result == ERR_SOLD_OUT)
		event_cache_note_stock(cache, work->state.product.id, result == RESULT_CREATED);
}

enum result claim_milestone(
	struct db *db, struct event_cache *cache, instant now, struct claim_item *item)
{
	struct claim_work work = { .now = now, .items = { item }, .count = 1 };
	item->unmet = REQUIREMENT_NONE;
	enum result result = claim_at_once(db, cache, &work);
	for (unsigned tries = 0; result == ERR_CONFLICT; tries++) {
		if (tries == TRIES)
			return ERR_UNAVAILABLE; /* the event or the claims changed each time */
		result = claim_after_reading(db, cache, &work);
	}
	note_stock(cache, &work, result);
	return result;
}

/* --- several customers --- */

static bool has_subject(const struct claim_work *work, const char *subject)
{
	for (size_t i = 0; i < work->count; i++)
		if (text_equals(work->items[i]->subject->subject, subject))
			return true;
	return false;
}

static bool fits(const struct claim_work *work, const struct claim_item *first,
	const struct claim_item *item)
{
	const struct subject *subject = item->subject;
	return text_equals(item->slug, first->slug)
		&& item->milestone.value == first->milestone.value
		&& subject->issuer_id == first->subject->issuer_id
		&& !has_subject(work, subject->subject)
		&& claim_precheck(&work->state, subject, work->now);
}

static void finish(struct claim_item *const *items, size_t count, enum result result)
{
	for (size_t i = 0; i < count; i++) {
		items[i]->is_done = true;
		items[i]->result = result;
	}
}

void claim_batch(struct db *db, struct event_cache *cache, instant now,
	struct claim_item *const *items, size_t count)
{
	const struct event *event;
	struct claim_work work = { .now = now };
	if (FAULT_IS_PLANTED("claim-not-looked-at-again")
		|| event_cache_get(cache, db, items[0]->slug, false, &event) != RESULT_OK
		|| !claim_state_of_event(event, items[0]->milestone, &work.state)
		|| !claim_is_batchable(&work.state))
		return;
	for (size_t i = 0; i < count && work.count < CLAIM_BATCH_MAX; i++)
		if (fits(&work, items[0], items[i]))
			work.items[work.count++] = items[i];
	if (work.count < 2)
		return;
	enum result result = db_transaction(db, claim_transaction, &work);
	if (result == RESULT_CREATED) {
		note_stock(cache, &work, result);
		finish(work.locked, work.locked_count, result);
	} else if (result == ERR_UNAVAILABLE) {
		/* one by one they would wait as long, each of them */
		finish(work.items, work.count, result);
	}
}
