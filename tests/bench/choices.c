/* SPDX-License-Identifier: MIT */
/* The command lines of load and direct, as one table. */
#define _GNU_SOURCE
#include "choices.h"

#include "base/memory.h"
#include "base/text.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum kind { NUMBER, TEXT, TRUTH };

struct choice {
	const char *name;
	enum kind kind;
	size_t offset;
	int64_t minimum, maximum;
};

struct numbers {
	int64_t clean_ms, most_ms, steal_percent;
};

struct all {
	struct choices choices;
	struct numbers numbers;
};

#define AT(member) offsetof(struct all, member)
static const struct choice CHOICES[] = {
	{ "clean-ms", NUMBER, AT(numbers.clean_ms), 1, 600000 },
	{ "most-ms", NUMBER, AT(numbers.most_ms), 1, 600000 },
	{ "steal-percent", NUMBER, AT(numbers.steal_percent), 0, 100 },
	{ "warm-up-ms", NUMBER, AT(choices.warm_up_ms), 0, 600000 },
	{ "count", NUMBER, AT(choices.count), 1, 100000000 },
	{ "first", NUMBER, AT(choices.first), 0, 100000000 },
	{ "once", TRUTH, AT(choices.is_once), 0, 0 },
	{ "milestone", NUMBER, AT(choices.milestone), 1, INT64_MAX },
	{ "milestones", NUMBER, AT(choices.milestones), 1, 100000 },
	{ "lanes", NUMBER, AT(choices.lanes), 1, 4096 },
	{ "rate", NUMBER, AT(choices.rate), 0, 1000000 },
	{ "after-ms", NUMBER, AT(choices.after_ms), 0, 600000 },
	{ "after-lanes", NUMBER, AT(choices.after_lanes), 0, 4096 },
	{ "method", TEXT, AT(choices.method), 0, 0 },
	{ "body", TEXT, AT(choices.body), 0, 0 },
	{ "tokens", TEXT, AT(choices.tokens), 0, 0 },
	{ "expect", TEXT, AT(choices.expect), 0, 0 },
	{ "url", TEXT, AT(choices.url), 0, 0 },
	{ "status", NUMBER, AT(choices.status), 100, 599 },
	{ "settings", TEXT, AT(choices.settings), 0, 0 },
	{ "event", TEXT, AT(choices.event), 0, 0 },
	{ "work", TEXT, AT(choices.work), 0, 0 },
	{ "subjects", TEXT, AT(choices.subjects), 0, 0 },
};
#undef AT

static void take(struct all *all, const struct choice *choice, const char *text)
{
	void *place = (char *)all + choice->offset;
	if (choice->kind == TRUTH)
		*(bool *)place = true;
	else if (choice->kind == TEXT)
		*(const char **)place = text;
	else if (!text_to_number(text, choice->minimum, choice->maximum, place)) {
		fprintf(stderr, "--%s must be a whole number from %lld to %lld\n", choice->name,
			(long long)choice->minimum, (long long)choice->maximum);
		exit(EXIT_FAILURE);
	}
}

struct choices choices_read(int count, char **words)
{
	struct option options[countof(CHOICES) + 1] = { 0 };
	struct all all = {
		.choices = { .warm_up_ms = 200,
			.count = 1,
			.milestones = 1,
			.lanes = 16,
			.method = "GET",
			.body = "",
			.status = 200,
			.subjects = "u" },
		.numbers = { 1000, 5000, 15 },
	};
	int chosen, index;
	for (size_t i = 0; i < countof(CHOICES); i++)
		options[i] = (struct option){ CHOICES[i].name,
			CHOICES[i].kind == TRUTH ? no_argument : required_argument, NULL, 1 };
	while ((chosen = getopt_long(count, words, "", options, &index)) != -1) {
		if (chosen != 1)
			exit(EXIT_FAILURE);
		take(&all, &CHOICES[index], optarg);
	}
	all.choices.slices = (struct slices_settings){ (double)all.numbers.clean_ms / 1e3,
		(double)all.numbers.most_ms / 1e3, (double)all.numbers.steal_percent / 100 };
	return all.choices;
}

bool choices_customer(const struct choices *choices, uint64_t turn, uint64_t *customer)
{
	uint64_t count = (uint64_t)choices->count;
	*customer = ((uint64_t)choices->first + turn) % count;
	return !choices->is_once || turn < count;
}

uint64_t choices_milestone(const struct choices *choices, uint64_t turn)
{
	return (uint64_t)choices->milestone + turn % (uint64_t)choices->milestones;
}
