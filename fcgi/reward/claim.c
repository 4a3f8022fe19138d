/* SPDX-License-Identifier: MIT */
/* The claim's transaction: lock the customer, look, write, and take the stock last. Nearly every
 * claim goes through at once, on the terms that the worker keeps; where anything speaks against it,
 * one look at all that matters finds the refusal or the claim that exists. */
#include "reward/claim.h"

#include "base/fault.h"
#include "base/memory.h"
#include "base/text.h"
#include "reward/attendance.h"
#include "reward/claim_terms.h"
#include "reward/coupon.h"
#include "reward/message.h"
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
	struct situation situation;
	struct claim claim; /* the new one */
	/* there is a claim already, or the terms are not those that were read */
	bool must_look_again;
	/* the version of the terms that the worker keeps; 0: none */
	uint64_t kept;
	enum lack lack; /* with ERR_FORBIDDEN */
};

/* --- the look --- */

static void read_terms(
	const struct db_rows *rows, const struct work *work, struct situation *situation)
{
	situation->event.value = db_get_id(rows, 0);
	situation->mode = text_equals(db_get_text(rows, 1, work->context), "consecutive")
		? MODE_CONSECUTIVE
		: MODE_CUMULATIVE;
	situation->time_zone = db_get_text(rows, 2, work->context);
	situation->window = (struct event_window){ db_get_date(rows, 3), db_get_date(rows, 4) };
	situation->rule = (struct milestone_rule){ (uint32_t)db_get_number(rows, 5),
		!db_is_null(rows, 7), db_get_date(rows, 7) };
	situation->claim_until = (struct optional_time){ !db_is_null(rows, 6),
		db_get_time(rows, 6) };
	situation->product = (struct product){
		.id = { db_get_id(rows, 8) },
		.name = db_get_text(rows, 9, work->context),
		.kind = db_get_text(rows, 10, work->context),
		.points = db_get_optional(rows, 11),
		.remain = db_get_optional(rows, 12),
	};
}

static void read_latest(
	const struct db_rows *rows, const struct work *work, struct situation *situation)
{
	situation->has_claim = !db_is_null(rows, 15);
	situation->round = db_get_number(rows, 16);
	situation->latest = (struct claim){
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
	situation->may_claim_again = db_get_number(rows, 25)
		&& text_equals(situation->latest.state, "cancelled");
}

static enum result look_body(struct db *db, void *state)
{
	struct work *work = state;
	struct situation *situation = &work->situation;
	struct db_rows *rows = db_select(db, QUERY_CLAIM_SITUATION,
		DB_VALUES(db_id(work->subject->issuer_id), db_text(work->subject->subject),
			db_text(work->slug), db_id(work->milestone.value)));
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	*situation = (struct situation){ 0 };
	read_terms(rows, work, situation);
	situation->user.value = db_get_id(rows, 13);
	situation->is_active = db_get_number(rows, 14);
	read_latest(rows, work, situation);
	situation->attended = db_get_number(rows, 26);
	situation->is_announced = db_get_number(rows, 27);
	situation->options = event_options_of_row(rows, 28);
	situation->version = db_get_id(rows, 34);
	return RESULT_OK;
}

static bool recall(const struct event *event, struct work *work)
{
	work->kept = event->version;
	return claim_recall(event, work->milestone, &work->situation);
}

/* Looks; a customer that is new is made, so that even a refusal knows its caller. */
static enum result look(struct db *db, struct work *work)
{
	struct customer customer;
	enum result result = db_attempt(db, look_body, work);
	bool is_new = result == RESULT_OK && work->situation.user.value == 0;
	if (result == ERR_NOT_FOUND || is_new) {
		enum result entered = customer_enter(
			db, work->context, work->subject, work->now, &customer);
		if (entered != RESULT_OK)
			return entered;
	}
	if (is_new) {
		work->situation.user = customer.id;
		work->situation.is_active = true;
	}
	return result == RESULT_OK && !work->situation.is_active ? ERR_FORBIDDEN : result;
}

static bool is_earned(struct db *db, const struct work *work)
{
	if (FAULT_IS_PLANTED("claim-not-looked-at-again"))
		return true;
	const struct situation *situation = &work->situation;
	struct dates dates = attendance_dates(
		db, work->context, situation->event, situation->time_zone, situation->user);
	return rules_is_earned(situation->mode, dates, &situation->rule);
}

static enum result look_for_lack_body(struct db *db, void *state)
{
	struct work *work = state;
	const struct situation *situation = &work->situation;
	if (work->lack == LACK_NOTHING && situation->options.excludes_staff
		&& customer_is_of_the_shop(db, situation->user))
		work->lack = LACK_OUTSIDER;
	return work->lack == LACK_NOTHING ? RESULT_OK : ERR_FORBIDDEN;
}

/* Does the token, or the customer, lack what the event asks for? */
static enum result look_for_lack(struct db *db, struct work *work)
{
	const struct event_options *options = &work->situation.options;
	work->lack = eligibility_lack(&options->asked, &work->subject->facts, work->now);
	return work->lack == LACK_NOTHING && !options->excludes_staff
		? RESULT_OK
		: db_attempt(db, look_for_lack_body, work);
}

static enum result tell_sold_out_body(struct db *db, void *state)
{
	return is_earned(db, state) ? ERR_SOLD_OUT : ERR_NOT_ELIGIBLE;
}

/* What one look can refuse, in the order of the contract; RESULT_OK: worth a transaction. */
static enum result refusal(struct db *db, struct work *work)
{
	const struct situation *situation = &work->situation;
	enum result result = look_for_lack(db, work);
	if (result == RESULT_OK)
		result = claim_untimely(situation, work->now);
	if (result != RESULT_OK)
		return result;
	if (situation->attended < (int64_t)situation->rule.at)
		return ERR_NOT_ELIGIBLE;
	if (claim_is_sold_out(situation))
		return db_attempt(db, tell_sold_out_body, work);
	return RESULT_OK;
}

/* --- the transaction --- */

/* False: the unique key knows a claim already, the terms were changed since they were read, or the
 * customer belongs to the shop. */
static bool insert_claim(struct db *db, const struct work *work)
{
	uint64_t inserted;
	const struct situation *situation = &work->situation;
	const struct product *product = &situation->product;
	unsigned char hash[CLIENT_HASH_BYTES];
	struct db_value event = db_id(situation->event.value), version = db_id(situation->version),
			user = db_id(situation->user.value),
			milestone = db_id(work->milestone.value),
			round = db_number(situation->round + 1), id = db_id(product->id.value),
			name = db_text(product->name), kind = db_text(product->kind),
			now = db_time(work->now),
			client = claim_client(situation, work->context, work->subject, hash),
			points = product->points.is_set ? db_number(product->points.value)
							: db_null();
	if (situation->options.excludes_staff)
		return db_change_unless_duplicate(db, QUERY_CLAIM_INSERT_OUTSIDER,
			       DB_VALUES(user, milestone, round, id, name, kind, points, now,
				       client, user, event, version),
			       &inserted)
			&& inserted == 1;
	return db_change_unless_duplicate(db, QUERY_CLAIM_INSERT,
		       DB_VALUES(user, milestone, round, id, name, kind, points, now, client, event,
			       version),
		       &inserted)
		&& inserted == 1;
}

/* What the shop's endpoints hear; skipped where the look said that none wants to. */
static void announce(
	struct db *db, const struct work *work, claim_id id, const char *reference, uint64_t entry)
{
	const struct situation *situation = &work->situation;
	struct announcement announcement = { .kind = "claim.created",
		.key = reference,
		.event = situation->event,
		.user = situation->user,
		.product = situation->product.id,
		.claim = id };
	if (!situation->is_announced)
		return;
	message_announce(db, &announcement, work->now);
	if (!entry)
		return;
	announcement.kind = "points.changed";
	announcement.key = memory_format(work->context, "%" PRIu64, entry);
	announcement.data = memory_format(work->context, "{\"entry\":%" PRIu64 "}", entry);
	message_announce(db, &announcement, work->now);
}

/* The hot row; with the COMMIT where nothing comes after it, so that it is held for as short as can
 * be. */
static bool take_stock(struct db *db, product_id product, bool is_last)
{
	return is_last
		? db_change_last(db, QUERY_CLAIM_TAKE_STOCK, DB_VALUES(db_id(product.value)))
		: db_change(db, QUERY_CLAIM_TAKE_STOCK, DB_VALUES(db_id(product.value))) == 1;
}

/* What a claim brings about, and the hot row last. balance: the customer's before it; NULL: the
 * points are in it already. */
static enum result write_consequences(
	struct db *db, struct work *work, claim_id id, const int64_t *balance)
{
	uint64_t entry = 0;
	const char *code = NULL;
	const struct product *product = &work->situation.product;
	char reference[24];
	snprintf(reference, sizeof reference, "%" PRIu64, id.value);
	struct point_change change = { work->situation.user, balance ? *balance : 0,
		product->points.value, "claim", reference, product->name, work->now };
	bool is_coupon = text_equals(product->kind, "coupon");
	if (product->remain.is_set)
		db_change_later(db, QUERY_CLAIM_MOVEMENT_INSERT,
			DB_VALUES(
				db_id(product->id.value), db_text(reference), db_time(work->now)));
	if (product->points.is_set && !balance && !work->situation.is_announced)
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
		LACK_NOTHING };
	return RESULT_CREATED;
}

static enum result claim_body(struct db *db, void *state)
{
	struct work *work = state;
	int64_t points;
	work->must_look_again = false;
	enum result result = customer_lock(db, work->situation.user, &points);
	if (result != RESULT_OK)
		return result;
	if (!is_earned(db, work))
		return ERR_NOT_ELIGIBLE;
	if (!insert_claim(db, work)) {
		work->must_look_again = true;
		return ERR_CONFLICT;
	}
	return write_consequences(db, work, (claim_id){ db_inserted_id(db) }, &points);
}

/* --- at once --- */

/* Locks the customer's row and finds who that is; points go into the balance by the same statement.
 * False: nobody who may claim. */
static bool hold_customer(struct db *db, struct work *work)
{
	struct db_value issuer = db_id(work->subject->issuer_id),
			subject = db_text(work->subject->subject);
	const struct product *product = &work->situation.product;
	if (product->points.is_set)
		return db_change_telling(db, QUERY_CLAIM_ADD_POINTS,
			DB_VALUES(db_number(product->points.value), issuer, subject),
			&work->situation.user.value);
	struct db_rows *rows = db_select(db, QUERY_CLAIM_HOLD_CUSTOMER, DB_VALUES(issuer, subject));
	if (!db_next(rows))
		return false;
	work->situation.user.value = db_get_id(rows, 0);
	return true;
}

static bool insert_counted(struct db *db, const struct work *work)
{
	uint64_t inserted;
	const struct situation *situation = &work->situation;
	const struct product *product = &situation->product;
	unsigned char hash[CLIENT_HASH_BYTES];
	return db_change_unless_duplicate(db, QUERY_CLAIM_INSERT_COUNTED,
		       DB_VALUES(db_id(work->milestone.value), db_id(product->id.value),
			       db_text(product->name), db_text(product->kind),
			       product->points.is_set ? db_number(product->points.value)
						      : db_null(),
			       db_time(work->now),
			       claim_client(situation, work->context, work->subject, hash),
			       db_id(situation->user.value), db_id(situation->event.value),
			       db_id(situation->version),
			       db_number((int64_t)situation->rule.at - 1)),
		       &inserted)
		&& inserted == 1;
}

static enum result at_once_body(struct db *db, void *state)
{
	struct work *work = state;
	if (!hold_customer(db, work))
		return ERR_CONFLICT;
	bool is_inserted = claim_is_counted(&work->situation)
		? insert_counted(db, work)
		: is_earned(db, work) && insert_claim(db, work);
	return is_inserted ? write_consequences(db, work, (claim_id){ db_inserted_id(db) }, NULL)
			   : ERR_CONFLICT;
}

/* ERR_CONFLICT, and nothing is written: the whole situation decides. */
static enum result claim_at_once(struct db *db, struct work *work)
{
	const struct event *event;
	enum result result = event_cache_get(work->cache, db, work->slug, false, &event);
	if (result == ERR_NOT_FOUND || FAULT_IS_PLANTED("claim-not-looked-at-again"))
		return ERR_CONFLICT;
	if (result == RESULT_OK)
		result = recall(event, work)
				&& claim_seems_good(&work->situation, work->subject, work->now)
			? db_transaction(db, at_once_body, work)
			: ERR_CONFLICT;
	return result;
}

static enum result claim_after_a_look(struct db *db, struct work *work, enum lack *lack)
{
	enum result result = look(db, work);
	if (result != RESULT_OK)
		return result;
	if (work->kept && work->kept != work->situation.version)
		event_cache_forget(work->cache, work->slug);
	if (work->situation.has_claim && !work->situation.may_claim_again) {
		work->claim = work->situation.latest;
		return RESULT_OK;
	}
	result = refusal(db, work);
	*lack = work->lack;
	return result == RESULT_OK ? db_transaction(db, claim_body, work) : result;
}

/* The stock as this claim found it: a hint for the next ones, which decides nothing. */
static void note_stock(const struct work *work, enum result result)
{
	if (result == RESULT_CREATED || result == ERR_SOLD_OUT)
		event_cache_note_stock(
			work->cache, work->situation.product.id, result == RESULT_CREATED);
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
	enum lack lack = LACK_NOTHING;
	enum result result = claim_at_once(db, &work);
	work.must_look_again = true;
	for (unsigned tries = 0; result == ERR_CONFLICT && work.must_look_again; tries++) {
		if (tries == TRIES)
			/* rounds came and went faster than we looked */
			return ERR_UNAVAILABLE;
		work.must_look_again = false;
		result = claim_after_a_look(db, &work, &lack);
	}
	note_stock(&work, result);
	if (is_success(result))
		*claim = work.claim;
	claim->lack = lack;
	return result;
}
