/* SPDX-License-Identifier: MIT */
/* What load and direct are told on the command line. */
#ifndef DOJANG_BENCH_CHOICES_H
#define DOJANG_BENCH_CHOICES_H

#include "slices.h"

struct choices {
	struct slices_settings slices;
	int64_t warm_up_ms;
	/* customers: how many, and the number of the first to be used, from 0 */
	int64_t count, first;
	/* each customer only once: the measurement ends when they are used up */
	bool is_once;
	/* the first milestone's id, and how many with consecutive ids take turns */
	int64_t milestone, milestones;
	int64_t lanes; /* connections of load, processes of direct */
	/* of load: requests a second, however many are answered (an open loop); 0: one follows the
	 * other */
	int64_t rate;
	/* of an open loop: how long so many connections go on in a closed one afterwards */
	int64_t after_ms, after_lanes;
	const char *method, *body, *tokens, *expect, *url; /* of load */
	int64_t status;
	const char *settings, *event, *work, *subjects; /* of direct */
};

/* Ends the program with a message when they make no sense. */
struct choices choices_read(int count, char **words);

/* The number of the next customer; false when they are used up. */
bool choices_customer(const struct choices *choices, uint64_t turn, uint64_t *customer);
uint64_t choices_milestone(const struct choices *choices, uint64_t turn);

#endif
