/* SPDX-License-Identifier: MIT */
/* Fields of the forms about points for check-ins, and their part of the event's page. */
#ifndef DOJANG_CONSOLE_DAILY_POINTS_H
#define DOJANG_CONSOLE_DAILY_POINTS_H

#include "console/page.h"

enum { PREVIEW_CUSTOMERS = 1000, PREVIEW_CUSTOMERS_MAXIMUM = 10000000 };

struct daily_form {
	const char *event, *rule;
	int kind, weekday, wallet;
	int64_t points;
	struct optional_number streak_day, cycle_days;
	date on_date;
};
extern const struct field DAILY_NEW_FIELDS[], DAILY_REMOVE_FIELDS[];

struct daily_limits_form {
	const char *event;
	struct optional_number per_customer, budget;
	int64_t version;
};
extern const struct field DAILY_LIMITS_FIELDS[];

/* Adds "daily" to the data of the event's page. customers: for how many the costs are shown. */
enum result daily_points_put(const struct call *call, const char *slug,
	struct optional_number customers, json_object *data);

#endif
