/* SPDX-License-Identifier: MIT */
/* Events with their milestones, as customers see them. */
#ifndef DOJANG_REWARD_EVENT_H
#define DOJANG_REWARD_EVENT_H

#include "base/fields.h"
#include "db/db.h"
#include "customer/eligibility.h"
#include "records/ids.h"
#include "reward/daily_points.h"
#include "reward/payout.h"
#include "reward/expiry.h"
#include "reward/rules.h"

struct product {
	product_id id;
	const char *name, *kind, *image, *tax_note; /* kind: points, item or coupon */
	struct optional_number points;              /* of kind points */
	enum wallet wallet;                         /* where they go */
	struct expiry expiry;                       /* of these points */
	/* unset: unlimited. As of some time in the past, so never decide by it */
	struct optional_number remain;
};

struct milestone {
	milestone_id id;
	enum event_mode basis; /* its own, or the event's mode */
	struct milestone_rule rule;
	struct optional_time claim_until;
	struct product product;
};

/* The names of what a milestone counts, ending with NULL: of MODE_CUMULATIVE and MODE_CONSECUTIVE.
 */
extern const char *const MILESTONE_BASES[];
enum event_mode milestone_basis_of(const char *name);

/* Who adds days to an event. */
enum stamped_by { STAMPED_BY_CUSTOMER, STAMPED_BY_SHOP, STAMPED_BY_BOTH };
extern const char *const STAMPED_BY[]; /* their names, ending with NULL */

/* See the columns of the table events. */
struct event_options {
	struct requirements asked;
	bool excludes_staff;
	int64_t review_customers, closing_hours;
	bool is_public;
	enum stamped_by stamped_by;
	int64_t shop_days_back;
	struct freeze_rule freezes;
	struct makeup_rule makeup;
};

struct event {
	event_id id;
	/* grows with each change of the event, its milestones or products */
	uint64_t version;
	const char *slug, *name, *description, *image, *terms, *time_zone;
	enum event_mode mode;
	struct event_window window;
	struct milestone *milestones; /* by count, then by id; NULL in lists */
	size_t milestone_count;
	bool is_draft;                /* of event_all and event_any */
	bool is_claimable;            /* in lists: the deadline of some milestone is not over */
	bool announces_attendance;    /* a webhook receiver subscribed to attendance.created; not in
					 lists */
	bool announces_claims;        /* the same for claim.created or points.changed */
	struct event_options options; /* in lists only stamped_by, or what event_all says */
	/* check-ins pay points, or did; not in lists, like the rules and the limit in total */
	bool pays_check_ins;
	struct daily_points daily_points;
	enum wallet daily_wallet; /* where they go */
	struct optional_number budget;
};

/* Loads the open event of this slug with its milestones, below context. ERR_NOT_FOUND for drafts
 * too. */
enum result event_load(struct db *db, const void *context, const char *slug, struct event **event);

/* Reads the columns of the fragment event_options (sql/queries/event.sql), from column first on. */
struct event_options event_options_of_row(
	const struct db_rows *rows, unsigned first, const void *context);

/* Inside a transaction function: reads the rules for points of an event that pays check-ins, below
 * context. */
void event_read_daily_points(struct db *db, const void *context, struct event *event);

const struct milestone *event_milestone(const struct event *event, milestone_id id);
date event_today(const struct event *event, instant now);

/* Lists open events that are coming, running or still claimable at now, newest start first, at most
 * limit after a position (0: from the start). only_public: those that visitors can see.
 * event_position returns the position of an event. *has_more: there are further ones. */
enum result event_list(struct db *db, const void *context, instant now, bool only_public,
	uint64_t position, size_t limit, struct event **events, size_t *count, bool *has_more);
uint64_t event_position(const struct event *event);

/* For the shop's backend, drafts too: events with ids below `before` (0: all), newest first, at
 * most limit, and one event with its milestones (ERR_NOT_FOUND). Of the options only is_public is
 * read. */
enum result event_all(struct db *db, const void *context, uint64_t before, size_t limit,
	struct event **events, size_t *count, bool *has_more);
enum result event_any(struct db *db, const void *context, const char *slug, struct event *event);

/* Counted over all rows of the event. */
struct event_figures {
	int64_t participants, check_ins, checked_in_today, claims, to_ship, points_granted;
};
enum result event_figures_read(
	struct db *db, const struct event *event, instant now, struct event_figures *figures);

#endif
