/* SPDX-License-Identifier: MIT */
/* The customers of an event with their days, for sorting: a cache that is computed from the
 * attendance rows in batches. It decides nothing. */
#ifndef DOJANG_REWARD_PARTICIPANTS_H
#define DOJANG_REWARD_PARTICIPANTS_H

#include "db/db.h"
#include "records/ids.h"

enum { PARTICIPANTS_SECONDS = 300 }; /* an old count must be repeated */

struct participants {
	event_id event;
	bool was_counted, is_being_counted;
	instant at;       /* start of the last complete count */
	unsigned percent; /* of the current count */
	bool is_due;
};

/* RESULT_OK or ERR_NOT_FOUND. */
enum result participants_read(
	struct db *db, const char *slug, instant now, struct participants *participants);
/* Counts the next batch, of a new count when none is running; *is_done after the last one. */
enum result participants_count(struct db *db, event_id event, instant now, bool *is_done);

#endif
