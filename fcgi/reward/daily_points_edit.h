/* SPDX-License-Identifier: MIT */
/* Changes by staff of what an event pays for check-ins: rules and limits, at any time, also while
 * it runs. What was paid stays as it is. */
#ifndef DOJANG_REWARD_DAILY_POINTS_EDIT_H
#define DOJANG_REWARD_DAILY_POINTS_EDIT_H

#include "records/edit.h"
#include "reward/event.h"

enum { DAILY_CAP_MAXIMUM = 1000000000, DAILY_BUDGET_MAXIMUM = 1000000000 };

/* What an event pays, as staff see it; drafts too. */
struct daily_points_record {
	/* id, version, name, pays_check_ins, daily_points, daily_wallet and budget; the window
	 * and time_zone */
	struct event event;
	int64_t paid, left;   /* points so far, and left of the budget if there is one */
	uint64_t fingerprint; /* of the limits */
};

/* RESULT_OK with texts below edit->context, or ERR_NOT_FOUND. */
enum result daily_points_read(
	struct edit *edit, const char *slug, struct daily_points_record *record);
/* Inside a transaction function: only the event's part of it. */
enum result daily_points_read_event(struct edit *edit, const char *slug, struct event *event);

/* when: the text of the rule. wallet: where the points of all rules of the event go; NULL: as
 * before. RESULT_CREATED; ERR_NOT_FOUND; ERR_INVALID ("when": no rule, or a date outside the
 * event); ERR_CONFLICT (the event has the rule already, or too many of them; "wallet": it has paid
 * into the other one). */
enum result daily_points_add(struct edit *edit, const char *slug, const char *when, int64_t points,
	const enum wallet *wallet, uint64_t *id);
/* RESULT_OK; ERR_NOT_FOUND, also for a rule that the event does not have. */
enum result daily_points_remove(struct edit *edit, const char *slug, const char *when);

struct daily_limits {
	struct optional_number cap, budget; /* in points; unset: no limit */
};
/* seen: the fingerprint of the edited limits; 0: any. RESULT_OK; ERR_NOT_FOUND; ERR_CONFLICT:
 * "version" (changed by somebody else), or "budget" is less than what was paid already. */
enum result daily_points_limit(
	struct edit *edit, const char *slug, const struct daily_limits *limits, uint64_t seen);

/* Inside a transaction: copies rules, limits and wallet to a copy of an event. */
void daily_points_copy(struct edit *edit, const char *from, event_id to);

#endif
