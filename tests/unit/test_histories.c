/* SPDX-License-Identifier: MIT */
/* The rules of attendance for every history of a few days, against a second, naive specification,
 * and properties that hold for all of them. */
#include "base/memory.h"
#include "reward/daily_points.h"
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

/* --- freezes --- */

/* A history of check-ins as bits, and what its freezes cover by a day-by-day specification. */
struct frozen_history {
	unsigned set, frozen;
	int days;
	struct freeze_rule rule;
	uint32_t left;
};

static bool is_in(unsigned set, int day)
{
	return day >= 0 && set >> day & 1;
}

/* Each day on its own: the freezes before a day follow from all earlier days. */
static void freeze_naively(struct frozen_history *history)
{
	uint32_t check_ins = 0;
	history->frozen = 0;
	history->left = history->rule.most;
	for (int day = 0; day < history->days; day++) {
		if (!is_in(history->set, day))
			continue;
		bool is_single_gap = !is_in(history->set, day - 1) && is_in(history->set, day - 2);
		if (is_single_gap && history->left > 0) {
			history->frozen |= 1U << (day - 1);
			history->left--;
		}
		if (history->rule.every && ++check_ins % history->rule.every == 0)
			history->left += history->left < history->rule.most;
	}
}

/* The check-ins from first to last, or 0 when a day between is neither a check-in nor frozen. */
static uint32_t check_ins_in(const struct frozen_history *history, int first, int last)
{
	uint32_t count = 0;
	if (!is_in(history->set, first) || !is_in(history->set, last))
		return 0;
	for (int day = first; day <= last; day++) {
		if (!is_in(history->set | history->frozen, day))
			return 0;
		count += is_in(history->set, day);
	}
	return count;
}

static int naive_frozen_run(const struct frozen_history *history, uint32_t at)
{
	for (int last = 0; last < history->days; last++)
		for (int first = 0; first <= last; first++)
			if (at > 0 && check_ins_in(history, first, last) == at)
				return last;
	return NEVER;
}

/* The check-ins of the run that ends on a day. */
static uint32_t naive_streak(const struct frozen_history *history, int last)
{
	uint32_t streak = 0;
	for (int first = 0; first <= last; first++)
		if (check_ins_in(history, first, last) > streak)
			streak = check_ins_in(history, first, last);
	return streak;
}

static struct dates dates_of_set(
	const struct frozen_history *history, date items[DAYS], date frozen[DAYS])
{
	struct dates dates = { .items = items };
	for (int day = 0; day < history->days; day++)
		if (is_in(history->set, day))
			items[dates.count++] = (date){ FIRST + day };
	return rules_freeze(dates, history->rule, frozen);
}

static void check_runs(const struct frozen_history *history, struct dates dates)
{
	for (uint32_t at = 0; at <= 6; at++) {
		const struct milestone_rule rule = { .at = at };
		date on = { FIRST + NEVER };
		bool is_reached = rules_reached_on(MODE_CONSECUTIVE, dates, &rule, &on);
		assert_int_equal(
			is_reached ? on.day - FIRST : NEVER, naive_frozen_run(history, at));
	}
}

/* As of a day after the last one of the history: nothing later is known. */
static void check_participation(const struct frozen_history *history, struct dates dates)
{
	const struct event_window window = { { FIRST }, { FIRST + 2 * DAYS } };
	const int today = history->days,
		  last = is_in(history->set, today - 1) ? today - 1
		: history->left > 0                     ? today - 2
							: NEVER;
	uint32_t longest = 0;
	for (int day = 0; day < history->days; day++)
		if (naive_streak(history, day) > longest)
			longest = naive_streak(history, day);
	struct participation got = rules_participation(dates, window, (date){ FIRST + today });
	assert_int_equal(got.count, dates.count);
	assert_int_equal(got.longest_streak, longest);
	assert_int_equal(got.streak, last < 0 ? 0 : naive_streak(history, last));
	assert_int_equal(daily_streak_on(dates, (date){ FIRST + today }), got.streak + 1);
	for (size_t i = 0; i < dates.count; i++)
		assert_int_equal(daily_streak_on(dates, dates.items[i]),
			naive_streak(history, dates.items[i].day - FIRST));
}

/* A day that is added today leaves frozen days frozen and milestones earned. */
static void an_added_day_thaws_nothing(const struct frozen_history *history, struct dates before)
{
	for (int day = 0; day < history->days; day++) {
		struct frozen_history after = *history;
		date items[DAYS], frozen[DAYS];
		const struct given_day given = { { FIRST + day }, { FIRST + history->days } };
		if (is_in(history->set, day))
			continue;
		after.set |= 1U << day;
		struct dates dates = dates_of_set(&after, items, frozen);
		dates.given = &given;
		dates.given_count = 1;
		dates = rules_freeze(dates, history->rule, frozen);
		assert_int_equal(dates.frozen_count, before.frozen_count);
		assert_int_equal(dates.freezes_left, before.freezes_left);
		for (size_t i = 0; i < dates.frozen_count; i++)
			assert_int_equal(dates.frozen[i].day, before.frozen[i].day);
		for (struct milestone_rule rule = { .at = 1 }; rule.at <= 6; rule.at++)
			for (int from = NEVER; from <= history->days; from++) {
				rule.has_earned_from = from != NEVER;
				rule.earned_from = (date){ FIRST + from };
				assert_true(!rules_is_earned(MODE_CONSECUTIVE, before, &rule)
					|| rules_is_earned(MODE_CONSECUTIVE, dates, &rule));
			}
	}
}

static void check_frozen_history(struct frozen_history *history)
{
	date items[DAYS], frozen[DAYS];
	struct dates dates = dates_of_set(history, items, frozen);
	unsigned got = 0;
	freeze_naively(history);
	for (size_t i = 0; i < dates.frozen_count; i++)
		got |= 1U << (dates.frozen[i].day - FIRST);
	assert_int_equal(got, history->frozen);
	assert_int_equal(got & history->set, 0);
	assert_int_equal(dates.freezes_left, history->left);
	check_runs(history, dates);
	check_participation(history, dates);
	an_added_day_thaws_nothing(history, dates);
}

static void freezes_of_twelve_days(void **state)
{
	(void)state;
	for (uint32_t most = 0; most <= 2; most++)
		for (uint32_t every = 0; every <= (most ? 4U : 0U); every++)
			for (unsigned set = 0; set < 1U << DAYS; set++)
				check_frozen_history(&(struct frozen_history){
					.set = set, .days = DAYS, .rule = { most, every } });
}

static struct dates frozen_dates(const char *days, const struct given_day *given,
	size_t given_count, struct freeze_rule rule, date *items, date *frozen)
{
	struct dates dates = { .items = items, .given = given, .given_count = given_count };
	for (int day = 0; days[day]; day++)
		if (days[day] != '.')
			items[dates.count++] = (date){ FIRST + day };
	return rules_freeze(dates, rule, frozen);
}

/* Seen elsewhere: one freeze covered sixty days; a frozen day counted as attended. */
static void one_freeze_covers_one_day(void **state)
{
	(void)state;
	static const struct {
		const char *days;
		struct freeze_rule rule;
		uint32_t count, longest, left;
	} GIVEN[] = {
		{ "aa.aa", { 1, 0 }, 4, 4, 0 },
		{ "aa..aa", { 2, 0 }, 4, 2, 2 },
		{ "aa.a.a", { 1, 0 }, 4, 3, 0 },
		{ "aa.a.a", { 2, 0 }, 4, 4, 0 },
		{ "a...........a", { 5, 0 }, 2, 1, 5 },
		{ ".aa", { 1, 0 }, 2, 2, 1 },
		{ "a.aa.a", { 1, 3 }, 4, 4, 0 },
		{ "aaaaaa", { 1, 2 }, 6, 6, 1 },
	};
	for (size_t i = 0; i < countof(GIVEN); i++) {
		date items[16], frozen[16];
		struct dates dates = frozen_dates(
			GIVEN[i].days, NULL, 0, GIVEN[i].rule, items, frozen);
		struct participation got = rules_participation(dates,
			(struct event_window){ { FIRST }, { FIRST + 100 } }, (date){ FIRST + 50 });
		assert_int_equal(got.count, GIVEN[i].count);
		assert_int_equal(got.longest_streak, GIVEN[i].longest);
		assert_int_equal(dates.freezes_left, GIVEN[i].left);
	}
}

/* A day of the shop counts as a check-in when it was added on that day; one that was added later
 * is seen by the check-ins after it, and uses no freeze itself. */
static void freezes_and_added_days(void **state)
{
	(void)state;
	date items[16], frozen[16];
	const struct given_day same_day[] = { { { FIRST + 2 }, { FIRST + 2 } } };
	const struct given_day later[] = { { { FIRST + 2 }, { FIRST + 3 } } };
	const struct given_day much_later[] = { { { FIRST + 1 }, { FIRST + 9 } } };
	assert_int_equal(
		frozen_dates("a.s", same_day, 1, (struct freeze_rule){ 1, 0 }, items, frozen)
			.frozen_count,
		1);
	assert_int_equal(frozen_dates("a.s", later, 1, (struct freeze_rule){ 1, 0 }, items, frozen)
				 .frozen_count,
		0);
	assert_int_equal(
		frozen_dates("aas.a", later, 1, (struct freeze_rule){ 1, 0 }, items, frozen)
			.frozen_count,
		1);
	struct dates dates = frozen_dates(
		"asa", much_later, 1, (struct freeze_rule){ 1, 0 }, items, frozen);
	assert_int_equal(dates.frozen_count, 1);
	assert_int_equal(
		rules_participation(dates, (struct event_window){ { FIRST }, { FIRST + 9 } },
			(date){ FIRST + 2 })
			.streak,
		3);
}

/* --- made-up days --- */

/* The days that rule 52 allows: missed, in the event, after the customer's first day, before today,
 * not too long ago; none when all are used. */
static bool may_make_up(
	unsigned set, int today, int starts, struct makeup_rule rule, unsigned made_up, int day)
{
	unsigned before = day < 0 ? 0 : set & ((1U << day) - 1);
	return made_up < rule.most && day < today && day >= starts && before != 0
		&& !is_in(set, day) && today - day <= (int)rule.days_back;
}

static void check_makeups(unsigned set, struct makeup_rule rule, size_t made_up, int starts)
{
	const struct event_window window = { { FIRST + starts }, { FIRST + 2 * DAYS } };
	date items[DAYS];
	struct dates dates = { .items = items, .made_up = items, .made_up_count = made_up };
	for (int day = 0; day < DAYS; day++)
		if (is_in(set, day))
			items[dates.count++] = (date){ FIRST + day };
	for (int today = DAYS - 2; today <= DAYS; today++)
		for (int day = -2; day <= DAYS + 1; day++)
			assert_int_equal(rules_makeup(rule, window, dates, (date){ FIRST + today },
						 (date){ FIRST + day })
					== MAKEUP_POSSIBLE,
				may_make_up(set, today, starts, rule, (unsigned)made_up, day));
}

static void made_up_days_of_twelve_days(void **state)
{
	(void)state;
	static const struct makeup_rule RULES[] = { { .most = 0, .days_back = 7 },
		{ .most = 1, .days_back = 1 }, { .most = 2, .days_back = 3 },
		{ .most = 2, .days_back = 100 } };
	for (unsigned set = 0; set < 1U << DAYS; set++)
		for (size_t i = 0; i < countof(RULES); i++)
			for (size_t made_up = 0; made_up <= 2; made_up++)
				check_makeups(set, RULES[i], made_up, set % 3 == 0 ? 4 : 0);
}

/* A day that is made up never takes a milestone away, and never makes a streak shorter. */
static void a_made_up_day_only_helps(void **state)
{
	(void)state;
	const struct event_window window = { { FIRST }, { FIRST + 2 * DAYS } };
	const date today = { FIRST + DAYS - 1 };
	for (unsigned set = 1; set < 1U << DAYS; set++)
		for (int day = 0; day < DAYS - 1; day++) {
			struct frozen_history before = { .set = set, .days = DAYS };
			struct frozen_history after = { .set = set | 1U << day, .days = DAYS };
			const struct given_day given = { { FIRST + day }, today };
			date one[DAYS], other[DAYS], frozen[DAYS];
			struct dates old = dates_of_set(&before, one, frozen);
			struct dates new = dates_of_set(&after, other, frozen);
			new.given = &given;
			new.given_count = 1;
			struct participation was = rules_participation(old, window, today);
			struct participation is = rules_participation(new, window, today);
			assert_true(is.count >= was.count && is.streak >= was.streak
				&& is.longest_streak >= was.longest_streak);
			for (struct milestone_rule rule = { .at = 1 }; rule.at <= 6; rule.at++)
				for (enum event_mode mode = MODE_CUMULATIVE;
					mode <= MODE_CONSECUTIVE; mode++)
					assert_true(!rules_is_earned(mode, old, &rule)
						|| rules_is_earned(mode, new, &rule));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_ins_of_twelve_days),
		cmocka_unit_test(check_ins_and_given_days_of_six_days),
		cmocka_unit_test(participation_of_eight_days),
		cmocka_unit_test(freezes_of_twelve_days),
		cmocka_unit_test(one_freeze_covers_one_day),
		cmocka_unit_test(freezes_and_added_days),
		cmocka_unit_test(made_up_days_of_twelve_days),
		cmocka_unit_test(a_made_up_day_only_helps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
