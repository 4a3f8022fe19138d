/* SPDX-License-Identifier: MIT */
/* The state that a claim depends on, and the checks before anything is written. */
#ifndef DOJANG_REWARD_CLAIM_STATE_H
#define DOJANG_REWARD_CLAIM_STATE_H

#include "reward/claim.h"
#include "customer/client.h"

/* Everything that decides a claim, as read at one time. */
struct claim_state {
	event_id event;
	uint64_t version; /* version of the event with everything it shows */
	enum event_mode mode;
	const char *time_zone;
	struct event_window window;
	struct milestone_rule rule;
	struct optional_time claim_until;
	struct product product;
	customer_id customer; /* 0: not read yet */
	bool is_active;
	int64_t attended; /* dates in the event */
	bool has_claim;   /* latest is set */
	bool may_claim_again;
	int64_t round; /* of the latest claim */
	struct claim latest;
	bool has_subscribers; /* some webhook receiver subscribed to it */
	struct event_options options;
};

/* The terms from what a worker keeps of the event; false: it has no such milestone. The insert
 * holds version to the database's own. */
bool claim_state_from_cache(
	const struct event *event, milestone_id milestone, struct claim_state *claim_state);
/* RESULT_OK, ERR_EVENT_NOT_RUNNING or ERR_CLAIM_CLOSED. */
enum result claim_window_error(const struct claim_state *claim_state, instant now);
bool claim_is_sold_out(const struct claim_state *claim_state);
/* Nothing that the worker keeps speaks against it. That a stock was empty a moment ago only makes
 * the longer way the likelier one. */
bool claim_precheck(
	const struct claim_state *claim_state, const struct subject *subject, instant now);
/* So many days are all it takes: the insert can count them itself. */
bool claim_is_countable_in_sql(const struct claim_state *claim_state);
/* client_hash: of items alone, since what is not shipped is not looked at before it ships. */
struct db_value claim_client(const struct claim_state *claim_state, const void *context,
	const struct subject *subject, unsigned char hash[CLIENT_HASH_BYTES]);

#endif
