/* SPDX-License-Identifier: MIT */
/* From rows of the queries attendance_of, attendance_of_many and the like to one customer's dates.
 */
#ifndef DOJANG_REWARD_ATTENDANCE_ROWS_H
#define DOJANG_REWARD_ATTENDANCE_ROWS_H

#include "reward/attendance.h"

/* An event that is kept may be out of date; then, and when the customer is new, the work is done
 * again on fresh ground. */
enum finding { FOUND, FOUND_NO_CUSTOMER, FOUND_BLOCKED, FOUND_OF_THE_SHOP, FOUND_OTHER_VERSION };

/* One customer's rows as they come, into out, which has event and today. */
struct reading {
	const void *context;
	struct attendance *out;
	date *items; /* of out->dates */
	enum finding finding;
	bool has_begun;
};

/* Nothing is read yet: FOUND_NO_CUSTOMER. */
void reading_begin(struct reading *reading, const void *context, struct attendance *out);
/* A row of attendance_of or attendance_of_many. */
void reading_add(struct reading *reading, const struct db_rows *rows);
void reading_add_date(struct reading *reading, date day);
/* Today is among the dates, given by staff or for an outage. */
bool reading_has_today_given(const struct reading *reading);

/* Inside a body: all rows of attendance_dates or archive_dates. */
struct dates reading_dates(struct db *db, const void *context, enum query query, event_id event,
	const char *time_zone, customer_id customer);

#endif
