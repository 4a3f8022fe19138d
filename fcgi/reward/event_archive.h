/* SPDX-License-Identifier: MIT */
/* Moves check-ins of events that are over to another table, so that the table with all inserts
 * stays small. */
#ifndef DOJANG_REWARD_EVENT_ARCHIVE_H
#define DOJANG_REWARD_EVENT_ARCHIVE_H

#include "records/edit.h"
#include "records/ids.h"

struct event_archive_outcome {
	event_id event;
	uint64_t moved; /* check-ins moved by this run */
	bool had_begun; /* moved by an earlier run */
};

/* Called after each batch with the number of moved check-ins. */
struct event_archive_watcher {
	void (*note)(void *state, uint64_t moved);
	void *state;
};

/* Moves them in small transactions. After an interruption the next call continues. RESULT_OK, or,
 * with the reason recorded, ERR_NOT_FOUND or ERR_CONFLICT when the event has not been over for a
 * whole day. */
enum result event_archive(struct edit *edit, const char *slug,
	const struct event_archive_watcher *watcher, struct event_archive_outcome *outcome);

#endif
