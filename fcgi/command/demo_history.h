/* SPDX-License-Identifier: MIT */
/* Three weeks of check-ins and claims, generated from numbers: the same for each run on one day. */
#ifndef DOJANG_COMMAND_DEMO_HISTORY_H
#define DOJANG_COMMAND_DEMO_HISTORY_H

#include "db/db.h"
#include "customer/customer.h"

enum { DEMO_DAYS_BEFORE = 21, DEMO_MILESTONES = 6, DEMO_BATCH = 2000 };

struct demo_milestone {
	uint64_t id;
	uint32_t at;
	bool is_item;
};

struct demo_history {
	/* a draft that began DEMO_DAYS_BEFORE days before today, in a zone without daylight saving
	 * time */
	event_id event;
	uint64_t issuer_id;     /* of all customers */
	uint64_t others;        /* beside the three with fixed names */
	instant now, day_start; /* day_start: the start of today */
	date today;
	struct demo_milestone milestones[DEMO_MILESTONES];
};

uint64_t demo_history_customers(const struct demo_history *history);
/* The number of claims of an item's milestone, for its first stock. */
uint32_t demo_history_item_claims(const struct demo_history *history, uint32_t at);
/* Loads up to DEMO_BATCH customers from number first on, in one transaction that leaves all
 * promises true. */
enum result demo_history_load(
	struct db *db, const void *context, const struct demo_history *history, uint64_t first);

#endif
