/* SPDX-License-Identifier: MIT */
/* What decides a claim: the terms of the cached event and, if they were read, the customer's claims
 * and days. */
#ifndef DOJANG_REWARD_CLAIM_STATE_H
#define DOJANG_REWARD_CLAIM_STATE_H

#include "reward/claim.h"

struct claim_state {
	/* --- the terms, all of events.version = version --- */
	event_id event;
	uint64_t version;
	enum event_mode basis;
	const char *time_zone;
	struct event_window window;
	struct milestone_rule rule;
	struct optional_time claim_until;
	struct product product; /* its stock is a hint, unless has_read is set */
	bool has_subscribers;   /* some webhook receiver subscribed to claims or points */
	struct event_options options;
	/* --- the customer, with has_read; otherwise 0 --- */
	bool has_read;
	customer_id customer;
	bool is_active;
	struct optional_time expires_at; /* when the first points of the customer expire */
	int64_t attended;                /* dates in the event, archived ones too */
	bool has_claim;                  /* latest is set */
	bool may_claim_again;
	int64_t round; /* of the latest claim */
	struct claim latest;
};

/* The terms of a milestone. False: the event has no such milestone. */
bool claim_state_of_event(
	const struct event *event, milestone_id milestone, struct claim_state *state);
/* Reads the rest, and the stock. ERR_CONFLICT: the terms are outdated. A customer without a row has
 * the id 0. */
enum result claim_state_read(
	struct db *db, const struct claim_item *item, struct claim_state *state);

/* RESULT_OK, ERR_EVENT_NOT_RUNNING or ERR_CLAIM_CLOSED. */
enum result claim_window_error(const struct claim_state *state, instant now);
bool claim_is_sold_out(const struct claim_state *state);
/* Nothing in the terms speaks against the claim. A stock that was empty a moment ago does: the
 * claim then reads the state first. */
bool claim_precheck(const struct claim_state *state, const struct subject *subject, instant now);
/* Inside a transaction function: whether the days of the customer earn the milestone. */
bool claim_is_earned(
	struct db *db, const struct claim_state *state, customer_id customer, const void *context);

#endif
