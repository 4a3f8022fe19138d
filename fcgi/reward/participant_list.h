/* SPDX-License-Identifier: MIT */
/* The customers of an event with their count and streaks, for the shop's backend. */
#ifndef DOJANG_REWARD_PARTICIPANT_LIST_H
#define DOJANG_REWARD_PARTICIPANT_LIST_H

#include "reward/event.h"

struct participant {
	customer_id id;
	const char *issuer, *subject, *username; /* subject and username: NULL after an erasure */
	struct participation participation;
	date last_date;
};

/* The customers of the event with ids above `after`, by id, at most limit, as of now. *has_more:
 * there are further ones. */
enum result participant_list(struct db *db, const void *context, const struct event *event,
	instant now, uint64_t after, size_t limit, struct participant **participants, size_t *count,
	bool *has_more);

#endif
