/* SPDX-License-Identifier: MIT */
/* Terms as a worker keeps them. */
#include "reward/claim_terms.h"

#include "base/text.h"

bool claim_recall(const struct event *event, milestone_id id, struct situation *situation)
{
	const struct milestone *milestone = event_milestone(event, id);
	if (!milestone)
		return false;
	*situation = (struct situation){ .event = event->id,
		.version = event->version,
		.mode = event->mode,
		.time_zone = event->time_zone,
		.window = event->window,
		.rule = milestone->rule,
		.claim_until = milestone->claim_until,
		.product = milestone->product,
		.is_announced = event->announces_claims,
		.options = event->options };
	return true;
}

enum result claim_untimely(const struct situation *situation, instant now)
{
	if (rules_phase(situation->window, zone_date(situation->time_zone, now)) == PHASE_COMING)
		return ERR_EVENT_NOT_RUNNING;
	if (situation->claim_until.is_set && now.seconds >= situation->claim_until.value.seconds)
		return ERR_CLAIM_CLOSED;
	return RESULT_OK;
}

bool claim_is_sold_out(const struct situation *situation)
{
	return situation->product.remain.is_set && situation->product.remain.value == 0;
}

bool claim_seems_good(const struct situation *situation, const struct subject *subject, instant now)
{
	return !claim_is_sold_out(situation) && situation->rule.at > 0
		&& claim_untimely(situation, now) == RESULT_OK
		&& eligibility_lack(&situation->options.asked, &subject->facts, now)
		== LACK_NOTHING;
}

bool claim_is_counted(const struct situation *situation)
{
	return situation->mode == MODE_CUMULATIVE && !situation->rule.has_earned_from
		&& !situation->options.excludes_staff;
}

struct db_value claim_client(const struct situation *situation, const void *context,
	const struct subject *subject, unsigned char hash[CLIENT_HASH_BYTES])
{
	bool is_kept = text_equals(situation->product.kind, "item") && subject->secret
		&& subject->client;
	return is_kept && client_hash(context, subject->secret, subject->client, hash)
		? db_bytes(hash, CLIENT_HASH_BYTES)
		: db_null();
}
