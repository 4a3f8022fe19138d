/* SPDX-License-Identifier: MIT */
/* The rules of attendance for every history of a few days, against a second, naive specification,
 * and properties that hold for all of them. */
#include "reward/rules.h"

#include "sentence.h"

#define DAYS 12
#define FIRST 20000 /* any day; the dates of a history are FIRST to FIRST + DAYS - 1 */

enum day_state { ABSENT, ATTENDED, GIVEN_LATE, GIVEN_EARLY, STATES };

/* A history, and a milestone that counts from the day with this index (NEVER: from the start). */
#define NEVER -1
struct history {
	int days, from;
	uint32_t at;
	enum day_state state[DAYS];
};

/* --- the naive specification: sets of days, no runs kept from day to day --- */

static bool has(const struct history *history, int day)
{
	return day >= 0 && day < history->days && history->state[day] != ABSENT;
}

static bool is_late(const struct history *history, int day)
{
	return history->from != NEVER && history->state[day] == GIVEN_LATE;
}

static bool is_early(const struct history *history, int day)
{
	return has(history, day) && history->from != NEVER && day < history->from
		&& history->state[day] != GIVEN_LATE;
}

/* True when all days from first to last are there, and none of them was given late. */
static bool is_old_run(const struct history *history, int first, int last)
{
	for (int day = first; day <= last; day++)
		if (!has(history, day) || is_late(history, day))
			return false;
	return true;
}

/* True when the day is in one run, not joined by a day given late, with `at` early days. */
static bool is_used_up(const struct history *history, int day)
{
	int at = (int)history->at;
	for (int first = 0; first + at <= history->days; first++) {
		bool is_all_early = true;
		for (int i = first; i < first + at; i++)
			is_all_early &= is_early(history, i);
		if (is_all_early
			&& is_old_run(history, day < first ? day : first,
				day > first + at - 1 ? day : first + at - 1))
			return true;
	}
	return false;
}

static int naive_run(const struct history *history)
{
	for (int last = (int)history->at - 1; last < history->days; last++) {
		bool is_good = true;
		for (int day = last - (int)history->at + 1; day <= last; day++)
			is_good &= has(history, day) && !is_used_up(history, day);
		if (is_good)
			return last;
	}
	return NEVER;
}

static int naive_count(const struct history *history)
{
	uint32_t early = 0, count = 0;
	int reached = NEVER;
	for (int day = 0; day < history->days; day++) {
		early += is_early(history, day);
		if (has(history, day) && ++count == history->at)
			reached = day;
	}
	return early >= history->at ? NEVER : reached;
}

/* --- the program --- */

static int reached(enum event_mode mode, const struct history *history)
{
	date items[DAYS], on;
	struct given_day given[DAYS];
	struct dates dates = { .items = items, .given = given };
	struct milestone_rule rule = { .at = history->at,
		.has_earned_from = history->from != NEVER,
		.earned_from = { FIRST + history->from } };
	for (int day = 0; day < history->days; day++) {
		if (history->state[day] == ABSENT)
			continue;
		items[dates.count++] = (date){ FIRST + day };
		if (history->state[day] != ATTENDED)
			given[dates.given_count++] = (struct given_day){ { FIRST + day },
				{ FIRST + history->from - (history->state[day] == GIVEN_EARLY) } };
	}
	return rules_reached_on(mode, dates, &rule, &on) ? on.day - FIRST : NEVER;
}

static void agrees(const struct history *history)
{
	if (reached(MODE_CUMULATIVE, history) != naive_count(history)
		|| reached(MODE_CONSECUTIVE, history) != naive_run(history)) {
		char days[DAYS + 1] = "";
		for (int day = 0; day < history->days; day++)
			days[day] = ".aLE"[history->state[day]];
		fail_msg("%s at %u from %d: count %d, naively %d; run %d, naively %d", days,
			history->at, history->from, reached(MODE_CUMULATIVE, history),
			naive_count(history), reached(MODE_CONSECUTIVE, history),
			naive_run(history));
	}
}

/* A day that is given late to somebody who has earned the milestone leaves it earned. */
static void a_given_day_takes_nothing_away(struct history *history)
{
	for (enum event_mode mode = MODE_CUMULATIVE; mode <= MODE_CONSECUTIVE; mode++) {
		if (reached(mode, history) == NEVER)
			continue;
		for (int day = 0; day < history->days; day++) {
			if (history->state[day] != ABSENT)
				continue;
			history->state[day] = GIVEN_LATE;
			if (reached(mode, history) == NEVER)
				fail_msg("day %d takes away %u from %d in mode %d", day,
					history->at, history->from, mode);
			history->state[day] = ABSENT;
		}
	}
}

/* Nor does the next check-in, which is later than all other days. */
static void a_check_in_takes_nothing_away(const struct history *history)
{
	struct history before = *history;
	int last = history->days - 1;
	if (history->state[last] != ATTENDED || (history->from != NEVER && last < history->from))
		return;
	before.state[last] = ABSENT;
	for (enum event_mode mode = MODE_CUMULATIVE; mode <= MODE_CONSECUTIVE; mode++)
		if (reached(mode, &before) != NEVER && reached(mode, history) == NEVER)
			fail_msg("a check-in on day %d takes away %u from %d", last, history->at,
				history->from);
}

/* Calls check for all histories of these days with these states, all counts and first days. */
static void for_each_history(int days, unsigned states, void (*check)(struct history *))
{
	struct history history = { .days = days };
	uint64_t count = 1;
	for (int day = 0; day < days; day++)
		count *= states;
	for (uint64_t number = 0; number < count; number++) {
		uint64_t rest = number;
		for (int day = 0; day < days; day++, rest /= states)
			history.state[day] = (enum day_state)(rest % states);
		for (history.at = 0; history.at <= 5; history.at++)
			for (history.from = NEVER; history.from <= days; history.from++)
				check(&history);
	}
}

static void check_all(struct history *history)
{
	agrees(history);
	a_given_day_takes_nothing_away(history);
	a_check_in_takes_nothing_away(history);
}

static void check_ins_of_twelve_days(void **state)
{
	(void)state;
	for_each_history(DAYS, GIVEN_LATE, check_all);
}

static void check_ins_and_given_days_of_six_days(void **state)
{
	(void)state;
	for_each_history(6, STATES, check_all);
}

/* --- count and runs --- */

/* Compares every number as of every day with a count of the days themselves. */
static void participation_of_eight_days(void **state)
{
	(void)state;
	for (unsigned set = 0; set < 1U << 8; set++)
		for (int today = 0; today < 10; today++) {
			date items[8];
			struct dates dates = { .items = items };
			int longest = 0, streak = 0, last = today < 8 ? today : 7;
			for (int day = 0; day <= last; day++)
				if (set >> day & 1)
					items[dates.count++] = (date){ FIRST + day };
			for (int first = 0; first <= last; first++)
				for (int end = first; end <= last && (set >> end & 1); end++)
					if (end - first + 1 > longest)
						longest = end - first + 1;
			int end = today < 8 && !(set >> today & 1) ? today - 1 : last;
			while (end - streak >= 0 && (set >> (end - streak) & 1))
				streak++;
			struct participation got = rules_participation(dates,
				(struct event_window){ { FIRST }, { FIRST + 7 } },
				(date){ FIRST + today });
			assert_int_equal(got.count, dates.count);
			assert_int_equal(got.longest_streak, longest);
			assert_int_equal(got.streak, streak);
			assert_int_equal(got.is_checked_in_today, today < 8 && (set >> today & 1));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_ins_of_twelve_days),
		cmocka_unit_test(check_ins_and_given_days_of_six_days),
		cmocka_unit_test(participation_of_eight_days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
