/* SPDX-License-Identifier: MIT */
/* Check-ins of events that are over go to a table of their own, so that the one everybody writes
 * into stays small. */
#ifndef DOJANG_REWARD_EVENT_ARCHIVE_H
#define DOJANG_REWARD_EVENT_ARCHIVE_H

#include "records/edit.h"
#include "records/ids.h"

struct event_archive_outcome {
	event_id event;
	uint64_t moved; /* check-ins, by this run */
	bool had_begun; /* by an earlier run */
};

/* Told after each batch how many check-ins were moved. */
struct event_archive_watcher {
	void (*note)(void *state, uint64_t moved);
	void *state;
};

/* Moves them in small transactions; begun and broken off, it is carried on by the next call.
 * RESULT_OK, or noted: ERR_NOT_FOUND, or ERR_CONFLICT when the event has not been over for a whole
 * day. */
enum result event_archive(struct edit *edit, const char *slug,
	const struct event_archive_watcher *watcher, struct event_archive_outcome *outcome);

#endif
