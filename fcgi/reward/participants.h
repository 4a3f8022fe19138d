/* SPDX-License-Identifier: MIT */
/* An event's customers with their days, for sorting: a cache that is counted from the attendance
 * rows batch by batch. Nothing is decided by it. */
#ifndef DOJANG_REWARD_PARTICIPANTS_H
#define DOJANG_REWARD_PARTICIPANTS_H

#include "db/db.h"
#include "records/ids.h"

enum { PARTICIPANTS_SECONDS = 300 }; /* an older count is due to be made again */

struct participants {
	event_id event;
	bool was_counted, is_being_counted;
	instant at;       /* when the last whole count began */
	unsigned percent; /* of the one at work */
	bool is_due;
};

/* RESULT_OK or ERR_NOT_FOUND. */
enum result participants_read(
	struct db *db, const char *slug, instant now, struct participants *participants);
/* Counts the next batch, of a new count where none is at work; *is_done after the last one. */
enum result participants_count(struct db *db, event_id event, instant now, bool *is_done);

#endif
