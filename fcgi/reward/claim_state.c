/* SPDX-License-Identifier: MIT */
/* Terms as a worker keeps them. */
#include "reward/claim_state.h"

#include "base/text.h"

bool claim_state_from_cache(
	const struct event *event, milestone_id id, struct claim_state *claim_state)
{
	const struct milestone *milestone = event_milestone(event, id);
	if (!milestone)
		return false;
	*claim_state = (struct claim_state){ .event = event->id,
		.version = event->version,
		.mode = event->mode,
		.time_zone = event->time_zone,
		.window = event->window,
		.rule = milestone->rule,
		.claim_until = milestone->claim_until,
		.product = milestone->product,
		.has_subscribers = event->announces_claims,
		.options = event->options };
	return true;
}

enum result claim_window_error(const struct claim_state *claim_state, instant now)
{
	if (rules_phase(claim_state->window, zone_date(claim_state->time_zone, now))
		== PHASE_COMING)
		return ERR_EVENT_NOT_RUNNING;
	if (claim_state->claim_until.is_set
		&& now.seconds >= claim_state->claim_until.value.seconds)
		return ERR_CLAIM_CLOSED;
	return RESULT_OK;
}

bool claim_is_sold_out(const struct claim_state *claim_state)
{
	return claim_state->product.remain.is_set && claim_state->product.remain.value == 0;
}

bool claim_precheck(
	const struct claim_state *claim_state, const struct subject *subject, instant now)
{
	return !claim_is_sold_out(claim_state) && claim_state->rule.at > 0
		&& claim_window_error(claim_state, now) == RESULT_OK
		&& eligibility_unmet(&claim_state->options.asked, &subject->facts, now)
		== REQUIREMENT_NONE;
}

bool claim_is_countable_in_sql(const struct claim_state *claim_state)
{
	return claim_state->mode == MODE_CUMULATIVE && !claim_state->rule.has_earned_from
		&& !claim_state->options.excludes_staff;
}

struct db_value claim_client(const struct claim_state *claim_state, const void *context,
	const struct subject *subject, unsigned char hash[CLIENT_HASH_BYTES])
{
	bool is_kept = text_equals(claim_state->product.kind, "item") && subject->secret
		&& subject->client;
	return is_kept && client_hash(context, subject->secret, subject->client, hash)
		? db_bytes(hash, CLIENT_HASH_BYTES)
		: db_null();
}
