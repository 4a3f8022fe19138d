/* SPDX-License-Identifier: MIT */
/* The rules of attendance as pure functions: no clock, no database, no state. Days are local dates
 * of the event. */
#ifndef DOJANG_REWARD_RULES_H
#define DOJANG_REWARD_RULES_H

#include "base/calendar.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_mode { MODE_CUMULATIVE, MODE_CONSECUTIVE };
enum event_phase { PHASE_COMING, PHASE_RUNNING, PHASE_ENDED };
enum milestone_state {
	MILESTONE_CLAIMED,
	MILESTONE_CLOSED,
	MILESTONE_LOCKED,
	MILESTONE_SOLD_OUT,
	MILESTONE_CLAIMABLE
};

/* The event's first and last day on its local calendar. */
struct event_window {
	date starts_on, ends_on;
};

/* A day that staff, an outage or the shop added for the customer, on the date since; or one that
 * the customer made up then. */
struct given_day {
	date day, since;
};

/* The dates of one customer in one event, ascending, without repeats. given: those that are not
 * check-ins, in any order. */
struct dates {
	const date *items;
	size_t count;
	const struct given_day *given;
	size_t given_count;
	const date *made_up; /* those of them that the customer made up */
	size_t made_up_count;
	/* what rules_freeze found: missed days that keep a streak alive, ascending, and how many
	 * freezes are left */
	const date *frozen;
	size_t frozen_count;
	uint32_t freezes_left;
};

/* Each customer begins with `most` freezes, and gets one more with every `every` check-ins (0:
 * none), but never has more than `most`. */
struct freeze_rule {
	uint32_t most, every;
};

/* A customer can add `most` missed days of an event later, at most days_back days before today,
 * each for `price` points. pays: such a day pays what a check-in does. */
struct makeup_rule {
	uint32_t most, days_back, price;
	bool pays;
};

/* Why a day cannot be made up. */
enum makeup_refusal {
	MAKEUP_POSSIBLE,
	MAKEUP_NOT_OFFERED,
	MAKEUP_NOT_PAST,
	MAKEUP_COUNTS_ALREADY,
	MAKEUP_BEFORE_FIRST_DAY, /* of the event, or of the customer in it */
	MAKEUP_TOO_OLD,
	MAKEUP_NONE_LEFT
};

struct participation {
	uint32_t count, streak, longest_streak;
	bool is_checked_in_today;
};

/* What earns a milestone. has_earned_from: only customers who reach `at` on that date or later earn
 * it. Days that were added since then make nobody one who reached it before. */
struct milestone_rule {
	uint32_t at;
	bool has_earned_from;
	date earned_from;
};

/* The missed days that freezes cover. A check-in uses a freeze when exactly one day is missing
 * before it; two missing days end the streak and use none. A day that was added after its date uses
 * no freeze and brings none, and is seen only by check-ins after the date on which it was added: so
 * adding a day never changes what was frozen before. Writes at most dates.count days, and returns
 * dates with them. */
struct dates rules_freeze(struct dates dates, struct freeze_rule rule, date *frozen);
/* True when a freeze keeps the current streak alive over its last missed day: yesterday, or the
 * last day of an event that is over. The freeze is used for good with the next check-in. */
bool rules_is_freezing(struct dates dates, struct event_window window, date today, date *missed);

/* The first that applies. The event is running today. */
enum makeup_refusal rules_makeup(struct makeup_rule rule, struct event_window window,
	struct dates dates, date today, date day);

enum event_phase rules_phase(struct event_window window, date today);

/* Count and runs as of today. The current run must end today or yesterday (rule 5: "not yet today"
 * breaks nothing), or on the last day of an event that is over. Dates after today (an import, a
 * clock set back) count as they are. */
struct participation rules_participation(
	struct dates dates, struct event_window window, date today);

/* The date whose row reached the milestone: the at-th date (cumulative), or the at-th day of the
 * first run of that length (consecutive); in both only days that did not complete the count before
 * earned_from. False when it was not reached. A day that is given on earned_from or later never
 * takes a milestone away. */
bool rules_reached_on(enum event_mode mode, struct dates dates, const struct milestone_rule *rule,
	date *reached_on);
bool rules_is_earned(enum event_mode mode, struct dates dates, const struct milestone_rule *rule);
/* Remaining days: at minus the count (cumulative), or at minus the current streak (consecutive). 0
 * when it is earned, and when it can no longer be: the count passed it before earned_from. */
uint32_t rules_remaining_days(enum event_mode mode, const struct participation *participation,
	const struct milestone_rule *rule, bool is_earned);

/* The first that applies: claimed, closed, locked (not earned), sold out, claimable. */
enum milestone_state rules_milestone_state(
	bool is_claimed, bool is_closed, bool is_earned, bool is_sold_out);

/* When the next check-in opens, given whether today's is done. For a coming event: the start of its
 * first day. While it runs: the start of today when today's is open, else the start of tomorrow.
 * False (null in the API) when no day is left. */
bool rules_next_check_in(
	struct event_window window, date today, bool is_checked_in_today, date *day);

/* Rule 15: whether the event may still be changed. While it runs, start, mode and counts are
 * locked; the end moves only later, never into the past. */
bool rules_may_change_start(struct event_window window, date today);
bool rules_may_move_end(struct event_window window, date today, date new_end);

#endif
