/* SPDX-License-Identifier: MIT */
/* Reads and judges what decides a claim. */
#include "reward/claim_state.h"

#include "base/fault.h"
#include "base/text.h"
#include "reward/attendance.h"

bool claim_state_of_event(const struct event *event, milestone_id id, struct claim_state *state)
{
	const struct milestone *milestone = event_milestone(event, id);
	if (!milestone)
		return false;
	*state = (struct claim_state){ .event = event->id,
		.version = event->version,
		.basis = milestone->basis,
		.time_zone = event->time_zone,
		.window = event->window,
		.rule = milestone->rule,
		.claim_until = milestone->claim_until,
		.product = milestone->product,
		.has_subscribers = event->announces_claims,
		.options = event->options };
	return true;
}

struct read_work {
	const struct claim_item *item;
	struct claim_state *state;
};

static struct claim latest_claim(const struct db_rows *rows, const struct claim_item *item)
{
	return (struct claim){
		.id = { db_get_id(rows, CLAIM_STATE_CLAIM_ID) },
		.event = item->slug,
		.milestone = item->milestone,
		.product = { db_get_id(rows, CLAIM_STATE_PRODUCT_ID) },
		.product_name = db_get_text(rows, CLAIM_STATE_PRODUCT_NAME, item->context),
		.kind = db_get_text(rows, CLAIM_STATE_KIND, item->context),
		.points = db_get_optional(rows, CLAIM_STATE_POINTS),
		.state = db_get_text(rows, CLAIM_STATE_STATE, item->context),
		.payout = db_get_text(rows, CLAIM_STATE_PAYOUT, item->context),
		.claimed_at = db_get_time(rows, CLAIM_STATE_CLAIMED_AT),
		.coupon = db_get_text(rows, CLAIM_STATE_COUPON, item->context),
		.tracking = db_get_text(rows, CLAIM_STATE_TRACKING, item->context),
	};
}

static enum result read_transaction(struct db *db, void *pointer)
{
	const struct read_work *work = pointer;
	const struct claim_item *item = work->item;
	struct claim_state *state = work->state;
	struct db_rows *rows = db_select(db, QUERY_CLAIM_STATE,
		DB_PARAMS(db_id(item->subject->issuer_id), db_text(item->subject->subject),
			db_id(state->event.value), db_id(state->version),
			db_id(item->milestone.value)));
	if (!db_next(rows))
		return ERR_CONFLICT;
	state->has_read = true;
	state->product.remain = db_get_optional(rows, CLAIM_STATE_REMAIN);
	state->customer.value = db_get_id(rows, CLAIM_STATE_USER_ID);
	state->is_active = db_get_number(rows, CLAIM_STATE_IS_ACTIVE);
	state->expires_at = (struct optional_time){ !db_is_null(rows, CLAIM_STATE_EXPIRES_AT),
		db_get_time(rows, CLAIM_STATE_EXPIRES_AT) };
	state->attended = db_get_number(rows, CLAIM_STATE_ATTENDED);
	state->has_claim = !db_is_null(rows, CLAIM_STATE_CLAIM_ID);
	state->round = db_get_number(rows, CLAIM_STATE_ROUND);
	state->latest = latest_claim(rows, item);
	state->may_claim_again = db_get_number(rows, CLAIM_STATE_ANOTHER_ROUND)
		&& text_equals(state->latest.state, "cancelled");
	return RESULT_OK;
}

enum result claim_state_read(
	struct db *db, const struct claim_item *item, struct claim_state *state)
{
	return db_autocommit(db, read_transaction, &(struct read_work){ item, state });
}

enum result claim_window_error(const struct claim_state *state, instant now)
{
	if (rules_phase(state->window, zone_date(state->time_zone, now)) == PHASE_COMING)
		return ERR_EVENT_NOT_RUNNING;
	if (state->claim_until.is_set && now.seconds >= state->claim_until.value.seconds)
		return ERR_CLAIM_CLOSED;
	return RESULT_OK;
}

bool claim_is_sold_out(const struct claim_state *state)
{
	return state->product.remain.is_set && state->product.remain.value == 0;
}

bool claim_precheck(const struct claim_state *state, const struct subject *subject, instant now)
{
	return !claim_is_sold_out(state) && state->rule.at > 0
		&& claim_window_error(state, now) == RESULT_OK
		&& eligibility_unmet(&state->options.asked, &subject->facts, now)
		== REQUIREMENT_NONE;
}

bool claim_is_earned(
	struct db *db, const struct claim_state *state, customer_id customer, const void *context)
{
	if (FAULT_IS_PLANTED("claim-not-looked-at-again"))
		return true;
	struct dates dates = attendance_dates(
		db, context, state->event, state->time_zone, state->options.freezes, customer);
	return rules_is_earned(state->basis, dates, &state->rule);
}
