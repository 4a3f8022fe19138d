/* SPDX-License-Identifier: MIT */
/* Outages: a date of an event on which the service was down. It counts for every customer who
 * checked in on the day before or after. A day that counts for another reason is enough, so an
 * outage of several days is entered day by day. An outage is first planned, which counts the
 * customers and changes nothing. Then it is applied, and can be undone as a whole. The work is done
 * in batches of customers, each a transaction; an interrupted run continues after the last batch.
 * Claims made with such a day stay when it is undone. There are no notifications:
 * attendance.created is for check-ins. */
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
	bool is_at_work;  /* a pass is not finished, also that of a preview */
	unsigned percent; /* of the customers processed by the pass */
	uint64_t expected, added, taken_back;
};

struct outage_plan {
	const char *event; /* slug */
	date day;
	const char *reason;
	/* without it today is refused, because the day is not over */
	bool is_today_meant;
};

/* RESULT_CREATED with the id; an earlier planned or undone outage of that day is planned again.
 * ERR_NOT_FOUND (event); ERR_CONFLICT: "day" is not a past day of the event, or counts already;
 * "is_today_meant". */
enum result outage_plan(struct edit *edit, const struct outage_plan *plan, uint64_t *id);
/* RESULT_OK with texts below edit->context, or ERR_NOT_FOUND. */
enum result outage_read(struct edit *edit, uint64_t id, struct outage *outage);
/* Starts or continues to add the day; day must be that of the outage (ERR_CONFLICT, "day").
 * ERR_CONFLICT ("outage"): it is not planned. outage_carry_on does the work. */
enum result outage_apply(struct edit *edit, uint64_t id, date day);
/* Starts to remove the days, also of an outage that is being applied. Results as of outage_apply.
 */
enum result outage_undo(struct edit *edit, uint64_t id, date day);
/* Processes the next batch; *is_done when nothing is left. Several processes may call it at once.
 */
enum result outage_carry_on(struct db *db, uint64_t id, instant now, bool *is_done);

#endif
