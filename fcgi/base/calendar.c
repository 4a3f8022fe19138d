/* SPDX-License-Identifier: MIT */
/* Computes dates and instants with integer arithmetic, and formats and parses them. */
#include "base/calendar.h"

#include <string.h>

enum { DAY_SECONDS = 86400, YEAR_FIRST = 1970, YEAR_LAST = 9999, LAST_DAY = 2932896 };

/* --- the calendar --- */

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_days(struct month month)
{
	static const int DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return DAYS[month.month - 1] + (month.month == 2 && is_leap(month.year));
}

/* In years that begin in March the leap day is the last one, so the position of a month is a
 * formula. Both conversions follow Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 */
enum { ERA_YEARS = 400, ERA_DAYS = 146097, ERA_TO_1970 = 719468 };

date month_first(struct month month)
{
	int year = month.year - (month.month <= 2),
	    place = month.month + (month.month > 2 ? -3 : 9);
	int era = year / ERA_YEARS, of_era = year % ERA_YEARS;
	return (date){ era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100
		+ (153 * place + 2) / 5 - ERA_TO_1970 };
}

date month_last(struct month month)
{
	return (date){ month_first(month).day + month_days(month) - 1 };
}

/* Texts have four digits for the year. A date outside is shown as the nearest one that fits. */
static date clamp(date day)
{
	return (date){ day.day < 0 ? 0 : day.day > LAST_DAY ? LAST_DAY : day.day };
}

struct month date_month(date day)
{
	int days = clamp(day).day + ERA_TO_1970;
	int era = days / ERA_DAYS, of_era = days % ERA_DAYS;
	int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int place = (5 * (of_era - (365 * year + year / 4 - year / 100)) + 2) / 153;
	int month = place + (place < 10 ? 3 : -9);
	return (struct month){ era * ERA_YEARS + year + (month <= 2), month };
}

/* --- texts --- */

/* Reads exactly count digits and moves *text past them. */
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
	if (!take_month(text, &month) || !take(text, "-")
		|| !take_digits(text, 2, 1, month_days(month), &day))
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
	if (!take(text, "+-") || !take_digits(text, 2, 0, 23, &hour) || !take(text, ":")
		|| !take_digits(text, 2, 0, 59, &minute))
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

const instant INSTANT_LAST = { (int64_t)(LAST_DAY + 1) * DAY_SECONDS - 1 };

instant instant_storable(instant time)
{
	return time.seconds < INSTANT_LAST.seconds ? time : INSTANT_LAST;
}

bool instant_is_over(instant since, int64_t seconds, instant now)
{
	enum { CLOCK_SET_BACK_SECONDS = 60 };
	return since.seconds > now.seconds + CLOCK_SET_BACK_SECONDS
		|| now.seconds - since.seconds >= seconds;
}

bool instant_parse(const char *text, instant *out)
{
	date day;
	int hour, minute, second, offset;
	bool is_good = take_date(&text, &day) && take(&text, "Tt")
		&& take_digits(&text, 2, 0, 23, &hour) && take(&text, ":")
		&& take_digits(&text, 2, 0, 59, &minute) && take(&text, ":")
		&& take_digits(&text, 2, 0, 59, &second) && take_fraction(&text)
		&& take_offset(&text, &offset);
	if (!is_good || *text)
		return false;
	int64_t seconds = (int64_t)day.day * DAY_SECONDS + hour * 3600 + minute * 60 + second
		- offset * 60;
	if (seconds < 0 || seconds > INSTANT_LAST.seconds)
		return false;
	*out = (instant){ seconds };
	return true;
}

const char *instant_format(instant time, char out[INSTANT_TEXT])
{
	int64_t seconds = time.seconds < 0 ? 0 : instant_storable(time).seconds;
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
