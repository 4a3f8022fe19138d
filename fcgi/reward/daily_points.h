/* SPDX-License-Identifier: MIT */
/* Points for checking in, as pure functions: which rules match a day, and what it pays. A rule is
 * written as a text, which is also how it is stored: "every", "streak:7", "streak:7/7" (of a cycle
 * of 7 days), "weekday:sun" or "date:2026-12-25". */
#ifndef DOJANG_REWARD_DAILY_POINTS_H
#define DOJANG_REWARD_DAILY_POINTS_H

#include "base/fields.h"
#include "reward/rules.h"

enum {
	DAILY_RULES_MAXIMUM = 40, /* of one event */
	DAILY_STREAK_MAXIMUM = 3660,
	DAILY_POINTS_MAXIMUM = 1000000,
	DAILY_RULE_TEXT = 24 /* buffer size, with the NUL */
};

enum daily_kind { DAILY_EVERY, DAILY_STREAK, DAILY_WEEKDAY, DAILY_DATE };

/* What a matching check-in pays. */
struct daily_rule {
	enum daily_kind kind;
	/* of DAILY_STREAK: the day of the streak, and the length of its cycle; cycle 0: none */
	uint32_t n, cycle;
	unsigned weekday; /* of DAILY_WEEKDAY: 0 is Monday */
	date date;        /* of DAILY_DATE */
	int64_t points;
};

/* The rules of an event and the limit for each customer. */
struct daily_points {
	const struct daily_rule *rules;
	size_t count;
	struct optional_number cap; /* points for one customer in the event */
};

/* Why a check-in pays nothing although rules match. */
enum daily_withheld { WITHHELD_NOTHING, WITHHELD_CAP, WITHHELD_BUDGET };

/* What one check-in pays. points is the sum of the parts; 0 and no parts when nothing matches or
 * the payment is withheld. */
struct daily_payment {
	int64_t points;
	struct daily_rule parts[DAILY_RULES_MAXIMUM];
	size_t part_count;
	enum daily_withheld withheld;
};

/* Reads everything but the points. False: no rule, or a number beyond its bounds. */
bool daily_rule_parse(const char *text, struct daily_rule *rule);
const char *daily_rule_format(const struct daily_rule *rule, char text[DAILY_RULE_TEXT]);
/* "mon" to "sun" */
const char *daily_weekday_name(unsigned weekday);

/* The length that the streak has on a day, when the customer checks in on it. */
uint32_t daily_streak_on(struct dates dates, date day);
/* The sum of all rules that match a check-in on this day, which makes the streak so long. A payment
 * that would exceed the customer's limit is withheld as a whole; paid: what the customer already
 * got from the event. */
struct daily_payment daily_payment_for(
	const struct daily_points *points, int64_t paid, date day, uint32_t streak);

/* What today's check-in pays, or has paid, and what tomorrow's pays to a customer who checks in on
 * both days. 0 on days that are not of the event. */
struct daily_outlook {
	int64_t today, tomorrow;
};
/* What is known of the customer and the event. */
struct daily_account {
	int64_t paid;       /* to the customer so far */
	int64_t paid_today; /* when today's check-in is done */
	int64_t left;       /* of the budget; INT64_MAX: no budget */
};
struct daily_outlook daily_outlook(const struct daily_points *points, struct event_window window,
	struct dates dates, date today, const struct daily_account *account);

/* The parts as stored with the payment: "every=10 streak:7/7=50", below context. */
const char *daily_parts_format(const void *context, const struct daily_payment *payment);
/* Reads them, and their sum. Parts that cannot be read are left out. */
void daily_parts_parse(const char *text, struct daily_payment *payment);

/* What the rules pay to one customer who checks in on each of so many days, the first of which is a
 * streak of 1; without limits. */
int64_t daily_cost(const struct daily_points *points, date first, uint32_t days);

#endif
