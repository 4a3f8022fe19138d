/* SPDX-License-Identifier: MIT */
/* When granted points expire: pure functions on dates. */
#ifndef DOJANG_REWARD_EXPIRY_H
#define DOJANG_REWARD_EXPIRY_H

#include "base/calendar.h"

enum expiry_kind { EXPIRY_NEVER, EXPIRY_DAYS, EXPIRY_MONTHS, EXPIRY_MONTH_END, EXPIRY_YEAR_END };
struct expiry {
	enum expiry_kind kind;
	int64_t count; /* days or months */
};
enum { EXPIRY_DAYS_MAXIMUM = 3650, EXPIRY_MONTHS_MAXIMUM = 120 };

/* The names of days, months, month-end and year-end; of EXPIRY_NEVER NULL. */
const char *expiry_name(enum expiry_kind kind);
/* EXPIRY_NEVER: NULL and every other text. */
enum expiry_kind expiry_kind_of(const char *name);

/* The last day on which points can be spent that were granted on a day. 31 January plus one month
 * is the last day of February. Not for EXPIRY_NEVER. */
date expiry_last_day(struct expiry expiry, date granted);
/* The first instant at which they have expired: the start of the day after. */
instant expiry_instant(struct expiry expiry, const char *zone, instant granted);
/* The last day of points that expire at this instant. */
date expiry_day_of(const char *zone, instant expires_at);
/* When refunded points expire whose lot has expired: so many days later; with 0 at once. */
instant expiry_after_refund(int64_t days, const char *zone, instant now);

#endif
