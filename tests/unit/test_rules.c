/* SPDX-License-Identifier: MIT */
/* The rules of attendance as sentences. Dates are written as texts; instants go through the event's
 * time zone first. */
#include "base/memory.h"
#include "customer/client.h"
#include "customer/eligibility.h"
#include "reward/rules.h"

#include "sentence.h"

#include <stdio.h>
#include <string.h>

/* The event of the first tables; others say theirs. */
#define NOVEMBER "2026-11-01", "2026-11-30"

static date day_of(const char *text)
{
	date day;
	if (!date_parse(text, &day))
		fail_msg("%s is no date", text);
	return day;
}

static struct event_window window_of(const char *starts_on, const char *ends_on)
{
	return (struct event_window){ day_of(starts_on), day_of(ends_on) };
}

/* "2026-11-01..05 2026-11-09": a date, or a run of them up to a day (or a date) behind the dots. */
static struct dates dates_of(const void *context, const char *text)
{
	date *items = memory_array(context, date, 400);
	size_t count = 0;
	for (char *rest = memory_copy_text(context, text); rest && *rest;) {
		char *word = strsep(&rest, " "), first[DATE_TEXT] = "", last[DATE_TEXT] = "";
		memcpy(first, word, 10);
		memcpy(last, word, 10);
		if (strlen(word) > 10)
			memcpy(last + 10 - strlen(word + 12), word + 12, strlen(word + 12));
		for (date day = day_of(first); day.day <= day_of(last).day; day.day++)
			items[count++] = day;
	}
	return (struct dates){ .items = items, .count = count };
}

/* --- count and runs --- */

static const struct {
	const char *sentence, *starts_on, *ends_on, *dates, *today;
	struct participation want;
} PARTICIPATIONS[] = {
	{ "nobody came", NOVEMBER, "", "2026-11-22", { 0, 0, 0, false } },
	{ "the first day", NOVEMBER, "2026-11-22", "2026-11-22", { 1, 1, 1, true } },
	{ "not yet today breaks nothing", NOVEMBER, "2026-11-19..21", "2026-11-22",
		{ 3, 3, 3, false } },
	{ "today goes on from yesterday", NOVEMBER, "2026-11-19..22", "2026-11-22",
		{ 4, 4, 4, true } },
	{ "a missed day ends the run", NOVEMBER, "2026-11-17..20", "2026-11-22",
		{ 4, 0, 4, false } },
	{ "a missed day makes the next run 1", NOVEMBER, "2026-11-17..20 2026-11-22", "2026-11-22",
		{ 5, 1, 4, true } },
	{ "the longest run is kept", NOVEMBER, "2026-11-01..06 2026-11-10..12 2026-11-21..22",
		"2026-11-22", { 11, 2, 6, true } },
	{ "the longest run may be the last", NOVEMBER, "2026-11-01..02 2026-11-18..22",
		"2026-11-22", { 7, 5, 5, true } },
	{ "gaps of one day make no run", NOVEMBER, "2026-11-02 2026-11-04 2026-11-06", "2026-11-06",
		{ 3, 1, 1, true } },
	{ "a run goes over the end of a month of 30 days", "2026-10-01", "2026-12-31",
		"2026-11-28..30 2026-12-01..02", "2026-12-02", { 5, 5, 5, true } },
	{ "of 31 days", "2026-10-01", "2026-12-31", "2026-10-30..31 2026-11-01", "2026-11-01",
		{ 3, 3, 3, true } },
	{ "the 30th and the 1st are apart where a month has 31", "2026-10-01", "2026-12-31",
		"2026-10-30 2026-11-01", "2026-11-01", { 2, 1, 1, true } },
	{ "over the end of February", "2026-02-01", "2026-03-31", "2026-02-27..28 2026-03-01",
		"2026-03-01", { 3, 3, 3, true } },
	{ "over the leap day", "2028-02-01", "2028-03-31", "2028-02-28..29 2028-03-01",
		"2028-03-01", { 3, 3, 3, true } },
	{ "the leap day can be missed", "2028-02-01", "2028-03-31", "2028-02-28 2028-03-01",
		"2028-03-01", { 2, 1, 1, true } },
	{ "over the end of the year", "2026-12-01", "2027-01-31", "2026-12-30..31 2027-01-01..02",
		"2027-01-02", { 4, 4, 4, true } },
	{ "yesterday was last year", "2026-12-01", "2027-01-31", "2026-12-30..31", "2027-01-01",
		{ 2, 2, 2, false } },
	{ "on the event's last day, not yet", NOVEMBER, "2026-11-28..29", "2026-11-30",
		{ 2, 2, 2, false } },
	{ "on the event's last day, done", NOVEMBER, "2026-11-28..30", "2026-11-30",
		{ 3, 3, 3, true } },
	{ "the day after the end a run to the last day stands", NOVEMBER, "2026-11-28..30",
		"2026-12-01", { 3, 3, 3, false } },
	{ "and long after it", NOVEMBER, "2026-11-28..30", "2027-05-05", { 3, 3, 3, false } },
	{ "the day after the end, a run to the day before the last is over", NOVEMBER,
		"2026-11-27..29", "2026-12-01", { 3, 0, 3, false } },
	{ "an event of one day", "2026-11-22", "2026-11-22", "2026-11-22", "2026-11-22",
		{ 1, 1, 1, true } },
	{ "and the day after it", "2026-11-22", "2026-11-22", "2026-11-22", "2026-11-23",
		{ 1, 1, 1, false } },
	{ "before the start there is nothing", NOVEMBER, "", "2026-10-31", { 0, 0, 0, false } },
	{ "a clock set back leaves what is written", NOVEMBER, "2026-11-20..22", "2026-11-21",
		{ 3, 3, 3, true } },
	{ "every day of a month", NOVEMBER, "2026-11-01..30", "2026-11-30", { 30, 30, 30, true } },
};

static void counts_and_runs_come_from_the_dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(PARTICIPATIONS); i++) {
		void *context = memory_context(NULL);
		struct participation want = PARTICIPATIONS[i].want,
				     got = rules_participation(
					     dates_of(context, PARTICIPATIONS[i].dates),
					     window_of(PARTICIPATIONS[i].starts_on,
						     PARTICIPATIONS[i].ends_on),
					     day_of(PARTICIPATIONS[i].today));
		sentence_number(memory_format(context, "%s: count", PARTICIPATIONS[i].sentence),
			want.count, got.count);
		sentence_number(memory_format(context, "%s: streak", PARTICIPATIONS[i].sentence),
			want.streak, got.streak);
		sentence_number(memory_format(context, "%s: longest", PARTICIPATIONS[i].sentence),
			want.longest_streak, got.longest_streak);
		sentence_holds(PARTICIPATIONS[i].sentence,
			want.is_checked_in_today == got.is_checked_in_today);
		memory_free(context);
	}
}

/* The way of a customer: one check-in at each instant, on the date of the event's zone. Twice on a
 * date counts once. */
static struct dates dates_of_instants(const void *context, const char *zone, const char *text)
{
	date *items = memory_array(context, date, 40);
	size_t count = 0;
	for (char *rest = memory_copy_text(context, text); rest && *rest;) {
		instant time;
		sentence_holds(text, instant_parse(strsep(&rest, " "), &time));
		date day = zone_date(zone, time);
		if (count == 0 || items[count - 1].day != day.day)
			items[count++] = day;
	}
	return (struct dates){ .items = items, .count = count };
}

static const struct {
	const char *sentence, *zone, *instants, *now;
	struct participation want;
} MIDNIGHTS[] = {
	{ "two seconds, two days: midnight in Seoul lies between", "Asia/Seoul",
		"2026-11-21T14:59:59Z 2026-11-21T15:00:00Z", "2026-11-21T15:00:00Z",
		{ 2, 2, 2, true } },
	{ "nearly 24 hours, one day", "Asia/Seoul", "2026-11-21T15:00:00Z 2026-11-22T14:59:59Z",
		"2026-11-22T14:59:59Z", { 1, 1, 1, true } },
	{ "nearly 48 hours, and no day missed", "Asia/Seoul",
		"2026-11-20T15:00:00Z 2026-11-22T14:59:59Z", "2026-11-22T14:59:59Z",
		{ 2, 2, 2, true } },
	{ "a new year in Seoul", "Asia/Seoul", "2026-12-31T14:59:59Z 2026-12-31T15:00:00Z",
		"2026-12-31T15:00:00Z", { 2, 2, 2, true } },
	{ "the date in Greenwich changes, that in Seoul does not", "Asia/Seoul",
		"2026-11-22T23:59:59Z 2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z",
		{ 1, 1, 1, true } },
	{ "one second after midnight the run of yesterday stands", "Asia/Seoul",
		"2026-11-21T03:00:00Z 2026-11-22T03:00:00Z", "2026-11-22T15:00:01Z",
		{ 2, 2, 2, false } },
	{ "the last second of the day after", "Asia/Seoul",
		"2026-11-21T03:00:00Z 2026-11-22T03:00:00Z", "2026-11-23T14:59:59Z",
		{ 2, 2, 2, false } },
	{ "a second later it is over", "Asia/Seoul", "2026-11-21T03:00:00Z 2026-11-22T03:00:00Z",
		"2026-11-23T15:00:00Z", { 2, 0, 2, false } },
	{ "midnight in New York", "America/New_York", "2026-11-23T04:59:59Z 2026-11-23T05:00:00Z",
		"2026-11-23T05:00:00Z", { 2, 2, 2, true } },
	{ "clocks go forward: the evenings of three days, 23 hours between two", "America/New_York",
		"2026-03-08T04:59:59Z 2026-03-09T03:59:59Z 2026-03-10T03:59:59Z",
		"2026-03-10T03:59:59Z", { 3, 3, 3, true } },
	{ "the day of 23 hours ends an hour early", "America/New_York",
		"2026-03-09T03:59:59Z 2026-03-09T04:00:00Z", "2026-03-09T04:00:00Z",
		{ 2, 2, 2, true } },
	{ "clocks go back: one hour twice is one day", "America/New_York",
		"2026-11-01T05:30:00Z 2026-11-01T06:30:00Z", "2026-11-01T06:30:00Z",
		{ 1, 1, 1, true } },
	{ "the day of 25 hours ends an hour late", "America/New_York",
		"2026-11-01T04:00:00Z 2026-11-02T04:59:59Z", "2026-11-02T04:59:59Z",
		{ 1, 1, 1, true } },
	{ "and then the next begins", "America/New_York",
		"2026-11-01T04:00:00Z 2026-11-02T05:00:00Z", "2026-11-02T05:00:00Z",
		{ 2, 2, 2, true } },
	{ "50 hours and no day missed, over the day of 25", "America/New_York",
		"2026-11-01T04:00:00Z 2026-11-03T04:59:59Z", "2026-11-03T04:59:59Z",
		{ 2, 2, 2, true } },
};

static void days_are_those_of_the_event_s_zone(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(MIDNIGHTS); i++) {
		void *context = memory_context(NULL);
		instant now;
		sentence_holds(MIDNIGHTS[i].sentence, instant_parse(MIDNIGHTS[i].now, &now));
		struct participation got = rules_participation(
			dates_of_instants(context, MIDNIGHTS[i].zone, MIDNIGHTS[i].instants),
			window_of("2026-01-01", "2027-12-31"), zone_date(MIDNIGHTS[i].zone, now));
		sentence_number(MIDNIGHTS[i].sentence, MIDNIGHTS[i].want.count, got.count);
		sentence_number(MIDNIGHTS[i].sentence, MIDNIGHTS[i].want.streak, got.streak);
		sentence_number(MIDNIGHTS[i].sentence, MIDNIGHTS[i].want.longest_streak,
			got.longest_streak);
		sentence_holds(MIDNIGHTS[i].sentence,
			MIDNIGHTS[i].want.is_checked_in_today == got.is_checked_in_today);
		memory_free(context);
	}
}

/* --- milestones --- */

static const struct {
	const char *sentence;
	enum event_mode mode;
	uint32_t at;
	const char *earned_from, *dates, *reached_on;
} MILESTONES[] = {
	{ "one day short", MODE_CUMULATIVE, 5, NULL, "2026-11-01..04", NULL },
	{ "the fifth day reaches it", MODE_CUMULATIVE, 5, NULL, "2026-11-01..05", "2026-11-05" },
	{ "gaps do not matter", MODE_CUMULATIVE, 5, NULL,
		"2026-11-01 2026-11-03 2026-11-07..08 2026-11-20", "2026-11-20" },
	{ "days beyond it do not move it", MODE_CUMULATIVE, 5, NULL, "2026-11-01..20",
		"2026-11-05" },
	{ "one day is enough for one", MODE_CUMULATIVE, 1, NULL, "2026-11-22", "2026-11-22" },
	{ "no day is not", MODE_CUMULATIVE, 1, NULL, "", NULL },
	{ "from the day that it counts from", MODE_CUMULATIVE, 5, "2026-11-05", "2026-11-01..05",
		"2026-11-05" },
	{ "not when it was passed before", MODE_CUMULATIVE, 5, "2026-11-06", "2026-11-01..05",
		NULL },
	{ "nor later on", MODE_CUMULATIVE, 5, "2026-11-06", "2026-11-01..30", NULL },
	{ "a milestone at no days is never reached", MODE_CUMULATIVE, 0, NULL, "2026-11-01..05",
		NULL },

	{ "a run one day short", MODE_CONSECUTIVE, 3, NULL, "2026-11-01..02", NULL },
	{ "a run", MODE_CONSECUTIVE, 3, NULL, "2026-11-01..03", "2026-11-03" },
	{ "a gap begins anew", MODE_CONSECUTIVE, 3, NULL, "2026-11-01..02 2026-11-04..05", NULL },
	{ "the run after the gap reaches it", MODE_CONSECUTIVE, 3, NULL,
		"2026-11-01..02 2026-11-04..06", "2026-11-06" },
	{ "the first run that is long enough", MODE_CONSECUTIVE, 3, NULL,
		"2026-11-01..05 2026-11-10..15", "2026-11-03" },
	{ "once earned it stays, whatever was missed", MODE_CONSECUTIVE, 3, NULL,
		"2026-11-01..03 2026-11-20", "2026-11-03" },
	{ "days without neighbours are no run", MODE_CONSECUTIVE, 2, NULL,
		"2026-11-01 2026-11-03 2026-11-05", NULL },
	{ "a run over the month and the year", MODE_CONSECUTIVE, 4, NULL,
		"2026-12-30..31 2027-01-01..02", "2027-01-02" },
	{ "a run of one is any day", MODE_CONSECUTIVE, 1, NULL, "2026-11-22", "2026-11-22" },
	{ "a run from the day that it counts from", MODE_CONSECUTIVE, 3, "2026-11-03",
		"2026-11-01..03", "2026-11-03" },
	{ "not one that reached it before", MODE_CONSECUTIVE, 3, "2026-11-04", "2026-11-01..03",
		NULL },
	{ "nor one that goes on past that day", MODE_CONSECUTIVE, 3, "2026-11-04", "2026-11-01..09",
		NULL },
	{ "but any later run", MODE_CONSECUTIVE, 3, "2026-11-04", "2026-11-01..03 2026-11-10..12",
		"2026-11-12" },
	{ "a later run that is too short", MODE_CONSECUTIVE, 3, "2026-11-04",
		"2026-11-01..03 2026-11-10..11", NULL },
	{ "the first of the later runs", MODE_CONSECUTIVE, 3, "2026-11-04",
		"2026-11-01..03 2026-11-10..12 2026-11-20..22", "2026-11-12" },
	{ "a run of no days is never reached", MODE_CONSECUTIVE, 0, NULL, "2026-11-01..05", NULL },
};

/* Days that staff gave, or an outage: of which day, and when. */
static const struct {
	const char *sentence;
	enum event_mode mode;
	uint32_t at;
	const char *earned_from, *dates, *day, *since;
	bool is_earned;
} GIVEN[] = {
	{ "a day given later passes no milestone before it was there", MODE_CUMULATIVE, 5,
		"2026-11-06", "2026-11-01..06", "2026-11-05", "2026-11-07", true },
	{ "one given before did", MODE_CUMULATIVE, 5, "2026-11-06", "2026-11-01..06", "2026-11-05",
		"2026-11-05", false },
	{ "nor do others count as given", MODE_CUMULATIVE, 5, "2026-11-07", "2026-11-01..06",
		"2026-11-06", "2026-11-07", false },
	{ "what is given can be what was missing", MODE_CUMULATIVE, 5, "2026-11-06",
		"2026-11-01..05", "2026-11-03", "2026-11-06", true },
	{ "and not be enough", MODE_CUMULATIVE, 6, "2026-11-06", "2026-11-01..05", "2026-11-03",
		"2026-11-06", false },
	{ "a run that a day given later joins", MODE_CONSECUTIVE, 5, "2026-11-06", "2026-11-01..05",
		"2026-11-03", "2026-11-06", true },
	{ "one that was joined before", MODE_CONSECUTIVE, 5, "2026-11-06", "2026-11-01..05",
		"2026-11-03", "2026-11-05", false },
	{ "a run that was long enough before it was joined", MODE_CONSECUTIVE, 2, "2026-11-06",
		"2026-11-01..05", "2026-11-03", "2026-11-06", false },
	{ "also where the days behind the given one were", MODE_CONSECUTIVE, 3, "2026-11-06",
		"2026-11-01..05", "2026-11-02", "2026-11-06", false },
	{ "a day that joins an early run to a later one takes nothing away", MODE_CONSECUTIVE, 3,
		"2026-11-05", "2026-11-02..08", "2026-11-05", "2026-11-09", true },
	{ "the day after an early run is not enough", MODE_CONSECUTIVE, 3, "2026-11-05",
		"2026-11-02..05", "2026-11-05", "2026-11-09", false },
	{ "without a date to count from nothing matters", MODE_CONSECUTIVE, 5, NULL,
		"2026-11-01..05", "2026-11-03", "2026-11-06", true },
};

static void days_given_later_pass_no_milestone(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(GIVEN); i++) {
		void *context = memory_context(NULL);
		struct dates dates = dates_of(context, GIVEN[i].dates);
		const struct given_day given = { day_of(GIVEN[i].day), day_of(GIVEN[i].since) };
		struct milestone_rule rule = { .at = GIVEN[i].at,
			.has_earned_from = GIVEN[i].earned_from };
		if (rule.has_earned_from)
			rule.earned_from = day_of(GIVEN[i].earned_from);
		dates.given = &given;
		dates.given_count = 1;
		sentence_holds(GIVEN[i].sentence,
			rules_is_earned(GIVEN[i].mode, dates, &rule) == GIVEN[i].is_earned);
		memory_free(context);
	}
}

static void milestones_are_reached_on_a_day(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(MILESTONES); i++) {
		void *context = memory_context(NULL);
		struct dates dates = dates_of(context, MILESTONES[i].dates);
		struct milestone_rule rule = { .at = MILESTONES[i].at,
			.has_earned_from = MILESTONES[i].earned_from };
		if (rule.has_earned_from)
			rule.earned_from = day_of(MILESTONES[i].earned_from);
		date reached_on;
		char text[DATE_TEXT];
		bool is_reached = rules_reached_on(MILESTONES[i].mode, dates, &rule, &reached_on);
		sentence_text(MILESTONES[i].sentence, MILESTONES[i].reached_on,
			is_reached ? date_format(reached_on, text) : NULL);
		sentence_holds(MILESTONES[i].sentence,
			rules_is_earned(MILESTONES[i].mode, dates, &rule) == is_reached);
		memory_free(context);
	}
}

static const struct {
	const char *sentence;
	enum event_mode mode;
	uint32_t at;
	struct participation has;
	bool is_earned;
	uint32_t want;
} REMAINING[] = {
	{ "all of them", MODE_CUMULATIVE, 5, { .count = 0 }, false, 5 },
	{ "one", MODE_CUMULATIVE, 5, { .count = 4, .streak = 1, .longest_streak = 2 }, false, 1 },
	{ "none", MODE_CUMULATIVE, 5, { .count = 5 }, true, 0 },
	{ "none long after", MODE_CUMULATIVE, 5, { .count = 20 }, true, 0 },
	{ "none where the count went past before it counted", MODE_CUMULATIVE, 5, { .count = 20 },
		false, 0 },
	{ "runs count, not days", MODE_CONSECUTIVE, 5,
		{ .count = 9, .streak = 3, .longest_streak = 4 }, false, 2 },
	{ "the current run, not the longest", MODE_CONSECUTIVE, 5,
		{ .count = 9, .streak = 0, .longest_streak = 4 }, false, 5 },
	{ "a run that broke after it was earned", MODE_CONSECUTIVE, 5,
		{ .count = 9, .streak = 1, .longest_streak = 5 }, true, 0 },
};

static void what_remains_is_days(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(REMAINING); i++) {
		const struct milestone_rule rule = { .at = REMAINING[i].at };
		sentence_number(REMAINING[i].sentence, REMAINING[i].want,
			rules_remaining_days(REMAINING[i].mode, &REMAINING[i].has, &rule,
				REMAINING[i].is_earned));
	}
}

static const struct {
	const char *sentence;
	bool is_claimed, is_closed, is_earned, is_sold_out;
	enum milestone_state want;
} STATES[] = {
	{ "earned and there", false, false, true, false, MILESTONE_CLAIMABLE },
	{ "earned and sold out", false, false, true, true, MILESTONE_SOLD_OUT },
	{ "not reached", false, false, false, false, MILESTONE_LOCKED },
	{ "not reached comes before sold out", false, false, false, true, MILESTONE_LOCKED },
	{ "too late", false, true, true, false, MILESTONE_CLOSED },
	{ "too late comes before not reached", false, true, false, false, MILESTONE_CLOSED },
	{ "too late comes before sold out", false, true, true, true, MILESTONE_CLOSED },
	{ "claimed", true, false, true, false, MILESTONE_CLAIMED },
	{ "claimed comes before too late", true, true, true, false, MILESTONE_CLAIMED },
	{ "claimed stays so when days are taken away", true, false, false, false,
		MILESTONE_CLAIMED },
	{ "claimed comes before sold out", true, false, true, true, MILESTONE_CLAIMED },
};

static void the_first_state_that_is_true_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(STATES); i++)
		sentence_number(STATES[i].sentence, STATES[i].want,
			rules_milestone_state(STATES[i].is_claimed, STATES[i].is_closed,
				STATES[i].is_earned, STATES[i].is_sold_out));
}

/* --- the event's window --- */

static const struct {
	const char *sentence, *today;
	enum event_phase phase;
	bool is_done;
	const char *next;
	bool may_change_start;
} WINDOWS[] = {
	{ "long before the start", "2026-01-01", PHASE_COMING, false, "2026-11-01", true },
	{ "the day before the start", "2026-10-31", PHASE_COMING, false, "2026-11-01", true },
	{ "the first day", "2026-11-01", PHASE_RUNNING, false, "2026-11-01", false },
	{ "the first day, done", "2026-11-01", PHASE_RUNNING, true, "2026-11-02", false },
	{ "a day within", "2026-11-22", PHASE_RUNNING, false, "2026-11-22", false },
	{ "a day within, done", "2026-11-22", PHASE_RUNNING, true, "2026-11-23", false },
	{ "the day before the last, done", "2026-11-29", PHASE_RUNNING, true, "2026-11-30", false },
	{ "the last day", "2026-11-30", PHASE_RUNNING, false, "2026-11-30", false },
	{ "the last day, done: no day is left", "2026-11-30", PHASE_RUNNING, true, NULL, false },
	{ "the day after the end", "2026-12-01", PHASE_ENDED, false, NULL, false },
	{ "long after the end", "2027-12-01", PHASE_ENDED, false, NULL, false },
};

static void an_event_comes_runs_and_ends(void **state)
{
	(void)state;
	const struct event_window window = window_of(NOVEMBER);
	for (size_t i = 0; i < countof(WINDOWS); i++) {
		date today = day_of(WINDOWS[i].today), next;
		char text[DATE_TEXT];
		sentence_number(WINDOWS[i].sentence, WINDOWS[i].phase, rules_phase(window, today));
		bool has_next = rules_next_check_in(window, today, WINDOWS[i].is_done, &next);
		sentence_text(WINDOWS[i].sentence, WINDOWS[i].next,
			has_next ? date_format(next, text) : NULL);
		sentence_holds(WINDOWS[i].sentence,
			rules_may_change_start(window, today) == WINDOWS[i].may_change_start);
	}
}

static const struct {
	const char *sentence, *today, *new_end;
	bool want;
} ENDS[] = {
	{ "before the start it may move later", "2026-10-31", "2026-12-31", true },
	{ "and earlier", "2026-10-31", "2026-11-10", true },
	{ "to one day", "2026-10-31", "2026-11-01", true },
	{ "but not before the start", "2026-10-31", "2026-10-31", false },
	{ "while it runs it may move later", "2026-11-22", "2026-12-01", true },
	{ "or stay", "2026-11-22", "2026-11-30", true },
	{ "not earlier", "2026-11-22", "2026-11-29", false },
	{ "on the last day it may move later", "2026-11-30", "2026-12-01", true },
	{ "after the end it may begin again today", "2026-12-05", "2026-12-05", true },
	{ "but not end in the past", "2026-12-05", "2026-12-04", false },
};

static void the_end_moves_later_only(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(ENDS); i++)
		sentence_holds(ENDS[i].sentence,
			rules_may_move_end(
				window_of(NOVEMBER), day_of(ENDS[i].today), day_of(ENDS[i].new_end))
				== ENDS[i].want);
}

/* --- what an event asks for --- */

enum { DAY = 86400, NOW = 1795316400 };

static const struct {
	const char *sentence;
	struct requirements asked;
	struct token_facts facts;
	enum requirement want;
} LACKS[] = {
	{ "nothing is asked for", { false, false, 0 }, { .has_email = false }, REQUIREMENT_NONE },
	{ "an e-mail address is verified", { .email = true }, { .has_email = true },
		REQUIREMENT_NONE },
	{ "an e-mail address is not", { .email = true }, { .has_phone = true }, REQUIREMENT_EMAIL },
	{ "a phone number is not", { .phone = true }, { .has_email = true }, REQUIREMENT_PHONE },
	{ "the first that is missing counts", { true, true, 7 }, { .has_email = false },
		REQUIREMENT_EMAIL },
	{ "an account is as old as it must be", { .account_days = 7 },
		{ .has_account_start = true, .account_start = { NOW - 7 * DAY } },
		REQUIREMENT_NONE },
	{ "an account is a second too young", { .account_days = 7 },
		{ .has_account_start = true, .account_start = { NOW - 7 * DAY + 1 } },
		REQUIREMENT_ACCOUNT_AGE },
	{ "nobody says how old it is", { .account_days = 1 }, { .account_start = { 0 } },
		REQUIREMENT_ACCOUNT_START },
};

static void what_is_missing_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(LACKS); i++)
		sentence_holds(LACKS[i].sentence,
			eligibility_unmet(&LACKS[i].asked, &LACKS[i].facts, (instant){ NOW })
				== LACKS[i].want);
}

static const struct {
	const char *sentence, *one, *other;
	bool are_same;
} CLIENTS[] = {
	{ "an address is itself", "192.0.2.7", "192.0.2.7", true },
	{ "its neighbour is another", "192.0.2.7", "192.0.2.8", false },
	{ "an IPv4 address may come as IPv6", "192.0.2.7", "::ffff:192.0.2.7", true },
	{ "of IPv6 the network counts", "2001:db8:1:2::1", "2001:db8:1:2:ffff:1:2:3", true },
	{ "another network is another", "2001:db8:1:2::1", "2001:db8:1:3::1", false },
};

static void clients_are_known_by_their_hash(void **state)
{
	(void)state;
	unsigned char one[CLIENT_HASH_BYTES], other[CLIENT_HASH_BYTES];
	void *context = memory_context(NULL);
	for (size_t i = 0; i < countof(CLIENTS); i++) {
		assert_true(client_hash(context, "secret", CLIENTS[i].one, one)
			&& client_hash(context, "secret", CLIENTS[i].other, other));
		sentence_holds(CLIENTS[i].sentence,
			(memcmp(one, other, sizeof one) == 0) == CLIENTS[i].are_same);
	}
	assert_true(client_hash(context, "another", CLIENTS[0].one, other)
		&& client_hash(context, "secret", CLIENTS[0].one, one));
	sentence_holds("the secret makes the hash", memcmp(one, other, sizeof one) != 0);
	sentence_holds("what is no address has none",
		!client_hash(context, "secret", "unix:", one)
			&& !client_hash(context, "secret", "", one));
	memory_free(context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_and_runs_come_from_the_dates),
		cmocka_unit_test(days_are_those_of_the_event_s_zone),
		cmocka_unit_test(milestones_are_reached_on_a_day),
		cmocka_unit_test(days_given_later_pass_no_milestone),
		cmocka_unit_test(what_remains_is_days),
		cmocka_unit_test(the_first_state_that_is_true_counts),
		cmocka_unit_test(an_event_comes_runs_and_ends),
		cmocka_unit_test(the_end_moves_later_only),
		cmocka_unit_test(what_is_missing_is_told),
		cmocka_unit_test(clients_are_known_by_their_hash),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
