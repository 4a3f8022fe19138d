/* SPDX-License-Identifier: MIT */
/* Adding milestones to events. */
#ifndef DOJANG_REWARD_MILESTONE_EDIT_H
#define DOJANG_REWARD_MILESTONE_EDIT_H

#include "records/edit.h"
#include "records/ids.h"

struct milestone_draft {
	const char *event; /* slug */
	int64_t at;
	product_id product;
	/* an RFC 3339 time, or a date: until the end of that day in the event's zone; NULL: no
	 * deadline */
	const char *claim_until;
	bool is_for_those_past; /* customers who reached the count before today earn it too */
	const char *basis;      /* one of MILESTONE_BASES; NULL: what the event's mode says */
};

/* RESULT_CREATED; ERR_NOT_FOUND (event, product); ERR_INVALID (claim_until); ERR_CONFLICT (the
 * event has the same one already). */
enum result milestone_edit_create(
	struct edit *edit, const struct milestone_draft *draft, milestone_id *id);

#endif
