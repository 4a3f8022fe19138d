/* SPDX-License-Identifier: MIT */
/* Dates, instants and the midnights of time zones. */
#include "base/calendar.h"
#include "base/clock.h"
#include "base/memory.h"

#include "sentence.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void every_date_has_one_text(void **state)
{
	(void)state;
	date last;
	assert_true(date_parse("9999-12-31", &last));
	for (date day = { 0 }; day.day <= last.day; day.day++) {
		char text[DATE_TEXT], want[DATE_TEXT];
		date again;
		struct tm calendar; /* the C library's, as a second implementation */
		time_t seconds = (time_t)day.day * 86400;
		struct month month = date_month(day);
		gmtime_r(&seconds, &calendar);
		strftime(want, sizeof want, "%Y-%m-%d", &calendar);
		if (!date_parse(date_format(day, text), &again) || again.day != day.day
			|| strcmp(text, want) != 0)
			fail_msg("day %d is shown as %s, and should be %s", day.day, text, want);
		if (month_first(month).day != day.day - calendar.tm_mday + 1
			|| month_last(month).day < day.day)
			fail_msg("day %d is not in its month", day.day);
	}
}

static void dates_are_those_of_the_calendar(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *text;
		bool is_good;
		int32_t want;
	} rows[] = {
		{ "the first", "1970-01-01", true, 0 },
		{ "a day of ours", "2026-11-22", true, 20779 },
		{ "the day before the leap day", "2028-02-28", true, 21242 },
		{ "the leap day", "2028-02-29", true, 21243 },
		{ "the day after it", "2028-03-01", true, 21244 },
		{ "2000 was a leap year", "2000-02-29", true, 11016 },
		{ "2100 is none", "2100-02-29", false, 0 },
		{ "2026 is none", "2026-02-29", false, 0 },
		{ "the last", "9999-12-31", true, 2932896 },
		{ "before the first", "1969-12-31", false, 0 },
		{ "April has 30 days", "2026-04-31", false, 0 },
		{ "month 0", "2026-00-10", false, 0 },
		{ "month 13", "2026-13-10", false, 0 },
		{ "day 0", "2026-11-00", false, 0 },
		{ "one digit", "2026-11-2", false, 0 },
		{ "more behind", "2026-11-22 ", false, 0 },
		{ "blanks for digits", "2026- 1-22", false, 0 },
		{ "signs for digits", "2026-+1-22", false, 0 },
		{ "slashes", "2026/11/22", false, 0 },
		{ "no separators", "20261122", false, 0 },
		{ "five digits of a year", "12026-11-22", false, 0 },
		{ "nothing", "", false, 0 },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		date day = { 0 };
		sentence_holds(rows[i].sentence, date_parse(rows[i].text, &day) == rows[i].is_good);
		sentence_number(rows[i].sentence, rows[i].want, day.day);
	}
}

static void months_have_a_first_and_a_last_day(void **state)
{
	(void)state;
	static const struct {
		const char *month, *first, *last;
	} rows[] = {
		{ "1970-01", "1970-01-01", "1970-01-31" },
		{ "2026-02", "2026-02-01", "2026-02-28" },
		{ "2028-02", "2028-02-01", "2028-02-29" },
		{ "2026-11", "2026-11-01", "2026-11-30" },
		{ "2026-12", "2026-12-01", "2026-12-31" },
		{ "9999-12", "9999-12-01", "9999-12-31" },
	};
	char text[DATE_TEXT];
	for (size_t i = 0; i < countof(rows); i++) {
		struct month month;
		sentence_holds(rows[i].month, month_parse(rows[i].month, &month));
		sentence_text(rows[i].month, rows[i].first, date_format(month_first(month), text));
		sentence_text(rows[i].month, rows[i].last, date_format(month_last(month), text));
		struct month again = date_month(month_last(month));
		sentence_holds(
			rows[i].month, again.year == month.year && again.month == month.month);
	}
	static const char *const bad[] = { "", "2026", "2026-1", "2026-00", "2026-13", "2026-11-",
		"2026-11-01", "1969-12", "26-11" };
	struct month month;
	for (size_t i = 0; i < countof(bad); i++)
		sentence_holds(bad[i], !month_parse(bad[i], &month));
}

static void what_was_noted_before_the_clock_was_set_back_is_over(void **state)
{
	(void)state;
	static const struct {
		const char *sentence;
		int64_t since, seconds, now;
		bool want;
	} rows[] = {
		{ "a moment ago", 1000, 60, 1001, false },
		{ "a second too early", 1000, 60, 1059, false },
		{ "exactly then", 1000, 60, 1060, true },
		{ "long ago", 1000, 60, 100000, true },
		{ "written by a request that began a little later", 1060, 60, 1000, false },
		{ "the clock was set back by two minutes", 1120, 60, 1000, true },
		{ "the clock was a day ahead", 87400, 86400, 1000, true },
	};
	for (size_t i = 0; i < countof(rows); i++)
		sentence_holds(rows[i].sentence,
			instant_is_over((instant){ rows[i].since }, rows[i].seconds,
				(instant){ rows[i].now })
				== rows[i].want);
}

static void instants_are_read_by_rfc_3339(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "2026-11-22T03:04:05Z", "2026-11-22T03:04:05Z" },
		{ "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z" },
		{ "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z" },
		{ "2026-11-22T12:04:05+09:00", "2026-11-22T03:04:05Z" },
		{ "2026-11-22T00:00:00+09:00", "2026-11-21T15:00:00Z" },
		{ "2026-12-31T23:30:00-05:30", "2027-01-01T05:00:00Z" },
		{ "2026-11-22T03:04:05.999Z", "2026-11-22T03:04:05Z" },
		{ "2026-11-22t03:04:05z", "2026-11-22T03:04:05Z" },
		{ "2026-11-22T03:04:60Z", NULL },
		{ "2026-11-22T24:00:00Z", NULL },
		{ "2026-11-22T03:60:00Z", NULL },
		{ "2026-11-22T03:04:05", NULL },
		{ "2026-11-22T03:04:05.Z", NULL },
		{ "2026-11-22 03:04:05Z", NULL },
		{ "2026-11-22T03:04Z", NULL },
		{ "2026-11-22T03:04:05+0900", NULL },
		{ "2026-11-22T03:04:05+24:00", NULL },
		{ "2026-11-22T03:04:05+09:60", NULL },
		{ "2026-11-22T03:04:05Z ", NULL },
		{ "2026-02-29T03:04:05Z", NULL },
		{ "1970-01-01T00:00:00+09:00", NULL },
		{ "9999-12-31T23:59:59-00:01", NULL },
		{ "", NULL },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		instant time;
		char text[INSTANT_TEXT];
		bool is_good = instant_parse(rows[i].text, &time);
		sentence_text(
			rows[i].text, rows[i].want, is_good ? instant_format(time, text) : NULL);
	}
}

static void what_has_no_text_is_shown_as_the_nearest(void **state)
{
	(void)state;
	char text[INSTANT_TEXT];
	assert_string_equal(instant_format((instant){ -1 }, text), "1970-01-01T00:00:00Z");
	assert_string_equal(instant_format((instant){ INT64_MAX }, text), "9999-12-31T23:59:59Z");
	assert_string_equal(date_format((date){ INT32_MAX }, text), "9999-12-31");
	assert_string_equal(date_format((date){ INT32_MIN }, text), "1970-01-01");
}

static void only_zones_of_the_system_exist(void **state)
{
	(void)state;
	static const char *const good[] = { "Asia/Seoul", "UTC", "America/Argentina/Buenos_Aires",
		"Etc/GMT+9", "America/Port-au-Prince" };
	static const char *const bad[] = {
		"",
		"/",
		"Asia",
		"Asia/",
		"/Asia/Seoul",
		"Asia//Seoul",
		"asia/seoul2",
		"Asia/Atlantis",
		"../zoneinfo/Asia/Seoul",
		"Asia/../Asia/Seoul",
		"/usr/share/zoneinfo/Asia/Seoul",
		"./UTC",
		"right/UTC",
		"posix/UTC",
		"localtime",
		"posixrules",
		"zone.tab",
		"tzdata.zi",
		"leapseconds",
		"UTC0",
		":UTC",
		"KST-9",
		"Asia/Seoul ",
		"Asia/Seoul\n",
		"Asia/서울",
		"../../../etc/passwd",
	};
	for (size_t i = 0; i < countof(good); i++)
		sentence_holds(good[i], zone_exists(good[i]));
	for (size_t i = 0; i < countof(bad); i++)
		sentence_holds(bad[i], !zone_exists(bad[i]));
}

static void only_files_of_zones_are_zones(void **state)
{
	(void)state;
	char directory[] = "/tmp/dojang-zones-XXXXXX", path[64];
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/Fake", directory);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs("no zone", file);
	fclose(file);
	setenv("TZDIR", directory, 1);
	bool exists = zone_exists("Fake"), finds_others = zone_exists("Asia/Seoul");
	unsetenv("TZDIR");
	unlink(path);
	rmdir(directory);
	assert_false(exists);
	assert_false(finds_others);
}

static void the_date_is_that_of_the_zone(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *zone, *now, *want;
	} rows[] = {
		{ "the last second of a day in Seoul", "Asia/Seoul", "2026-11-22T14:59:59Z",
			"2026-11-22" },
		{ "midnight in Seoul", "Asia/Seoul", "2026-11-22T15:00:00Z", "2026-11-23" },
		{ "the last second of a year in Seoul", "Asia/Seoul", "2026-12-31T14:59:59Z",
			"2026-12-31" },
		{ "a new year in Seoul, an old one in Greenwich", "Asia/Seoul",
			"2026-12-31T15:00:00Z", "2027-01-01" },
		{ "the leap day begins in Seoul", "Asia/Seoul", "2028-02-28T15:00:00Z",
			"2028-02-29" },
		{ "the leap day ends in Seoul", "Asia/Seoul", "2028-02-29T15:00:00Z",
			"2028-03-01" },
		{ "the same instant in New York", "America/New_York", "2026-11-22T04:59:59Z",
			"2026-11-21" },
		{ "midnight in New York in winter", "America/New_York", "2026-11-22T05:00:00Z",
			"2026-11-22" },
		{ "before midnight in New York in summer", "America/New_York",
			"2026-07-01T03:59:59Z", "2026-06-30" },
		{ "midnight in New York in summer", "America/New_York", "2026-07-01T04:00:00Z",
			"2026-07-01" },
		{ "Greenwich", "UTC", "2026-11-22T23:59:59Z", "2026-11-22" },
		{ "a quarter of an hour matters in Nepal", "Asia/Kathmandu", "2026-11-22T18:14:59Z",
			"2026-11-22" },
		{ "and it is midnight there", "Asia/Kathmandu", "2026-11-22T18:15:00Z",
			"2026-11-23" },
		{ "beyond 2038", "Asia/Seoul", "2099-12-31T15:00:00Z", "2100-01-01" },
		{ "an offset that ends within a minute", "Africa/Monrovia", "1972-01-07T00:44:29Z",
			"1972-01-06" },
		{ "the second after it", "Africa/Monrovia", "1972-01-07T00:44:30Z", "1972-01-07" },
	};
	for (size_t twice = 0; twice < 2 * countof(rows); twice++) {
		/* the second answer may be one that was kept */
		const size_t i = twice / 2;
		instant now;
		char text[DATE_TEXT];
		sentence_holds(rows[i].sentence, instant_parse(rows[i].now, &now));
		sentence_text(rows[i].sentence, rows[i].want,
			date_format(zone_date(rows[i].zone, now), text));
	}
}

static void offsets_that_are_kept_are_those_of_their_minute(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *now;
		int32_t want;
	} rows[] = {
		{ "Monrovia's last second with the old offset", "1972-01-07T00:44:29Z", -2670 },
		{ "the second after it", "1972-01-07T00:44:30Z", 0 },
		{ "and back", "1972-01-07T00:44:00Z", -2670 },
	};
	instant now, spring, autumn;
	for (size_t i = 0; i < countof(rows); i++) {
		sentence_holds(rows[i].sentence, instant_parse(rows[i].now, &now));
		sentence_holds(
			rows[i].sentence, zone_offset("Africa/Monrovia", now) == rows[i].want);
	}
	assert_true(instant_parse("2026-01-01T00:00:00Z", &now)
		&& instant_parse("2026-03-08T07:00:00Z", &spring)
		&& instant_parse("2026-11-01T06:00:00Z", &autumn));
	for (int64_t minute = 0; minute < 365 * 1440; minute++) {
		/* each of the year, here and there */
		const instant at = { now.seconds + minute * 7919 % (365 * 1440) * 60 };
		const bool is_summer = at.seconds >= spring.seconds && at.seconds < autumn.seconds;
		assert_int_equal(
			zone_offset("America/New_York", at), is_summer ? -4 * 3600 : -5 * 3600);
	}
}

static void a_day_starts_at_its_first_instant(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *zone, *day, *want;
	} rows[] = {
		{ "midnight in Seoul", "Asia/Seoul", "2026-11-23", "2026-11-22T15:00:00Z" },
		{ "the first day of a month in Seoul", "Asia/Seoul", "2026-12-01",
			"2026-11-30T15:00:00Z" },
		{ "the leap day in Seoul", "Asia/Seoul", "2028-02-29", "2028-02-28T15:00:00Z" },
		{ "the day of 23 hours in New York", "America/New_York", "2026-03-08",
			"2026-03-08T05:00:00Z" },
		{ "the day after it", "America/New_York", "2026-03-09", "2026-03-09T04:00:00Z" },
		{ "the day of 25 hours in New York", "America/New_York", "2026-11-01",
			"2026-11-01T04:00:00Z" },
		{ "the day after it", "America/New_York", "2026-11-02", "2026-11-02T05:00:00Z" },
		{ "no midnight in Sao Paulo: the day starts at 01:00", "America/Sao_Paulo",
			"2018-11-04", "2018-11-04T03:00:00Z" },
		{ "no midnight in Cairo", "Africa/Cairo", "2014-05-16", "2014-05-15T22:00:00Z" },
		{ "no midnight in Beirut", "Asia/Beirut", "2024-03-31", "2024-03-30T22:00:00Z" },
		{ "two midnights in Havana: the first", "America/Havana", "2024-11-03",
			"2024-11-03T04:00:00Z" },
		{ "midnight twice in Newfoundland, set back a minute after it: the first",
			"America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z" },
		{ "set back at midnight in Nuuk: the day starts an hour later", "America/Nuuk",
			"2024-10-27", "2024-10-27T02:00:00Z" },
		{ "a day that Samoa left out starts with the next", "Pacific/Apia", "2011-12-30",
			"2011-12-30T10:00:00Z" },
		{ "and the next at the same instant", "Pacific/Apia", "2011-12-31",
			"2011-12-30T10:00:00Z" },
		{ "an offset that ends within a minute", "Africa/Monrovia", "1972-01-07",
			"1972-01-07T00:44:30Z" },
		{ "the far east", "Pacific/Kiritimati", "2026-11-23", "2026-11-22T10:00:00Z" },
		{ "the far west", "Pacific/Pago_Pago", "2026-11-23", "2026-11-23T11:00:00Z" },
		{ "Greenwich", "UTC", "2026-11-23", "2026-11-23T00:00:00Z" },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		date day;
		char text[INSTANT_TEXT];
		sentence_holds(rows[i].sentence, date_parse(rows[i].day, &day));
		instant start = zone_day_start(rows[i].zone, day);
		sentence_text(rows[i].sentence, rows[i].want, instant_format(start, text));
		sentence_holds(rows[i].sentence, zone_date(rows[i].zone, start).day >= day.day);
		sentence_holds(rows[i].sentence,
			zone_date(rows[i].zone, (instant){ start.seconds - 1 }).day < day.day);
	}
}

static void the_last_day_ends_with_what_can_be_written(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *zone, *want;
	} rows[] = {
		{ "in Seoul before", "Asia/Seoul", "9999-12-31T15:00:00Z" },
		{ "in Greenwich a second early", "UTC", "9999-12-31T23:59:59Z" },
		{ "in New York with the last second there is", "America/New_York",
			"9999-12-31T23:59:59Z" },
		{ "in the far west too", "Pacific/Pago_Pago", "9999-12-31T23:59:59Z" },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		date day;
		instant last, end;
		assert_true(date_parse("9999-12-31", &day));
		assert_true(instant_parse(rows[i].want, &last));
		end = zone_day_start(rows[i].zone, (date){ day.day + 1 });
		sentence_holds(rows[i].sentence, end.seconds == last.seconds);
		sentence_holds(rows[i].sentence,
			zone_date(rows[i].zone, (instant){ end.seconds - 1 }).day == day.day);
	}
}

static void the_demo_s_clock_adds_its_offset(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *content;
		int64_t want;
	} rows[] = {
		{ "a day ahead", "86400\n", 86400 },
		{ "behind", "-3600", -3600 },
		{ "none", "0\n", 0 },
		{ "rubbish adds nothing", "soon\n", 0 },
		{ "an empty file adds nothing", "", 0 },
	};
	char path[] = "/tmp/dojang-clock-XXXXXX";
	close(mkstemp(path));
	for (size_t i = 0; i < countof(rows); i++) {
		FILE *file = fopen(path, "w");
		fputs(rows[i].content, file);
		fclose(file);
		int64_t before = clock_now(NULL).seconds, now = clock_now(path).seconds,
			after = clock_now(NULL).seconds;
		sentence_holds(rows[i].sentence,
			now >= before + rows[i].want && now <= after + rows[i].want);
	}
	unlink(path);
	int64_t before = clock_now(NULL).seconds, now = clock_now(path).seconds,
		after = clock_now(NULL).seconds;
	sentence_holds("a file that is missing adds nothing", now >= before && now <= after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_date_has_one_text),
		cmocka_unit_test(dates_are_those_of_the_calendar),
		cmocka_unit_test(months_have_a_first_and_a_last_day),
		cmocka_unit_test(what_was_noted_before_the_clock_was_set_back_is_over),
		cmocka_unit_test(instants_are_read_by_rfc_3339),
		cmocka_unit_test(what_has_no_text_is_shown_as_the_nearest),
		cmocka_unit_test(only_zones_of_the_system_exist),
		cmocka_unit_test(only_files_of_zones_are_zones),
		cmocka_unit_test(the_date_is_that_of_the_zone),
		cmocka_unit_test(offsets_that_are_kept_are_those_of_their_minute),
		cmocka_unit_test(a_day_starts_at_its_first_instant),
		cmocka_unit_test(the_last_day_ends_with_what_can_be_written),
		cmocka_unit_test(the_demo_s_clock_adds_its_offset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
