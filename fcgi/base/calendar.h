/* SPDX-License-Identifier: MIT */
/* Instants in UTC, calendar dates, and the time zones that convert between them (the system's
 * tzdata). */
#ifndef DOJANG_BASE_CALENDAR_H
#define DOJANG_BASE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
	int64_t seconds;
} instant; /* since 1970-01-01T00:00:00Z */
/* days since 1970-01-01, proleptic Gregorian calendar */
typedef struct {
	int32_t day;
} date;
struct month {
	int year, month;
}; /* month is 1 to 12 */

enum { DATE_TEXT = 11, INSTANT_TEXT = 21 }; /* buffer sizes, with the NUL */

/* "2026-11-22": a date that exists, from 1970-01-01 to 9999-12-31. */
bool date_parse(const char *text, date *out);
const char *date_format(date day, char out[DATE_TEXT]);
/* "2026-11", from 1970-01 to 9999-12. */
bool month_parse(const char *text, struct month *out);
date month_first(struct month month);
date month_last(struct month month);
struct month date_month(date day);

/* The last instant that can be formatted, and stored in the database: 9999-12-31T23:59:59Z. */
extern const instant INSTANT_LAST;
instant instant_storable(instant time); /* time, or INSTANT_LAST when it is later */
/* Has this number of seconds passed since that instant? Also true when since is more than a minute
 * ahead of now: the clock was set back, and waiting for it could take days. An instant slightly
 * ahead was written by a process whose request began later. */
bool instant_is_over(instant since, int64_t seconds, instant now);
/* RFC 3339: "2026-11-22T03:04:05Z" or with an offset; fractions of a second are dropped; leap
 * seconds are refused. */
bool instant_parse(const char *text, instant *out);
/* "2026-11-22T03:04:05Z" */
const char *instant_format(instant time, char out[INSTANT_TEXT]);

/* True for an IANA name that the system has: "Asia/Seoul", "UTC". */
bool zone_exists(const char *zone);

/* True when this host has no time zones at all. Every date would then silently be that of UTC. */
bool zones_are_missing(void);
extern const char ZONES_MISSING[]; /* an error text for it, with what to do */
/* The local date in zone, which must exist. */
date zone_date(const char *zone, instant now);
/* Seconds that the zone's clocks are ahead of UTC at an instant. */
int32_t zone_offset(const char *zone, instant now);
/* The first instant whose local date is day or later: midnight, or the first instant after a
 * midnight that daylight saving skipped. At most INSTANT_LAST, also for the day after 9999-12-31.
 */
instant zone_day_start(const char *zone, date day);

#endif
