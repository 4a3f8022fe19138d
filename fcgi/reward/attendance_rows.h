/* SPDX-License-Identifier: MIT */
/* Turns rows of the queries attendance_of, attendance_of_many and similar ones into the dates of
 * one customer. */
#ifndef DOJANG_REWARD_ATTENDANCE_ROWS_H
#define DOJANG_REWARD_ATTENDANCE_ROWS_H

#include "reward/attendance.h"

/* A cached event may be outdated. In this case, and for a new customer, the work is repeated with
 * fresh data. */
enum finding { FOUND, FOUND_NO_CUSTOMER, FOUND_BLOCKED, FOUND_OF_THE_SHOP, FOUND_OTHER_VERSION };

/* Collects the rows of one customer into out, which has event and today. */
struct reading {
	const void *context;
	struct attendance *out;
	date *items; /* of out->dates */
	enum finding finding;
	bool has_begun;
};

/* Nothing was read yet: FOUND_NO_CUSTOMER. */
void reading_begin(struct reading *reading, const void *context, struct attendance *out);
/* Adds a row of attendance_of or attendance_of_many. */
void reading_add(struct reading *reading, const struct db_rows *rows);
/* Adds a row that begins with the columns attendance_day. */
void reading_add_day(struct reading *reading, const struct db_rows *rows);
void reading_add_date(struct reading *reading, date day);
/* True when today is among the dates, added by staff or for an outage. */
bool reading_has_today_given(const struct reading *reading);

/* Inside a transaction function: reads all rows of attendance_dates or archive_dates. */
struct dates reading_dates(struct db *db, const void *context, enum query query, event_id event,
	const char *time_zone, customer_id customer);

#endif
