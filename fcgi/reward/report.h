/* SPDX-License-Identifier: MIT */
/* The figures of an event for staff: counted over all its rows from time to time, stored in the
 * database and shown from there. */
#ifndef DOJANG_REWARD_REPORT_H
#define DOJANG_REWARD_REPORT_H

#include "base/json.h"
#include "db/db.h"
#include "records/ids.h"

enum { REPORT_SECONDS = 60 }; /* older figures must be counted again */

/* A report says of each first day how many customers came again after so many days; 0: all of
 * them. */
enum { REPORT_GAP_COUNT = 7, REPORT_RUN_COUNT = 6 };
extern const int REPORT_GAPS[REPORT_GAP_COUNT];
/* The least number of days of each step of the runs. */
extern const int REPORT_RUNS[REPORT_RUN_COUNT];

/* The figures of the last count, below context:
 * {"days":[{"date","count"}],"funnel":[{"days","customers"}],"cohorts":[{"date","back":[…]}],
 * "runs":[…],"longest":[{"days","customers"}],"milestones":[{"at","basis","name","claims"}],
 * "claim_days":[{"date","claims","goods"}],"claims","to_ship","unaddressed","granted",
 * "outstanding","took_ms"}. The previous release counts fewer: any but days, funnel and sums may be
 * missing. ERR_NOT_FOUND: not counted yet. */
enum result report_read(
	struct db *db, const void *context, event_id event, json_object **report, instant *at);
/* Counts and stores them, unless another process does, or the last count took so long that it is
 * too early. Its duration grows with the event, so use a connection with a long timeout. */
enum result report_count(struct db *db, event_id event, instant now);
/* The same without regard to the last count: after a change of many days. */
enum result report_count_now(struct db *db, event_id event, instant now);

#endif
