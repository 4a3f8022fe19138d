/* SPDX-License-Identifier: MIT */
/* Changing and removing milestones. Counts are locked once customers take part; deadlines are not.
 */
#ifndef DOJANG_REWARD_MILESTONE_CHANGE_H
#define DOJANG_REWARD_MILESTONE_CHANGE_H

#include "reward/event_edit.h"

struct milestone_change {
	const char *event; /* slug */
	milestone_id id;
	int64_t at;
	const char *basis; /* one of MILESTONE_BASES; NULL: what the event's mode says */
	/* the last day on which it can be claimed, on the event's calendar; 1970-01-01: no deadline
	 */
	date claim_until;
	/* current fingerprints of both; of a change: those seen, 0: any */
	uint64_t fingerprint;
	/* as stored: the event has begun, so count, basis and milestone cannot change */
	bool is_locked;
};

/* Fills change with the current values; *product is the name. ERR_NOT_FOUND. */
enum result milestone_change_read(
	struct edit *edit, struct milestone_change *change, const char **product);
/* RESULT_OK; ERR_NOT_FOUND; ERR_CONFLICT: "version" (changed by somebody else), or "at" or "basis"
 * is locked.
 */
enum result milestone_change_save(struct edit *edit, const struct milestone_change *change);
/* ERR_CONFLICT: the event has begun. */
enum result milestone_change_remove(struct edit *edit, const char *event, milestone_id id);

#endif
