/* SPDX-License-Identifier: MIT */
/* What a claim depends on, and what speaks against one before anything is written. */
#ifndef DOJANG_REWARD_CLAIM_TERMS_H
#define DOJANG_REWARD_CLAIM_TERMS_H

#include "reward/claim.h"
#include "reward/client.h"

/* One look at all that matters. */
struct situation {
	event_id event;
	uint64_t version; /* of the event with all that it shows */
	enum event_mode mode;
	const char *time_zone;
	struct event_window window;
	struct milestone_rule rule;
	struct optional_time claim_until;
	struct product product;
	user_id user; /* 0: not known yet */
	bool is_active;
	int64_t attended; /* dates in the event */
	bool has_claim;   /* latest is filled */
	bool may_claim_again;
	int64_t round; /* of the latest claim */
	struct claim latest;
	bool is_announced; /* some endpoint wants to hear */
	struct event_options options;
};

/* The terms from what a worker keeps of the event; false: it has no such milestone. The insert
 * holds version to the database's own. */
bool claim_recall(const struct event *event, milestone_id milestone, struct situation *situation);
/* RESULT_OK, ERR_EVENT_NOT_RUNNING or ERR_CLAIM_CLOSED. */
enum result claim_untimely(const struct situation *situation, instant now);
bool claim_is_sold_out(const struct situation *situation);
/* Nothing that the worker keeps speaks against it. That a stock was empty a moment ago only makes
 * the longer way the likelier one. */
bool claim_seems_good(
	const struct situation *situation, const struct subject *subject, instant now);
/* So many days are all it takes: the insert can count them itself. */
bool claim_is_counted(const struct situation *situation);
/* client_hash: of items alone, since what is not shipped is not looked at before it ships. */
struct db_value claim_client(const struct situation *situation, const void *context,
	const struct subject *subject, unsigned char hash[CLIENT_HASH_BYTES]);

#endif
