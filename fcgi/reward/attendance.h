/* SPDX-License-Identifier: MIT */
/* Attendance: checking in, and the attendance of one customer in one event. */
#ifndef DOJANG_REWARD_ATTENDANCE_H
#define DOJANG_REWARD_ATTENDANCE_H

#include "customer/customer.h"
#include "reward/check_in_payment.h"
#include "reward/event_cache.h"
#include "reward/rules.h"

/* The attendance of one customer in one event at one instant. */
struct attendance {
	const struct event *event;
	customer_id customer;
	date today; /* on the calendar of the event */
	struct dates dates;
	instant at; /* time of today's row, if there is one */
	struct participation participation;
	/* of an event that pays check-ins: what the customer was paid; and what is left of its
	 * budget (only of a view) */
	struct paid_days paid;
	int64_t budget_left;
	/* of a check-in with ERR_FORBIDDEN: the requirement of the event that the customer does not
	 * meet */
	enum requirement unmet;
};

enum { ATTENDANCE_BATCH_MAX = 8 };

/* A customer who checks in or looks at the calendar, and the outcome. */
struct attendance_item {
	const void *context;
	const char *slug;
	const struct subject *subject;
	enum result result;
	struct attendance attendance; /* its event belongs to the cache */
	bool is_done;                 /* by a batch function: result and attendance are set */
};

/* Checks in, and returns item->result. RESULT_CREATED for the first check-in of today; RESULT_OK
 * when it existed; ERR_EVENT_NOT_RUNNING; ERR_FORBIDDEN; ERR_NOT_FOUND. Runs one durable statement,
 * then a read. */
enum result attendance_check_in(
	struct db *db, struct event_cache *cache, instant now, struct attendance_item *item);

/* Reads the attendance, and returns item->result; only creates the customer when it is new.
 * must_be_fresh: reads the event with its stock from the database. */
enum result attendance_view(struct db *db, struct event_cache *cache, bool must_be_fresh,
	instant now, struct attendance_item *item);

/* The same for several, in two statements or one. Serves the items with the event of the first one,
 * if no check fails. Items that are not done afterwards must be served by the functions above. */
void attendance_check_in_batch(struct db *db, struct event_cache *cache, instant now,
	struct attendance_item *const *items, size_t count);
void attendance_view_batch(struct db *db, struct event_cache *cache, instant now,
	struct attendance_item *const *items, size_t count);

/* The requirement for check-ins that a token does not meet. */
enum requirement attendance_unmet_requirement(
	const struct event *event, const struct subject *subject, instant now);

/* Inside a transaction function: the dates of a customer in an event, ascending, below context. */
struct dates attendance_dates(struct db *db, const void *context, event_id event,
	const char *time_zone, struct freeze_rule freezes, customer_id customer);
/* rules_freeze with memory below context. */
struct dates dates_freeze(const void *context, struct dates dates, struct freeze_rule freezes);

#endif
