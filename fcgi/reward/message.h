/* SPDX-License-Identifier: MIT */
/* Outbox messages: what is announced, to whom, and where each announcement stands. Rows hold internal ids only; what a person reads is
 * put together at delivery. */
#ifndef DOJANG_REWARD_MESSAGE_H
#define DOJANG_REWARD_MESSAGE_H

#include "db/db.h"
#include "reward/ids.h"

/* The kinds that webhooks can be subscribed to, ending with NULL: claim.created and so on. */
extern const char *const MESSAGE_KINDS[];

/* What happened. Ids that do not apply are 0. */
struct announcement {
	const char *kind;               /* one of MESSAGE_KINDS */
	const char *key;                /* makes it unique within its kind: the claim's id, the point entry's id, "event-user-date" */
	event_id event;
	user_id user;
	product_id product;
	claim_id claim;
	const char *data;               /* a JSON object for what no id leads to ({"entry":7}, {"date":"2026-11-22"}); NULL: {} */
};

/* Inside the transaction of the cause: one statement that writes a message for each endpoint that wants the kind. */
void message_announce(struct db *db, const struct announcement *announcement, instant now);

#endif
