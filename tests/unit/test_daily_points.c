/* SPDX-License-Identifier: MIT */
/* The points for checking in: tables of sentences, and all histories of twelve days against a naive
 * specification. */
#include "base/memory.h"
#include "reward/daily_points.h"

#include "sentence.h"

#include <stdio.h>

static date day_of(const char *text)
{
	date day;
	if (!date_parse(text, &day))
		fail_msg("%s is no date", text);
	return day;
}

/* --- how rules are written --- */

static const struct {
	const char *sentence, *text, *want; /* want NULL: refused */
} TEXTS[] = {
	{ "each check-in", "every", "every" },
	{ "a day of a streak", "streak:7", "streak:7" },
	{ "a day of a cycle", "streak:7/7", "streak:7/7" },
	{ "the first day of a cycle", "streak:1/31", "streak:1/31" },
	{ "a weekday", "weekday:sun", "weekday:sun" },
	{ "a date", "date:2028-02-29", "date:2028-02-29" },
	{ "nothing is no rule", "", NULL },
	{ "an unknown rule", "always", NULL },
	{ "a rule with something behind it", "every:1", NULL },
	{ "a capital letter", "weekday:Sun", NULL },
	{ "a day beyond its cycle never comes", "streak:8/7", NULL },
	{ "a streak of no days", "streak:0", NULL },
	{ "a cycle of no days", "streak:1/0", NULL },
	{ "a number with a sign", "streak:+7", NULL },
	{ "a number with a leading zero", "streak:07", NULL },
	{ "a number that is too long", "streak:3661", NULL },
	{ "a number beyond all bounds", "streak:99999999999999999999", NULL },
	{ "a second slash", "streak:1/2/3", NULL },
	{ "no number", "streak:", NULL },
	{ "a day that does not exist", "date:2026-02-29", NULL },
	{ "a weekday that does not exist", "weekday:day", NULL },
};

static void texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(TEXTS); i++) {
		struct daily_rule rule;
		char text[DAILY_RULE_TEXT];
		bool is_rule = daily_rule_parse(TEXTS[i].text, &rule);
		sentence_text(TEXTS[i].sentence, TEXTS[i].want,
			is_rule ? daily_rule_format(&rule, text) : NULL);
	}
}

/* --- what a day pays --- */

/* The rules are written like stored parts. */
#define BOARD "every=10 streak:3/7=20 streak:7/7=50"
/* 2026-11-22 is a Sunday. */
#define SUNDAYS "every=10 weekday:sun=5"

static const struct {
	const char *sentence, *rules, *day;
	uint32_t streak;
	const char *want; /* the parts */
	int64_t points;
} PAYMENTS[] = {
	{ "without rules nothing is paid", "", "2026-11-22", 1, "", 0 },
	{ "each check-in pays", "every=10", "2026-11-22", 1, "every=10", 10 },
	{ "a bonus is added, it replaces nothing", BOARD, "2026-11-24", 3, "every=10 streak:3/7=20",
		30 },
	{ "the last day of the board", BOARD, "2026-11-24", 7, "every=10 streak:7/7=50", 60 },
	{ "the board begins again", BOARD, "2026-11-24", 8, "every=10", 10 },
	{ "the third day of the second round", BOARD, "2026-11-24", 10, "every=10 streak:3/7=20",
		30 },
	{ "a streak without a cycle pays once", "streak:7=50", "2026-11-24", 14, "", 0 },
	{ "a longer streak than any month", "streak:30=900", "2026-11-24", 30, "streak:30=900",
		900 },
	{ "Sundays", SUNDAYS, "2026-11-22", 1, SUNDAYS, 15 },
	{ "and no other day", SUNDAYS, "2026-11-23", 2, "every=10", 10 },
	{ "a Monday", "weekday:mon=5", "2026-11-23", 1, "weekday:mon=5", 5 },
	{ "the first Thursday of all", "weekday:thu=5", "1970-01-01", 1, "weekday:thu=5", 5 },
	{ "a date", "date:2026-12-25=100", "2026-12-25", 1, "date:2026-12-25=100", 100 },
	{ "and no other year", "date:2026-12-25=100", "2027-12-25", 1, "", 0 },
	{ "all kinds together", "every=1 streak:2=10 weekday:fri=100 date:2026-12-25=1000",
		"2026-12-25", 2, "every=1 streak:2=10 weekday:fri=100 date:2026-12-25=1000", 1111 },
	{ "two rules of one length are two payments", "streak:7=50 streak:7/7=5", "2026-11-24", 7,
		"streak:7=50 streak:7/7=5", 55 },
};

static struct daily_points points_of(const char *text, struct daily_payment *memory)
{
	daily_parts_parse(text, memory);
	return (struct daily_points){ memory->parts, memory->part_count, { false, 0 } };
}

static void payments(void **state)
{
	for (size_t i = 0; i < countof(PAYMENTS); i++) {
		struct daily_payment memory;
		const struct daily_points points = points_of(PAYMENTS[i].rules, &memory);
		const struct daily_payment got = daily_payment_for(
			&points, 0, day_of(PAYMENTS[i].day), PAYMENTS[i].streak);
		sentence_text(
			PAYMENTS[i].sentence, PAYMENTS[i].want, daily_parts_format(*state, &got));
		sentence_number(PAYMENTS[i].sentence, PAYMENTS[i].points, got.points);
	}
}

static const struct {
	const char *sentence;
	int64_t cap, paid, want;
	enum daily_withheld withheld;
} CAPS[] = {
	{ "the limit may be reached", 100, 90, 10, WITHHELD_NOTHING },
	{ "but not exceeded, by a single point", 99, 90, 0, WITHHELD_CAP },
	{ "a limit of 0 pays nothing", 0, 0, 0, WITHHELD_CAP },
	{ "a limit that was lowered takes nothing back", 50, 90, 0, WITHHELD_CAP },
};

static void caps(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(CAPS); i++) {
		struct daily_payment memory;
		struct daily_points points = points_of("every=10", &memory);
		points.cap = (struct optional_number){ true, CAPS[i].cap };
		const struct daily_payment got = daily_payment_for(
			&points, CAPS[i].paid, day_of("2026-11-22"), 1);
		sentence_number(CAPS[i].sentence, CAPS[i].want, got.points);
		sentence_number(CAPS[i].sentence, CAPS[i].withheld, got.withheld);
		sentence_number(CAPS[i].sentence, CAPS[i].want != 0, (int64_t)got.part_count);
	}
	struct daily_payment memory;
	struct daily_points none = points_of("weekday:mon=5", &memory);
	none.cap = (struct optional_number){ true, 0 };
	sentence_number("where no rule matches, no limit withholds anything", WITHHELD_NOTHING,
		daily_payment_for(&none, 0, day_of("2026-11-22"), 1).withheld);
}

/* --- today and tomorrow --- */

static const struct {
	const char *sentence, *rules, *last; /* the last of three days; NULL: none */
	struct daily_account account;
	int64_t cap; /* 0: none */
	const char *today;
	struct daily_outlook want;
} OUTLOOKS[] = {
	{ "before today's check-in", BOARD, NULL, { 0, 0, INT64_MAX }, 0, "2026-11-24",
		{ 10, 10 } },
	{ "tomorrow goes on from today", BOARD, "2026-11-23", { 50, 0, INT64_MAX }, 0, "2026-11-24",
		{ 10, 10 } },
	{ "today is done: it says what it paid", BOARD, "2026-11-24", { 50, 7, INT64_MAX }, 0,
		"2026-11-24", { 7, 10 } },
	{ "a missed day begins again", BOARD, "2026-11-22", { 50, 0, INT64_MAX }, 0, "2026-11-24",
		{ 10, 10 } },
	{ "the third day is tomorrow", "streak:5=20", "2026-11-23", { 0, 0, INT64_MAX }, 0,
		"2026-11-24", { 0, 20 } },
	{ "the day before the event", BOARD, NULL, { 0, 0, INT64_MAX }, 0, "2026-10-31",
		{ 0, 10 } },
	{ "its last day", BOARD, NULL, { 0, 0, INT64_MAX }, 0, "2026-11-30", { 10, 0 } },
	{ "after it", BOARD, NULL, { 0, 0, INT64_MAX }, 0, "2026-12-01", { 0, 0 } },
	{ "today's points count towards tomorrow's limit", "every=10", NULL, { 85, 0, INT64_MAX },
		100, "2026-11-24", { 10, 0 } },
	{ "the budget is enough for one day", "every=10", NULL, { 0, 0, 19 }, 0, "2026-11-24",
		{ 10, 0 } },
	{ "and for none", "every=10", NULL, { 0, 0, 9 }, 0, "2026-11-24", { 0, 0 } },
};

static void outlooks(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(OUTLOOKS); i++) {
		struct daily_payment memory;
		struct daily_points points = points_of(OUTLOOKS[i].rules, &memory);
		date items[3] = { { 0 }, { 0 }, { 0 } };
		struct dates dates = { .items = items };
		for (int day = 2; OUTLOOKS[i].last && day >= 0; day--)
			items[dates.count++] = (date){ day_of(OUTLOOKS[i].last).day - day };
		points.cap = (struct optional_number){ OUTLOOKS[i].cap != 0, OUTLOOKS[i].cap };
		const struct daily_outlook got = daily_outlook(&points,
			(struct event_window){ day_of("2026-11-01"), day_of("2026-11-30") }, dates,
			day_of(OUTLOOKS[i].today), &OUTLOOKS[i].account);
		sentence_number(OUTLOOKS[i].sentence, OUTLOOKS[i].want.today, got.today);
		sentence_number(OUTLOOKS[i].sentence, OUTLOOKS[i].want.tomorrow, got.tomorrow);
	}
}

static void costs(void **state)
{
	(void)state;
	struct daily_payment memory;
	const struct daily_points board = points_of(BOARD, &memory);
	const date monday = day_of("2026-11-23");
	sentence_number("one day", 10, daily_cost(&board, monday, 1));
	sentence_number("a week", 70 + 20 + 50, daily_cost(&board, monday, 7));
	sentence_number("thirty days", 300 + 4 * 20 + 4 * 50, daily_cost(&board, monday, 30));
}

static void stored_parts(void **state)
{
	(void)state;
	struct daily_payment payment;
	daily_parts_parse("every=10 gone=5 streak:7/7=50 every= =3 every=x", &payment);
	sentence_number("what cannot be read is left out", 2, (int64_t)payment.part_count);
	sentence_number("the sum is that of the rest", 60, payment.points);
}

/* --- all histories of twelve days --- */

enum { DAYS = 12 };

/* Counts the days before, one by one. */
static uint32_t naive_streak(unsigned history, int day)
{
	uint32_t streak = 1;
	while (day - (int)streak >= 0 && (history >> (day - (int)streak) & 1))
		streak++;
	return streak;
}

/* every=10 streak:3=7 streak:2/5=100 weekday:sun=1000, written out. */
static int64_t naive_payment(date day, uint32_t streak)
{
	uint32_t on_board = streak;
	while (on_board > 5)
		on_board -= 5;
	bool is_sunday = day.day == day_of("2026-11-22").day || day.day == day_of("2026-11-29").day;
	return 10 + (streak == 3 ? 7 : 0) + (on_board == 2 ? 100 : 0) + (is_sunday ? 1000 : 0);
}

static void histories(void **state)
{
	(void)state;
	struct daily_payment memory;
	const struct daily_points points = points_of(
		"every=10 streak:3=7 streak:2/5=100 weekday:sun=1000", &memory);
	const date first = day_of("2026-11-18");
	for (unsigned history = 0; history < 1u << DAYS; history++) {
		date items[DAYS];
		struct dates dates = { .items = items };
		for (int i = 0; i < DAYS; i++)
			if (history >> i & 1)
				items[dates.count++] = (date){ first.day + i };
		for (int i = 0; i < DAYS; i++) {
			const date day = { first.day + i };
			uint32_t streak = daily_streak_on(dates, day);
			assert_int_equal(streak, naive_streak(history, i));
			assert_int_equal(daily_payment_for(&points, 0, day, streak).points,
				naive_payment(day, streak));
		}
	}
}

static int set_up(void **state)
{
	*state = memory_context(NULL);
	return 0;
}

static int tear_down(void **state)
{
	memory_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(payments),
		cmocka_unit_test(caps),
		cmocka_unit_test(outlooks),
		cmocka_unit_test(costs),
		cmocka_unit_test(stored_parts),
		cmocka_unit_test(histories),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
