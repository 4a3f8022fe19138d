/* SPDX-License-Identifier: MIT */
/* Reads and writes the rules for points of check-ins, and computes what a day pays. */
#include "reward/daily_points.h"

#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const WEEKDAYS[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

enum { DAYS_OF_WEEK = 7, MONDAY_AFTER_EPOCH = 4, DIGITS_MAXIMUM = 9 };

/* --- texts --- */

/* A whole number from 1 to most, with nothing but digits up to end (NULL: the end of the text). */
static bool read_number(const char *text, const char *end, uint32_t most, uint32_t *number)
{
	size_t length = end ? (size_t)(end - text) : strlen(text);
	uint64_t value = 0;
	if (length == 0 || length > DIGITS_MAXIMUM || text[0] == '0')
		return false;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = 10 * value + (uint64_t)(text[i] - '0');
	}
	*number = (uint32_t)value;
	return value <= most;
}

static bool parse_streak(const char *text, struct daily_rule *rule)
{
	const char *slash = strchr(text, '/');
	rule->kind = DAILY_STREAK;
	return read_number(text, slash, DAILY_STREAK_MAXIMUM, &rule->n)
		&& (!slash
			|| (read_number(slash + 1, NULL, DAILY_STREAK_MAXIMUM, &rule->cycle)
				&& rule->n <= rule->cycle));
}

static bool parse_weekday(const char *text, struct daily_rule *rule)
{
	rule->kind = DAILY_WEEKDAY;
	for (rule->weekday = 0; rule->weekday < DAYS_OF_WEEK; rule->weekday++)
		if (text_equals(text, WEEKDAYS[rule->weekday]))
			return true;
	return false;
}

static bool parse_date(const char *text, struct daily_rule *rule)
{
	rule->kind = DAILY_DATE;
	return date_parse(text, &rule->date);
}

bool daily_rule_parse(const char *text, struct daily_rule *rule)
{
	static const struct {
		const char *begin;
		bool (*parse)(const char *rest, struct daily_rule *rule);
	} KINDS[] = { { "streak:", parse_streak }, { "weekday:", parse_weekday },
		{ "date:", parse_date } };
	*rule = (struct daily_rule){ .kind = DAILY_EVERY };
	for (size_t i = 0; i < countof(KINDS); i++)
		if (text_starts_with(text, KINDS[i].begin))
			return KINDS[i].parse(text + strlen(KINDS[i].begin), rule);
	return text_equals(text, "every");
}

const char *daily_weekday_name(unsigned weekday)
{
	return WEEKDAYS[weekday % DAYS_OF_WEEK];
}

const char *daily_rule_format(const struct daily_rule *rule, char text[DAILY_RULE_TEXT])
{
	char day[DATE_TEXT];
	switch (rule->kind) {
	case DAILY_STREAK:
		if (rule->cycle)
			snprintf(text, DAILY_RULE_TEXT, "streak:%" PRIu32 "/%" PRIu32, rule->n,
				rule->cycle);
		else
			snprintf(text, DAILY_RULE_TEXT, "streak:%" PRIu32, rule->n);
		return text;
	case DAILY_WEEKDAY:
		snprintf(text, DAILY_RULE_TEXT, "weekday:%s", daily_weekday_name(rule->weekday));
		return text;
	case DAILY_DATE:
		snprintf(text, DAILY_RULE_TEXT, "date:%s", date_format(rule->date, day));
		return text;
	default: snprintf(text, DAILY_RULE_TEXT, "every"); return text;
	}
}

/* --- what a day pays --- */

static bool is_frozen(struct dates dates, int32_t day)
{
	for (size_t i = dates.frozen_count; i > 0; i--)
		if (dates.frozen[i - 1].day == day)
			return true;
	return false;
}

uint32_t daily_streak_on(struct dates dates, date day)
{
	uint32_t streak = 1;
	bool is_last = dates.count == 0 || dates.items[dates.count - 1].day < day.day;
	date next = day;
	for (size_t i = dates.count; i > 0; i--) {
		int32_t missing = next.day - dates.items[i - 1].day - 1;
		if (missing < 0)
			continue;
		bool is_kept = missing == 0
			|| (missing == 1
				&& (is_frozen(dates, next.day - 1)
					|| (is_last && streak == 1 && dates.freezes_left > 0)));
		if (!is_kept)
			break;
		next = dates.items[i - 1];
		streak++;
	}
	return streak;
}

static unsigned weekday_of(date day)
{
	/* 1970-01-01 was a Thursday */
	return (unsigned)((day.day - MONDAY_AFTER_EPOCH) % DAYS_OF_WEEK + DAYS_OF_WEEK)
		% DAYS_OF_WEEK;
}

static bool is_match(const struct daily_rule *rule, date day, uint32_t streak)
{
	switch (rule->kind) {
	case DAILY_EVERY: return true;
	case DAILY_STREAK:
		return rule->n == (rule->cycle ? (streak - 1) % rule->cycle + 1 : streak);
	case DAILY_WEEKDAY: return rule->weekday == weekday_of(day);
	case DAILY_DATE: return rule->date.day == day.day;
	default: return false;
	}
}

static void add_part(struct daily_payment *payment, const struct daily_rule *rule)
{
	if (payment->part_count == DAILY_RULES_MAXIMUM)
		return;
	payment->parts[payment->part_count++] = *rule;
	payment->points += rule->points;
}

struct daily_payment daily_payment_for(
	const struct daily_points *points, int64_t paid, date day, uint32_t streak)
{
	struct daily_payment payment = { 0 };
	for (size_t i = 0; i < points->count; i++)
		if (is_match(&points->rules[i], day, streak))
			add_part(&payment, &points->rules[i]);
	if (payment.points && points->cap.is_set && paid + payment.points > points->cap.value)
		return (struct daily_payment){ .withheld = WITHHELD_CAP };
	return payment;
}

static bool contains(struct dates dates, date day)
{
	for (size_t i = dates.count; i > 0; i--)
		if (dates.items[i - 1].day == day.day)
			return true;
	return false;
}

/* What a day of the event will pay when the customer has so much already and so much is left. */
static int64_t expected(const struct daily_points *points, struct event_window window, date day,
	uint32_t streak, const struct daily_account *account)
{
	if (day.day < window.starts_on.day || day.day > window.ends_on.day)
		return 0;
	int64_t pays = daily_payment_for(points, account->paid, day, streak).points;
	return pays > account->left ? 0 : pays;
}

struct daily_outlook daily_outlook(const struct daily_points *points, struct event_window window,
	struct dates dates, date today, const struct daily_account *account)
{
	struct daily_account after = *account;
	const date tomorrow = { today.day + 1 };
	bool is_first = tomorrow.day == window.starts_on.day;
	uint32_t streak = daily_streak_on(dates, today);
	struct daily_outlook outlook = { .today = account->paid_today };
	if (!contains(dates, today)) {
		outlook.today = expected(points, window, today, streak, account);
		after.paid += outlook.today;
		after.left -= account->left == INT64_MAX ? 0 : outlook.today;
	}
	outlook.tomorrow = expected(points, window, tomorrow, is_first ? 1 : streak + 1, &after);
	return outlook;
}

const char *daily_parts_format(const void *context, const struct daily_payment *payment)
{
	char rule[DAILY_RULE_TEXT];
	const char *text = "";
	for (size_t i = 0; i < payment->part_count; i++)
		text = memory_format(context, "%s%s%s=%" PRId64, text, i ? " " : "",
			daily_rule_format(&payment->parts[i], rule), payment->parts[i].points);
	return text;
}

static void parse_part(const char *text, size_t length, struct daily_payment *payment)
{
	char word[DAILY_RULE_TEXT + DIGITS_MAXIMUM + 1];
	struct daily_rule rule;
	uint32_t points;
	if (length >= sizeof word)
		return;
	memcpy(word, text, length);
	word[length] = '\0';
	char *equals = strchr(word, '=');
	if (!equals || !read_number(equals + 1, NULL, DAILY_POINTS_MAXIMUM, &points))
		return;
	*equals = '\0';
	if (!daily_rule_parse(word, &rule))
		return;
	rule.points = points;
	add_part(payment, &rule);
}

void daily_parts_parse(const char *text, struct daily_payment *payment)
{
	*payment = (struct daily_payment){ 0 };
	while (*text) {
		size_t length = strcspn(text, " ");
		parse_part(text, length, payment);
		text += length + (text[length] == ' ');
	}
}

int64_t daily_cost(const struct daily_points *points, date first, uint32_t days)
{
	int64_t cost = 0;
	const struct daily_points unlimited = { points->rules, points->count, { false, 0 } };
	for (uint32_t i = 0; i < days; i++)
		cost += daily_payment_for(&unlimited, 0, (date){ first.day + (int32_t)i }, i + 1)
				.points;
	return cost;
}
