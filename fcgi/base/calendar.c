/* SPDX-License-Identifier: MIT */
/* Dates by integer arithmetic, local dates by the system's time zones. */
#include "base/calendar.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { DAY_SECONDS = 86400, YEAR_FIRST = 1970, YEAR_LAST = 9999, LAST_DAY = 2932896 };

_Static_assert(sizeof(time_t) >= 8, "dates beyond 2038 need a wide time_t");

/* --- the calendar ------------------------------------------------------------------------------------------------------------- */

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_days(struct month month)
{
	static const int DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return DAYS[month.month - 1] + (month.month == 2 && is_leap(month.year));
}

/* Days from 1970-01-01 to the first day of the year. */
static int32_t year_start(int year)
{
	int before = year - 1;
	return 365 * (year - YEAR_FIRST) + (before / 4 - before / 100 + before / 400) - (1969 / 4 - 1969 / 100 + 1969 / 400);
}

date month_first(struct month month)
{
	int32_t day = year_start(month.year);
	for (struct month earlier = { month.year, 1 }; earlier.month < month.month; earlier.month++)
		day += month_days(earlier);
	return (date){ day };
}

date month_last(struct month month)
{
	return (date){ month_first(month).day + month_days(month) - 1 };
}

/* Texts hold four digits of a year: what lies outside is shown as the nearest date that fits. */
static date clamp(date day)
{
	return (date){ day.day < 0 ? 0 : day.day > LAST_DAY ? LAST_DAY : day.day };
}

struct month date_month(date day)
{
	day = clamp(day);
	struct month month = { YEAR_FIRST + day.day / 366, 1 };         /* this year or an earlier one */
	while (year_start(month.year + 1) <= day.day)
		month.year++;
	while (month.month < 12 && month_last(month).day < day.day)
		month.month++;
	return month;
}

/* --- texts -------------------------------------------------------------------------------------------------------------------- */

/* Reads exactly count digits and moves *text behind them. */
static bool take_digits(const char **text, int count, int minimum, int maximum, int *number)
{
	int value = 0;
	for (; count > 0; count--, ++*text) {
		if (**text < '0' || **text > '9')
			return false;
		value = value * 10 + (**text - '0');
	}
	*number = value;
	return value >= minimum && value <= maximum;
}

static bool take(const char **text, const char *any_of)
{
	if (!**text || !strchr(any_of, **text))
		return false;
	++*text;
	return true;
}

static bool take_month(const char **text, struct month *month)
{
	return take_digits(text, 4, YEAR_FIRST, YEAR_LAST, &month->year) && take(text, "-")
		&& take_digits(text, 2, 1, 12, &month->month);
}

static bool take_date(const char **text, date *out)
{
	struct month month;
	int day;
	if (!take_month(text, &month) || !take(text, "-") || !take_digits(text, 2, 1, month_days(month), &day))
		return false;
	*out = (date){ month_first(month).day + day - 1 };
	return true;
}

bool date_parse(const char *text, date *out)
{
	date day;
	if (!take_date(&text, &day) || *text)
		return false;
	*out = day;
	return true;
}

bool month_parse(const char *text, struct month *out)
{
	struct month month;
	if (!take_month(&text, &month) || *text)
		return false;
	*out = month;
	return true;
}

static char *put_digits(char *out, int count, int number)
{
	for (int i = count - 1; i >= 0; i--, number /= 10)
		out[i] = (char)('0' + number % 10);
	return out + count;
}

const char *date_format(date day, char out[DATE_TEXT])
{
	struct month month = date_month(day);
	char *end = put_digits(out, 4, month.year);
	*end++ = '-';
	end = put_digits(end, 2, month.month);
	*end++ = '-';
	end = put_digits(end, 2, clamp(day).day - month_first(month).day + 1);
	*end = 0;
	return out;
}

/* Minutes east of Greenwich. */
static bool take_offset(const char **text, int *minutes)
{
	*minutes = 0;
	if (take(text, "Zz"))
		return true;
	bool is_west = **text == '-';
	int hour, minute;
	if (!take(text, "+-") || !take_digits(text, 2, 0, 23, &hour) || !take(text, ":") || !take_digits(text, 2, 0, 59, &minute))
		return false;
	*minutes = (is_west ? -1 : 1) * (hour * 60 + minute);
	return true;
}

static bool take_fraction(const char **text)
{
	if (!take(text, "."))
		return true;
	if (!take(text, "0123456789"))
		return false;
	while (take(text, "0123456789"))
		;
	return true;
}

bool instant_parse(const char *text, instant *out)
{
	date day;
	int hour, minute, second, offset;
	bool is_good = take_date(&text, &day) && take(&text, "Tt")
		&& take_digits(&text, 2, 0, 23, &hour) && take(&text, ":") && take_digits(&text, 2, 0, 59, &minute)
		&& take(&text, ":") && take_digits(&text, 2, 0, 59, &second) && take_fraction(&text) && take_offset(&text, &offset);
	if (!is_good || *text)
		return false;
	int64_t seconds = (int64_t)day.day * DAY_SECONDS + hour * 3600 + minute * 60 + second - offset * 60;
	if (seconds < 0 || seconds >= (int64_t)(LAST_DAY + 1) * DAY_SECONDS)
		return false;
	*out = (instant){ seconds };
	return true;
}

const char *instant_format(instant time, char out[INSTANT_TEXT])
{
	const int64_t last = (int64_t)(LAST_DAY + 1) * DAY_SECONDS - 1;
	int64_t seconds = time.seconds < 0 ? 0 : time.seconds > last ? last : time.seconds;
	int of_day = (int)(seconds % DAY_SECONDS);
	char *end = out + strlen(date_format((date){ (int32_t)(seconds / DAY_SECONDS) }, out));
	*end++ = 'T';
	end = put_digits(end, 2, of_day / 3600);
	*end++ = ':';
	end = put_digits(end, 2, of_day / 60 % 60);
	*end++ = ':';
	end = put_digits(end, 2, of_day % 60);
	*end++ = 'Z';
	*end = 0;
	return out;
}

/* --- time zones --------------------------------------------------------------------------------------------------------------- */

enum { ZONE_MAXIMUM = 64, HOUR_SECONDS = 3600 };

static bool is_zone_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-';
}

/* Words between single slashes. No dot, so no way out of the directory. */
static bool is_zone_name(const char *zone)
{
	size_t word = 0, length = 0;
	for (; zone[length]; length++) {
		if (zone[length] == '/' ? word == 0 : !is_zone_character(zone[length]))
			return false;
		word = zone[length] == '/' ? 0 : word + 1;
	}
	return word > 0 && length <= ZONE_MAXIMUM;
}

/* Files of the directory that are not names of zones: with leap seconds, doubles, the system's own choice. */
static bool is_foreign(const char *zone)
{
	static const char *const FOREIGN[] = { "right/", "posix/", "localtime", "posixrules", "Factory" };
	for (size_t i = 0; i < countof(FOREIGN); i++)
		if (strncmp(zone, FOREIGN[i], strlen(FOREIGN[i])) == 0)
			return true;
	return false;
}

static bool is_zone_file(const char *path)
{
	struct stat status;
	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
		return false;
	FILE *file = fopen(path, "re");
	if (!file)
		return false;
	char magic[4];
	bool is_good = fread(magic, sizeof(magic), 1, file) == 1 && memcmp(magic, "TZif", sizeof(magic)) == 0;
	fclose(file);
	return is_good;
}

bool zone_exists(const char *zone)
{
	if (!is_zone_name(zone) || is_foreign(zone))
		return false;
	const char *directory = getenv("TZDIR");
	void *context = memory_context(NULL);
	bool exists = is_zone_file(memory_format(context, "%s/%s", directory && *directory ? directory : "/usr/share/zoneinfo", zone));
	memory_free(context);
	return exists;
}

/* The C library knows one zone at a time, that of the variable TZ of the process. Programs have one thread and nothing else here looks
 * at local time, so the variable belongs to this file and is changed only when another zone is asked for. */
static void use_zone(const char *zone)
{
	char wanted[ZONE_MAXIMUM + 2] = ":";
	strncat(wanted, zone, ZONE_MAXIMUM);
	const char *current = getenv("TZ");
	if (current && strcmp(current, wanted) == 0)
		return;
	if (setenv("TZ", wanted, 1) != 0)
		memory_exhausted();
	tzset();
}

static struct tm local_time(int64_t seconds)
{
	const time_t time = (time_t)seconds;
	struct tm parts = { 0 };
	localtime_r(&time, &parts);
	return parts;
}

static int32_t local_day(int64_t seconds)
{
	int64_t local = seconds + local_time(seconds).tm_gmtoff;
	return (int32_t)((local - (local < 0 ? DAY_SECONDS - 1 : 0)) / DAY_SECONDS);
}

date zone_date(const char *zone, instant now)
{
	use_zone(zone);
	return (date){ local_day(now.seconds) };
}

/* The first second at or before which a change of the zone leads to the day; the local date is earlier at low, and not at high. */
static int64_t bisect(int32_t day, int64_t low, int64_t high)
{
	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;
		if (local_day(middle) >= day)
			high = middle;
		else
			low = middle;
	}
	return high;
}

instant zone_day_start(const char *zone, date day)
{
	use_zone(zone);
	const int64_t midnight = (int64_t)day.day * DAY_SECONDS;        /* in Greenwich; no zone is 16 hours away from it */
	const int64_t low = midnight - 16 * HOUR_SECONDS, high = midnight + 16 * HOUR_SECONDS;
	/* The midnight of the clock as it ran before. Looked at first, because clocks set back over a midnight pass it twice. */
	const int64_t usual = midnight - local_time(low).tm_gmtoff;
	if (local_day(usual) >= day.day && local_day(usual - 1) < day.day)
		return (instant){ usual };
	return (instant){ bisect(day.day, low, high) };
}
