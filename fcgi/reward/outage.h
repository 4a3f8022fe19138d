/* SPDX-License-Identifier: MIT */
/* A date of an event on which the service was down: it counts for every customer who was there the
 * day before or the day after (a day that counts for another reason is being there too, so an
 * outage of several days is named day by day). Planned first, which counts the customers and
 * changes nothing; then applied, and undone as a whole. The work is done in batches of customers,
 * each a transaction of its own; whoever carries on begins where the last batch ended. Claims that
 * were made by such a day stay when it is undone. Nothing is announced: attendance.created tells of
 * check-ins. */
#ifndef DOJANG_REWARD_OUTAGE_H
#define DOJANG_REWARD_OUTAGE_H

#include "records/edit.h"
#include "records/ids.h"

enum outage_state {
	OUTAGE_PLANNED,
	OUTAGE_APPLYING,
	OUTAGE_APPLIED,
	OUTAGE_UNDOING,
	OUTAGE_UNDONE
};
extern const char *const OUTAGE_STATES[]; /* ends with NULL */

struct outage {
	uint64_t id;
	event_id event;
	const char *slug, *event_name, *time_zone;
	date day;
	const char *reason;
	enum outage_state state;
	bool is_at_work;  /* a pass is not at its end: the preview's too */
	unsigned percent; /* of the customers that the pass has looked at */
	uint64_t expected, added, taken_back;
};

struct outage_plan {
	const char *event; /* slug */
	date day;
	const char *reason;
	/* today is refused without it: the day is not over */
	bool is_today_meant;
};

/* RESULT_CREATED with the id; what was planned or undone for that day before is planned anew.
 * ERR_NOT_FOUND (event); ERR_CONFLICT: "day" is no day of the event that has come, or counts
 * already; "is_today_meant". */
enum result outage_plan(struct edit *edit, const struct outage_plan *plan, uint64_t *id);
/* RESULT_OK with texts below edit->context, or ERR_NOT_FOUND. */
enum result outage_read(struct edit *edit, uint64_t id, struct outage *outage);
/* Begins to count the day, or goes on where that was left; day must be the outage's own
 * (ERR_CONFLICT, "day"). ERR_CONFLICT ("outage"): it is not planned. outage_carry_on does the work.
 */
enum result outage_apply(struct edit *edit, uint64_t id, date day);
/* Begins to take the days back, also of one that is being applied. As outage_apply. */
enum result outage_undo(struct edit *edit, uint64_t id, date day);
/* Does the next batch of whatever is to be done; *is_done when nothing is left. Several may call it
 * at once. */
enum result outage_carry_on(struct db *db, uint64_t id, instant now, bool *is_done);

#endif
