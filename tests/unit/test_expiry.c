/* SPDX-License-Identifier: MIT */
/* When points expire, and in which order lots are used: pure functions. */
#include "reward/expiry.h"
#include "reward/lots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static date day(const char *text)
{
	date out;
	assert_true(date_parse(text, &out));
	return out;
}

static instant at(const char *text)
{
	instant out;
	assert_true(instant_parse(text, &out));
	return out;
}

static const struct {
	enum expiry_kind kind;
	int64_t count;
	const char *granted, *last;
} DAYS[] = {
	{ EXPIRY_DAYS, 1, "2026-12-31", "2027-01-01" },
	{ EXPIRY_DAYS, 365, "2027-03-01", "2028-02-29" },
	{ EXPIRY_MONTHS, 1, "2027-01-31", "2027-02-28" },
	{ EXPIRY_MONTHS, 1, "2028-01-31", "2028-02-29" },
	{ EXPIRY_MONTHS, 1, "2027-02-28", "2027-03-28" },
	{ EXPIRY_MONTHS, 12, "2028-02-29", "2029-02-28" },
	{ EXPIRY_MONTHS, 1, "2026-12-15", "2027-01-15" },
	{ EXPIRY_MONTHS, 11, "2026-12-31", "2027-11-30" },
	{ EXPIRY_MONTHS, 120, "2026-12-31", "2036-12-31" },
	{ EXPIRY_MONTH_END, 0, "2027-02-01", "2027-02-28" },
	{ EXPIRY_MONTH_END, 0, "2027-02-28", "2027-02-28" },
	{ EXPIRY_MONTH_END, 0, "2026-12-31", "2026-12-31" },
	{ EXPIRY_YEAR_END, 0, "2026-01-01", "2026-12-31" },
	{ EXPIRY_YEAR_END, 0, "2026-12-31", "2026-12-31" },
};

static void last_days_follow_the_calendar(void **state)
{
	(void)state;
	char got[DATE_TEXT];
	for (size_t i = 0; i < sizeof DAYS / sizeof *DAYS; i++)
		assert_string_equal(
			date_format(expiry_last_day((struct expiry){ DAYS[i].kind, DAYS[i].count },
					    day(DAYS[i].granted)),
				got),
			DAYS[i].last);
}

static const struct {
	const char *zone;
	struct expiry expiry;
	const char *granted, *expires;
} ZONES[] = {
	/* already 2027 in Seoul */
	{ "Asia/Seoul", { EXPIRY_YEAR_END, 0 }, "2026-12-31T15:00:00Z", "2027-12-31T15:00:00Z" },
	{ "Asia/Seoul", { EXPIRY_YEAR_END, 0 }, "2026-12-31T14:59:59Z", "2026-12-31T15:00:00Z" },
	{ "UTC", { EXPIRY_MONTH_END, 0 }, "2026-12-31T15:00:00Z", "2027-01-01T00:00:00Z" },
	/* both changes of daylight saving */
	{ "America/New_York", { EXPIRY_DAYS, 1 }, "2027-03-13T12:00:00Z", "2027-03-15T04:00:00Z" },
	{ "America/New_York", { EXPIRY_DAYS, 1 }, "2027-11-06T12:00:00Z", "2027-11-08T05:00:00Z" },
	{ "Asia/Seoul", { EXPIRY_MONTHS, 1 }, "2027-01-31T03:00:00Z", "2027-02-28T15:00:00Z" },
};

static void days_end_in_the_ledgers_time_zone(void **state)
{
	(void)state;
	char got[INSTANT_TEXT], on[DATE_TEXT], last[DATE_TEXT];
	for (size_t i = 0; i < sizeof ZONES / sizeof *ZONES; i++) {
		instant granted = at(ZONES[i].granted);
		instant expires = expiry_instant(ZONES[i].expiry, ZONES[i].zone, granted);
		assert_string_equal(instant_format(expires, got), ZONES[i].expires);
		assert_string_equal(date_format(expiry_day_of(ZONES[i].zone, expires), on),
			date_format(
				expiry_last_day(ZONES[i].expiry, zone_date(ZONES[i].zone, granted)),
				last));
	}
}

static void refunds_extend_what_has_expired(void **state)
{
	(void)state;
	char got[INSTANT_TEXT];
	instant now = at("2027-02-01T03:04:05Z");
	assert_string_equal(instant_format(expiry_after_refund(0, "Asia/Seoul", now), got),
		"2027-02-01T03:04:05Z");
	assert_string_equal(instant_format(expiry_after_refund(7, "Asia/Seoul", now), got),
		"2027-02-08T15:00:00Z");
}

static void names_are_those_of_the_database(void **state)
{
	(void)state;
	for (enum expiry_kind kind = EXPIRY_NEVER; kind <= EXPIRY_YEAR_END; kind++)
		assert_int_equal(expiry_kind_of(expiry_name(kind)), kind);
	assert_null(expiry_name(EXPIRY_NEVER));
	assert_int_equal(expiry_kind_of("week-end"), EXPIRY_NEVER);
}

/* --- lots --- */

#define THREE_LOTS \
	struct lot items[] = { { 1, 10, { 100 }, 0, 0, false }, { 2, 20, { 200 }, 0, 0, false }, \
		{ 3, 30, { 300 }, 0, 0, false } }; \
	struct lots lots = { items, 3 }

static void assert_taken(const struct lots *lots, int64_t first, int64_t second, int64_t third)
{
	assert_int_equal(lots->items[0].taken, first);
	assert_int_equal(lots->items[1].taken, second);
	assert_int_equal(lots->items[2].taken, third);
}

static void what_expires_first_is_spent_first(void **state)
{
	(void)state;
	THREE_LOTS;
	assert_int_equal(lots_sum(&lots), 60);
	assert_int_equal(lots_take(&lots, 15), 0);
	assert_taken(&lots, 10, 5, 0);
	assert_int_equal(lots_take(&lots, 100), 55);
	assert_taken(&lots, 10, 20, 30);
}

static void lots_expire_at_their_second(void **state)
{
	(void)state;
	THREE_LOTS;
	assert_int_equal(lots_expire(&lots, (instant){ 199 }), 10);
	assert_int_equal(lots_expire(&lots, (instant){ 200 }), 20);
	assert_taken(&lots, 10, 20, 0);
}

/* A program that knows no lots spent 25 of 70. */
static void spends_without_lots_are_reconciled(void **state)
{
	(void)state;
	THREE_LOTS;
	assert_int_equal(lots_reconcile(&lots, 70), 0);
	assert_int_equal(lots_reconcile(&lots, 45), 15);
	assert_taken(&lots, 10, 5, 0);
	assert_int_equal(lots_reconcile(&lots, -5), 45);
	assert_int_equal(lots_sum(&lots), 0);
}

static void a_grant_is_taken_back_from_its_own_lot(void **state)
{
	(void)state;
	THREE_LOTS;
	lots_take_back(&lots, 3, 35, 70); /* 5 of it were spent */
	assert_taken(&lots, 5, 0, 30);
}

static void a_grant_without_lot_is_taken_back_from_what_never_expires(void **state)
{
	(void)state;
	THREE_LOTS;
	lots_take_back(&lots, 0, 8, 70);
	assert_taken(&lots, 0, 0, 0);
	lots_take_back(&lots, 0, 12, 70);
	assert_taken(&lots, 2, 0, 0);
}

static void refunds_go_back_where_they_came_from(void **state)
{
	(void)state;
	struct lot_use uses[] = { { 1, 10, 0 }, { 2, 20, 0 } };
	/* 50 spent, 20 of them without a lot */
	lots_refund(uses, 2, 50, 0, 15, 1000);
	assert_int_equal(uses[0].given_back + uses[1].given_back, 0);
	lots_refund(uses, 2, 50, 15, 20, 1000);
	assert_int_equal(uses[0].given_back, 0);
	assert_int_equal(uses[1].given_back, 15);
	uses[1].used = 5;
	lots_refund(uses, 2, 50, 35, 15, 1000);
	assert_int_equal(uses[0].given_back, 10);
	assert_int_equal(uses[1].given_back, 5);
	lots_refund(uses, 2, 50, 35, 15, 4); /* the rest pays a debt */
	assert_int_equal(uses[0].given_back, 0);
	assert_int_equal(uses[1].given_back, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(last_days_follow_the_calendar),
		cmocka_unit_test(days_end_in_the_ledgers_time_zone),
		cmocka_unit_test(refunds_extend_what_has_expired),
		cmocka_unit_test(names_are_those_of_the_database),
		cmocka_unit_test(what_expires_first_is_spent_first),
		cmocka_unit_test(lots_expire_at_their_second),
		cmocka_unit_test(spends_without_lots_are_reconciled),
		cmocka_unit_test(a_grant_is_taken_back_from_its_own_lot),
		cmocka_unit_test(a_grant_without_lot_is_taken_back_from_what_never_expires),
		cmocka_unit_test(refunds_go_back_where_they_came_from),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
