/* SPDX-License-Identifier: MIT */
/* Figures of one event for staff: counted over all its rows now and then, kept in the database,
 * shown from there. */
#ifndef DOJANG_REWARD_REPORT_H
#define DOJANG_REWARD_REPORT_H

#include "base/json.h"
#include "db/db.h"
#include "records/ids.h"

enum { REPORT_SECONDS = 60 }; /* older figures are due to be counted again */

/* The figures as they were counted last:
 * {"at","days":[{"date","count"}],"funnel":[{"days","customers"}],"claims","to_ship",
 * "granted","outstanding","took_ms"}, below context. ERR_NOT_FOUND: not yet. */
enum result report_read(
	struct db *db, const void *context, event_id event, json_object **report, instant *at);
/* Counts and keeps them, unless another is at it, or counting took so long that it is too early to
 * do it again. Takes as long as the event is big: for a connection of much patience. */
enum result report_count(struct db *db, event_id event, instant now);
/* The same however lately that was done: after a change of many days. */
enum result report_count_now(struct db *db, event_id event, instant now);

#endif
