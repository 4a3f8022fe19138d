/* SPDX-License-Identifier: MIT */
/* Attendance: checking in, and what the rows of one customer in one event say. */
#ifndef DOJANG_REWARD_ATTENDANCE_H
#define DOJANG_REWARD_ATTENDANCE_H

#include "customer/customer.h"
#include "reward/event_cache.h"
#include "reward/rules.h"

/* One customer's rows in one event, as of one instant. */
struct attendance {
	const struct event *event;
	customer_id customer;
	date today; /* on the event's calendar */
	struct dates dates;
	instant at; /* of today's row, when there is one */
	struct participation participation;
	/* of a check-in, with ERR_FORBIDDEN: what the event asks for and the customer has not */
	enum requirement unmet;
};

/* Checks in: RESULT_CREATED for today's first, RESULT_OK when it was there already,
 * ERR_EVENT_NOT_RUNNING, ERR_FORBIDDEN, ERR_NOT_FOUND. One durable statement, then a read. The
 * event in out is the cache's. */
enum result attendance_check_in(struct db *db, struct event_cache *cache, const void *context,
	const char *slug, const struct subject *subject, instant now, struct attendance *out);

/* Reads without changing anything but making the customer when new. must_be_fresh: the event with
 * its stock is read anew. */
enum result attendance_view(struct db *db, struct event_cache *cache, const void *context,
	const char *slug, bool must_be_fresh, const struct subject *subject, instant now,
	struct attendance *out);

enum { ATTENDANCE_BATCH_MAX = 8 };

/* One of several who come at once. */
struct attendance_item {
	const void *context;
	const char *slug;
	const struct subject *subject;
	/* result and attendance are what the call by itself would have answered */
	bool is_done;
	enum result result;
	struct attendance attendance; /* its event is the cache's */
};

/* The same for several, in two statements, or in one, for all who ask for the event of the first
 * and whom nothing speaks against. Who is not done, for whatever reason, is to be served by the
 * calls above. */
void attendance_check_in_batch(struct db *db, struct event_cache *cache, instant now,
	struct attendance_item *const *items, size_t count);
void attendance_view_batch(struct db *db, struct event_cache *cache, instant now,
	struct attendance_item *const *items, size_t count);

/* Inside a body: the dates of a customer in an event, ascending, below context. */
struct dates attendance_dates(struct db *db, const void *context, event_id event,
	const char *time_zone, customer_id customer);

#endif
