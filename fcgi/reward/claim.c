/* SPDX-License-Identifier: MIT */
/* The claim's transaction: lock the customer, look, write, and take the stock last. Nearly every
 * claim goes through at once, on the terms that the worker keeps; where anything speaks against it,
 * one look at all that matters finds the refusal or the claim that exists. */
#include "reward/claim.h"

#include "base/fault.h"
#include "base/memory.h"
#include "base/text.h"
#include "reward/attendance.h"
#include "reward/claim_state.h"
#include "reward/coupon.h"
#include "notification/notification.h"
#include "reward/points.h"

#include <inttypes.h>
#include <stdio.h>

enum { TRIES = 3 };

struct work {
	const void *context;
	struct event_cache *cache;
	const char *slug;
	milestone_id milestone;
	const struct subject *subject;
	instant now;
	struct claim_state claim_state;
	struct claim claim; /* the new one */
	/* there is a claim already, or the terms are not those that were read */
	bool must_reread_state;
	/* the version of the terms that the worker keeps; 0: none */
	uint64_t kept;
	enum requirement unmet; /* with ERR_FORBIDDEN */
};

/* --- the look --- */

static void read_terms(
	const struct db_rows *rows, const struct work *work, struct claim_state *claim_state)
{
	claim_state->event.value = db_get_id(rows, 0);
	claim_state->mode = text_equals(db_get_text(rows, 1, work->context), "consecutive")
		? MODE_CONSECUTIVE
		: MODE_CUMULATIVE;
	claim_state->time_zone = db_get_text(rows, 2, work->context);
	claim_state->window = (struct event_window){ db_get_date(rows, 3), db_get_date(rows, 4) };
	claim_state->rule = (struct milestone_rule){ (uint32_t)db_get_number(rows, 5),
		!db_is_null(rows, 7), db_get_date(rows, 7) };
	claim_state->claim_until = (struct optional_time){ !db_is_null(rows, 6),
		db_get_time(rows, 6) };
	claim_state->product = (struct product){
		.id = { db_get_id(rows, 8) },
		.name = db_get_text(rows, 9, work->context),
		.kind = db_get_text(rows, 10, work->context),
		.points = db_get_optional(rows, 11),
		.remain = db_get_optional(rows, 12),
	};
}

static void read_latest(
	const struct db_rows *rows, const struct work *work, struct claim_state *claim_state)
{
	claim_state->has_claim = !db_is_null(rows, 15);
	claim_state->round = db_get_number(rows, 16);
	claim_state->latest = (struct claim){
		.id = { db_get_id(rows, 15) },
		.event = work->slug,
		.milestone = work->milestone,
		.product = { db_get_id(rows, 17) },
		.product_name = db_get_text(rows, 18, work->context),
		.kind = db_get_text(rows, 19, work->context),
		.points = db_get_optional(rows, 20),
		.state = db_get_text(rows, 21, work->context),
		.claimed_at = db_get_time(rows, 22),
		.coupon = db_get_text(rows, 23, work->context),
		.tracking = db_get_text(rows, 24, work->context),
	};
	claim_state->may_claim_again = db_get_number(rows, 25)
		&& text_equals(claim_state->latest.state, "cancelled");
}

static enum result read_state_transaction(struct db *db, void *state)
{
	struct work *work = state;
	struct claim_state *claim_state = &work->claim_state;
	struct db_rows *rows = db_select(db, QUERY_CLAIM_STATE,
		DB_PARAMS(db_id(work->subject->issuer_id), db_text(work->subject->subject),
			db_text(work->slug), db_id(work->milestone.value)));
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	*claim_state = (struct claim_state){ 0 };
	read_terms(rows, work, claim_state);
	claim_state->customer.value = db_get_id(rows, 13);
	claim_state->is_active = db_get_number(rows, 14);
	read_latest(rows, work, claim_state);
	claim_state->attended = db_get_number(rows, 26);
	claim_state->has_subscribers = db_get_number(rows, 27);
	claim_state->options = event_options_of_row(rows, 28);
	claim_state->version = db_get_id(rows, 34);
	return RESULT_OK;
}

static bool use_cached_state(const struct event *event, struct work *work)
{
	work->kept = event->version;
	return claim_state_from_cache(event, work->milestone, &work->claim_state);
}

/* Looks; a customer that is new is made, so that even a refusal knows its caller. */
static enum result read_state(struct db *db, struct work *work)
{
	struct customer customer;
	enum result result = db_autocommit(db, read_state_transaction, work);
	bool is_new = result == RESULT_OK && work->claim_state.customer.value == 0;
	if (result == ERR_NOT_FOUND || is_new) {
		enum result entered = customer_enter(
			db, work->context, work->subject, work->now, &customer);
		if (entered != RESULT_OK)
			return entered;
	}
	if (is_new) {
		work->claim_state.customer = customer.id;
		work->claim_state.is_active = true;
	}
	return result == RESULT_OK && !work->claim_state.is_active ? ERR_FORBIDDEN : result;
}

static bool is_earned(struct db *db, const struct work *work)
{
	if (FAULT_IS_PLANTED("claim-not-looked-at-again"))
		return true;
	const struct claim_state *claim_state = &work->claim_state;
	struct dates dates = attendance_dates(db, work->context, claim_state->event,
		claim_state->time_zone, claim_state->customer);
	return rules_is_earned(claim_state->mode, dates, &claim_state->rule);
}

static enum result check_requirements_transaction(struct db *db, void *state)
{
	struct work *work = state;
	const struct claim_state *claim_state = &work->claim_state;
	if (work->unmet == REQUIREMENT_NONE && claim_state->options.excludes_staff
		&& customer_is_staff(db, claim_state->customer))
		work->unmet = REQUIREMENT_NOT_STAFF;
	return work->unmet == REQUIREMENT_NONE ? RESULT_OK : ERR_FORBIDDEN;
}

/* Does the token, or the customer, lack what the event asks for? */
static enum result check_requirements(struct db *db, struct work *work)
{
	const struct event_options *options = &work->claim_state.options;
	work->unmet = eligibility_unmet(&options->asked, &work->subject->facts, work->now);
	return work->unmet == REQUIREMENT_NONE && !options->excludes_staff
		? RESULT_OK
		: db_autocommit(db, check_requirements_transaction, work);
}

static enum result explain_sold_out_transaction(struct db *db, void *state)
{
	return is_earned(db, state) ? ERR_SOLD_OUT : ERR_NOT_ELIGIBLE;
}

/* What one look can refuse, in the order of the contract; RESULT_OK: worth a transaction. */
static enum result refusal(struct db *db, struct work *work)
{
	const struct claim_state *claim_state = &work->claim_state;
	enum result result = check_requirements(db, work);
	if (result == RESULT_OK)
		result = claim_window_error(claim_state, work->now);
	if (result != RESULT_OK)
		return result;
	if (claim_state->attended < (int64_t)claim_state->rule.at)
		return ERR_NOT_ELIGIBLE;
	if (claim_is_sold_out(claim_state))
		return db_autocommit(db, explain_sold_out_transaction, work);
	return RESULT_OK;
}

/* --- the transaction --- */

/* False: the unique key knows a claim already, the terms were changed since they were read, or the
 * customer belongs to the shop. */
static bool insert_claim(struct db *db, const struct work *work)
{
	uint64_t inserted;
	const struct claim_state *claim_state = &work->claim_state;
	const struct product *product = &claim_state->product;
	unsigned char hash[CLIENT_HASH_BYTES];
	struct db_value event = db_id(claim_state->event.value),
			version = db_id(claim_state->version),
			customer = db_id(claim_state->customer.value),
			milestone = db_id(work->milestone.value),
			round = db_number(claim_state->round + 1), id = db_id(product->id.value),
			name = db_text(product->name), kind = db_text(product->kind),
			now = db_time(work->now),
			client = claim_client(claim_state, work->context, work->subject, hash),
			points = product->points.is_set ? db_number(product->points.value)
							: db_null();
	if (claim_state->options.excludes_staff)
		return db_change_unless_duplicate(db, QUERY_CLAIM_INSERT_EXCLUDING_STAFF,
			       DB_PARAMS(customer, milestone, round, id, name, kind, points, now,
				       client, customer, event, version),
			       &inserted)
			&& inserted == 1;
	return db_change_unless_duplicate(db, QUERY_CLAIM_INSERT,
		       DB_PARAMS(customer, milestone, round, id, name, kind, points, now, client,
			       event, version),
		       &inserted)
		&& inserted == 1;
}

/* What the shop's endpoints hear; skipped where the look said that none wants to. */
static void announce(
	struct db *db, const struct work *work, claim_id id, const char *reference, uint64_t entry)
{
	const struct claim_state *claim_state = &work->claim_state;
	struct notification notification = { .kind = "claim.created",
		.key = reference,
		.event = claim_state->event,
		.customer = claim_state->customer,
		.product = claim_state->product.id,
		.claim = id };
	if (!claim_state->has_subscribers)
		return;
	notification_enqueue(db, &notification, work->now);
	if (!entry)
		return;
	notification.kind = "points.changed";
	notification.key = memory_format(work->context, "%" PRIu64, entry);
	notification.data = memory_format(work->context, "{\"entry\":%" PRIu64 "}", entry);
	notification_enqueue(db, &notification, work->now);
}

/* The hot row; with the COMMIT where nothing comes after it, so that it is held for as short as can
 * be. */
static bool take_stock(struct db *db, product_id product, bool is_last)
{
	return is_last
		? db_change_commit(db, QUERY_CLAIM_TAKE_STOCK, DB_PARAMS(db_id(product.value)))
		: db_change(db, QUERY_CLAIM_TAKE_STOCK, DB_PARAMS(db_id(product.value))) == 1;
}

/* What a claim brings about, and the hot row last. balance: the customer's before it; NULL: the
 * points are in it already. */
static enum result write_effects(
	struct db *db, struct work *work, claim_id id, const int64_t *balance)
{
	uint64_t entry = 0;
	const char *code = NULL;
	const struct product *product = &work->claim_state.product;
	char reference[24];
	snprintf(reference, sizeof reference, "%" PRIu64, id.value);
	struct point_change change = { work->claim_state.customer, balance ? *balance : 0,
		product->points.value, "claim", reference, product->name, work->now };
	bool is_coupon = text_equals(product->kind, "coupon");
	if (product->remain.is_set)
		db_queue(db, QUERY_CLAIM_MOVEMENT_INSERT,
			DB_PARAMS(
				db_id(product->id.value), db_text(reference), db_time(work->now)));
	if (product->points.is_set && !balance && !work->claim_state.has_subscribers)
		points_note_later(db, &change);
	else if (product->points.is_set
		&& !(entry = balance ? points_append(db, &change) : points_note(db, &change)))
		/* the points cannot be added, so there must be no claim either */
		return ERR_INTERNAL;
	announce(db, work, id, reference, entry);
	if (product->remain.is_set && !take_stock(db, product->id, !is_coupon))
		return ERR_SOLD_OUT;
	if (is_coupon && !(code = coupon_give(db, work->context, product->id, id)))
		return ERR_SOLD_OUT;
	work->claim = (struct claim){ id, work->slug, work->milestone, product->id, product->name,
		product->kind, product->points, "claimed", work->now, code, NULL, false,
		REQUIREMENT_NONE };
	return RESULT_CREATED;
}

static enum result claim_transaction(struct db *db, void *state)
{
	struct work *work = state;
	int64_t points;
	work->must_reread_state = false;
	enum result result = customer_lock(db, work->claim_state.customer, &points);
	if (result != RESULT_OK)
		return result;
	if (!is_earned(db, work))
		return ERR_NOT_ELIGIBLE;
	if (!insert_claim(db, work)) {
		work->must_reread_state = true;
		return ERR_CONFLICT;
	}
	return write_effects(db, work, (claim_id){ db_inserted_id(db) }, &points);
}

/* --- at once --- */

/* Locks the customer's row and finds who that is; points go into the balance by the same statement.
 * False: nobody who may claim. */
static bool lock_customer(struct db *db, struct work *work)
{
	struct db_value issuer = db_id(work->subject->issuer_id),
			subject = db_text(work->subject->subject);
	const struct product *product = &work->claim_state.product;
	if (product->points.is_set)
		return db_change_returning_id(db, QUERY_CLAIM_ADD_POINTS,
			DB_PARAMS(db_number(product->points.value), issuer, subject),
			&work->claim_state.customer.value);
	struct db_rows *rows = db_select(db, QUERY_CLAIM_LOCK_CUSTOMER, DB_PARAMS(issuer, subject));
	if (!db_next(rows))
		return false;
	work->claim_state.customer.value = db_get_id(rows, 0);
	return true;
}

static bool insert_claim_counting_days(struct db *db, const struct work *work)
{
	uint64_t inserted;
	const struct claim_state *claim_state = &work->claim_state;
	const struct product *product = &claim_state->product;
	unsigned char hash[CLIENT_HASH_BYTES];
	return db_change_unless_duplicate(db, QUERY_CLAIM_INSERT_COUNTED,
		       DB_PARAMS(db_id(work->milestone.value), db_id(product->id.value),
			       db_text(product->name), db_text(product->kind),
			       product->points.is_set ? db_number(product->points.value)
						      : db_null(),
			       db_time(work->now),
			       claim_client(claim_state, work->context, work->subject, hash),
			       db_id(claim_state->customer.value), db_id(claim_state->event.value),
			       db_id(claim_state->version),
			       db_number((int64_t)claim_state->rule.at - 1)),
		       &inserted)
		&& inserted == 1;
}

static enum result claim_cached_transaction(struct db *db, void *state)
{
	struct work *work = state;
	if (!lock_customer(db, work))
		return ERR_CONFLICT;
	bool is_inserted = claim_is_countable_in_sql(&work->claim_state)
		? insert_claim_counting_days(db, work)
		: is_earned(db, work) && insert_claim(db, work);
	return is_inserted ? write_effects(db, work, (claim_id){ db_inserted_id(db) }, NULL)
			   : ERR_CONFLICT;
}

/* ERR_CONFLICT, and nothing is written: the whole situation decides. */
static enum result claim_with_cached_state(struct db *db, struct work *work)
{
	const struct event *event;
	enum result result = event_cache_get(work->cache, db, work->slug, false, &event);
	if (result == ERR_NOT_FOUND || FAULT_IS_PLANTED("claim-not-looked-at-again"))
		return ERR_CONFLICT;
	if (result == RESULT_OK)
		result = use_cached_state(event, work)
				&& claim_precheck(&work->claim_state, work->subject, work->now)
			? db_transaction(db, claim_cached_transaction, work)
			: ERR_CONFLICT;
	return result;
}

static enum result claim_with_fresh_state(struct db *db, struct work *work, enum requirement *unmet)
{
	enum result result = read_state(db, work);
	if (result != RESULT_OK)
		return result;
	if (work->kept && work->kept != work->claim_state.version)
		event_cache_forget(work->cache, work->slug);
	if (work->claim_state.has_claim && !work->claim_state.may_claim_again) {
		work->claim = work->claim_state.latest;
		return RESULT_OK;
	}
	result = refusal(db, work);
	*unmet = work->unmet;
	return result == RESULT_OK ? db_transaction(db, claim_transaction, work) : result;
}

/* The stock as this claim found it: a hint for the next ones, which decides nothing. */
static void note_stock(const struct work *work, enum result result)
{
	if (result == RESULT_CREATED || result == ERR_SOLD_OUT)
		event_cache_note_stock(
			work->cache, work->claim_state.product.id, result == RESULT_CREATED);
}

enum result claim_milestone(struct db *db, struct event_cache *cache, const void *context,
	const char *slug, milestone_id milestone, const struct subject *subject, instant now,
	struct claim *claim)
{
	struct work work = { .context = context,
		.cache = cache,
		.slug = slug,
		.milestone = milestone,
		.subject = subject,
		.now = now };
	enum requirement unmet = REQUIREMENT_NONE;
	enum result result = claim_with_cached_state(db, &work);
	work.must_reread_state = true;
	for (unsigned tries = 0; result == ERR_CONFLICT && work.must_reread_state; tries++) {
		if (tries == TRIES)
			/* rounds came and went faster than we looked */
			return ERR_UNAVAILABLE;
		work.must_reread_state = false;
		result = claim_with_fresh_state(db, &work, &unmet);
	}
	note_stock(&work, result);
	if (is_success(result))
		*claim = work.claim;
	claim->unmet = unmet;
	return result;
}
