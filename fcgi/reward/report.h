/* SPDX-License-Identifier: MIT */
/* The figures of an event for staff: counted over all its rows from time to time, stored in the
 * database and shown from there. */
#ifndef DOJANG_REWARD_REPORT_H
#define DOJANG_REWARD_REPORT_H

#include "base/json.h"
#include "db/db.h"
#include "records/ids.h"

enum { REPORT_SECONDS = 60 }; /* older figures must be counted again */

/* The figures of the last count:
 * {"at","days":[{"date","count"}],"funnel":[{"days","customers"}],"claims","to_ship",
 * "granted","outstanding","took_ms"}, below context. ERR_NOT_FOUND: not counted yet. */
enum result report_read(
	struct db *db, const void *context, event_id event, json_object **report, instant *at);
/* Counts and stores them, unless another process does, or the last count took so long that it is
 * too early. Its duration grows with the event, so use a connection with a long timeout. */
enum result report_count(struct db *db, event_id event, instant now);
/* The same without regard to the last count: after a change of many days. */
enum result report_count_now(struct db *db, event_id event, instant now);

#endif
