/* SPDX-License-Identifier: MIT */
/* The statements of check-ins and calendars, for one customer and for several. */
#ifndef DOJANG_REWARD_ATTENDANCE_TRANSACTION_H
#define DOJANG_REWARD_ATTENDANCE_TRANSACTION_H

#include "reward/attendance_rows.h"

/* Customers of one issuer in one event, each of them once. The attendance of each item has the
 * event and today. */
struct attendance_work {
	const struct event *event;
	instant now;
	struct attendance_item *items[ATTENDANCE_BATCH_MAX];
	size_t count;
	bool locks_budget; /* after a try that came too late for the budget */
	/* --- by the functions below --- */
	struct reading readings[ATTENDANCE_BATCH_MAX];
	bool is_created[ATTENDANCE_BATCH_MAX]; /* today's row, by this check-in */
	bool is_locked[ATTENDANCE_BATCH_MAX];  /* the customer's row, for a payment */
	bool is_adopted[ATTENDANCE_BATCH_MAX]; /* a day that was given became a check-in */
};

/* Both are a db_transaction_function on struct attendance_work, and leave a finding for each item.
 * With FOUND its attendance is read. */
enum result attendance_read_transaction(struct db *db, void *work);
/* Inserts today's rows, too. Of several customers all that need one, or nobody: then their finding
 * is FOUND_OTHER_VERSION. Not for several in an event that announces check-ins or excludes staff.
 * In an event with rules for points it also pays, and must run as a transaction; ERR_CONFLICT: the
 * rules have changed, or the budget was used up just now: again with a fresh event. */
enum result attendance_check_in_transaction(struct db *db, void *work);

#endif
