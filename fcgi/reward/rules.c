/* SPDX-License-Identifier: MIT */
/* Computes the rules of attendance from dates. */
#include "reward/rules.h"

enum event_phase rules_phase(struct event_window window, date today)
{
	if (today.day < window.starts_on.day)
		return PHASE_COMING;
	return today.day > window.ends_on.day ? PHASE_ENDED : PHASE_RUNNING;
}

/* --- freezes --- */

/* The given day, or NULL when the customer made this day. */
static const struct given_day *given_of(struct dates dates, date day)
{
	for (size_t i = 0; i < dates.given_count; i++)
		if (dates.given[i].day.day == day.day)
			return &dates.given[i];
	return NULL;
}

static bool is_added_later(struct dates dates, date day)
{
	const struct given_day *given = given_of(dates, day);
	return given && given->since.day > day.day;
}

/* The last day before this one that was known on this date; false: there is none. */
static bool day_before(struct dates dates, size_t index, date *before)
{
	for (size_t i = index; i > 0; i--) {
		const struct given_day *given = given_of(dates, dates.items[i - 1]);
		*before = dates.items[i - 1];
		if (!given || given->since.day <= before->day
			|| given->since.day < dates.items[index].day)
			return true;
	}
	return false;
}

struct dates rules_freeze(struct dates dates, struct freeze_rule rule, date *frozen)
{
	uint32_t check_ins = 0;
	date before;
	dates.frozen = frozen;
	dates.frozen_count = 0;
	dates.freezes_left = rule.most;
	for (size_t i = 0; rule.most > 0 && i < dates.count; i++) {
		date day = dates.items[i];
		if (is_added_later(dates, day))
			continue;
		if (dates.freezes_left > 0 && day_before(dates, i, &before)
			&& before.day == day.day - 2) {
			frozen[dates.frozen_count++] = (date){ day.day - 1 };
			dates.freezes_left--;
		}
		check_ins++;
		if (rule.every && check_ins % rule.every == 0 && dates.freezes_left < rule.most)
			dates.freezes_left++;
	}
	return dates;
}

static bool is_frozen(struct dates dates, int32_t day)
{
	for (size_t i = dates.frozen_count; i > 0; i--)
		if (dates.frozen[i - 1].day == day)
			return true;
	return false;
}

/* --- made-up days --- */

static bool counts(struct dates dates, date day)
{
	for (size_t i = 0; i < dates.count; i++)
		if (dates.items[i].day == day.day)
			return true;
	return false;
}

enum makeup_refusal rules_makeup(struct makeup_rule rule, struct event_window window,
	struct dates dates, date today, date day)
{
	if (rule.most == 0)
		return MAKEUP_NOT_OFFERED;
	if (day.day >= today.day)
		return MAKEUP_NOT_PAST;
	if (counts(dates, day))
		return MAKEUP_COUNTS_ALREADY;
	if (day.day < window.starts_on.day || dates.count == 0 || day.day < dates.items[0].day)
		return MAKEUP_BEFORE_FIRST_DAY;
	if (day.day < today.day - (int32_t)rule.days_back)
		return MAKEUP_TOO_OLD;
	return dates.made_up_count < rule.most ? MAKEUP_POSSIBLE : MAKEUP_NONE_LEFT;
}

/* --- runs --- */

/* True when no day between the two ends a run. */
static bool is_joined(struct dates dates, size_t before, size_t index)
{
	int32_t missing = dates.items[index].day - dates.items[before].day - 1;
	return missing == 0 || (missing == 1 && is_frozen(dates, dates.items[index].day - 1));
}

static bool follows(struct dates dates, size_t index)
{
	return index > 0 && is_joined(dates, index - 1, index);
}

/* A run that ends before this day is over. */
static int32_t run_alive_from(struct event_window window, date today)
{
	return today.day > window.ends_on.day ? window.ends_on.day : today.day - 1;
}

bool rules_is_freezing(struct dates dates, struct event_window window, date today, date *missed)
{
	*missed = (date){ run_alive_from(window, today) };
	return dates.count > 0 && dates.freezes_left > 0
		&& dates.items[dates.count - 1].day == missed->day - 1;
}

struct participation rules_participation(struct dates dates, struct event_window window, date today)
{
	struct participation participation = { .count = (uint32_t)dates.count };
	uint32_t run = 0;
	for (size_t i = 0; i < dates.count; i++) {
		run = follows(dates, i) ? run + 1 : 1;
		if (run > participation.longest_streak)
			participation.longest_streak = run;
		participation.is_checked_in_today |= dates.items[i].day == today.day;
	}
	date missed;
	if (dates.count
		&& (dates.items[dates.count - 1].day >= run_alive_from(window, today)
			|| rules_is_freezing(dates, window, today, &missed)))
		participation.streak = run;
	return participation;
}

/* True when this day was given to the customer on the milestone's first counting date or later. */
static bool is_given_late(struct dates dates, size_t index, const struct milestone_rule *rule)
{
	for (size_t i = 0; rule->has_earned_from && i < dates.given_count; i++)
		if (dates.given[i].day.day == dates.items[index].day)
			return dates.given[i].since.day >= rule->earned_from.day;
	return false;
}

/* True when the customer had this day before the milestone's first counting date. */
static bool is_early(struct dates dates, size_t index, const struct milestone_rule *rule)
{
	return rule->has_earned_from && dates.items[index].day < rule->earned_from.day
		&& !is_given_late(dates, index, rule);
}

static bool reached_by_count(
	struct dates dates, const struct milestone_rule *rule, date *reached_on)
{
	size_t early = 0;
	if (rule->at == 0 || dates.count < rule->at)
		return false;
	*reached_on = dates.items[rule->at - 1];
	for (size_t i = 0; rule->has_earned_from && i < dates.count; i++)
		early += is_early(dates, i, rule);
	return early < rule->at;
}

/* The day before this one that was not given late belongs to the same run. *index becomes its. */
static bool has_old_neighbour(struct dates dates, size_t *index, const struct milestone_rule *rule)
{
	for (size_t i = *index; i > 0; i--)
		if (!is_given_late(dates, i - 1, rule)) {
			bool is_one_run = is_joined(dates, i - 1, *index);
			*index = is_one_run ? i - 1 : *index;
			return is_one_run;
		}
	return false;
}

/* True when this day belongs to a run that was already long enough with early days only, as the
 * runs were before any day was given late: a given day joins runs, but takes nothing away. The
 * early days of such a run are its first ones. */
static bool is_used_up(struct dates dates, size_t index, const struct milestone_rule *rule)
{
	uint32_t early = 0;
	if (!rule->has_earned_from || is_given_late(dates, index, rule))
		return false;
	while (has_old_neighbour(dates, &index, rule))
		continue;
	while (is_early(dates, index, rule)) {
		size_t next = index + 1;
		early++;
		while (next < dates.count && is_given_late(dates, next, rule))
			next++;
		if (next == dates.count || !is_joined(dates, index, next))
			break;
		index = next;
	}
	return early >= rule->at;
}

static bool reached_by_run(struct dates dates, const struct milestone_rule *rule, date *reached_on)
{
	uint32_t run = 0;
	for (size_t i = 0; i < dates.count; i++) {
		if (is_used_up(dates, i, rule))
			run = 0;
		else
			run = follows(dates, i) ? run + 1 : 1;
		if (run > 0 && run == rule->at) {
			*reached_on = dates.items[i];
			return true;
		}
	}
	return false;
}

bool rules_reached_on(enum event_mode mode, struct dates dates, const struct milestone_rule *rule,
	date *reached_on)
{
	return mode == MODE_CONSECUTIVE ? reached_by_run(dates, rule, reached_on)
					: reached_by_count(dates, rule, reached_on);
}

bool rules_is_earned(enum event_mode mode, struct dates dates, const struct milestone_rule *rule)
{
	date reached_on;
	return rules_reached_on(mode, dates, rule, &reached_on);
}

uint32_t rules_remaining_days(enum event_mode mode, const struct participation *participation,
	const struct milestone_rule *rule, bool is_earned)
{
	uint32_t done = mode == MODE_CONSECUTIVE ? participation->streak : participation->count;
	return is_earned || done >= rule->at ? 0 : rule->at - done;
}

enum milestone_state rules_milestone_state(
	bool is_claimed, bool is_closed, bool is_earned, bool is_sold_out)
{
	if (is_claimed)
		return MILESTONE_CLAIMED;
	if (is_closed)
		return MILESTONE_CLOSED;
	if (!is_earned)
		return MILESTONE_LOCKED;
	return is_sold_out ? MILESTONE_SOLD_OUT : MILESTONE_CLAIMABLE;
}

bool rules_next_check_in(
	struct event_window window, date today, bool is_checked_in_today, date *day)
{
	switch (rules_phase(window, today)) {
	case PHASE_COMING: *day = window.starts_on; return true;
	case PHASE_RUNNING:
		*day = (date){ today.day + is_checked_in_today };
		return day->day <= window.ends_on.day;
	default: return false;
	}
}

bool rules_may_change_start(struct event_window window, date today)
{
	return rules_phase(window, today) == PHASE_COMING;
}

bool rules_may_move_end(struct event_window window, date today, date new_end)
{
	if (new_end.day < window.starts_on.day || new_end.day < today.day)
		return false;
	return rules_phase(window, today) == PHASE_COMING || new_end.day >= window.ends_on.day;
}
