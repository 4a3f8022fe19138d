/* SPDX-License-Identifier: MIT */
/* Made-up days: missed days that a customer adds later, free or for points. */
#ifndef DOJANG_REWARD_MAKEUP_H
#define DOJANG_REWARD_MAKEUP_H

#include "reward/attendance.h"

/* Adds a missed day for item->subject in one transaction: the day, its price, and what it pays.
 * Returns item->result, and on success reads item->attendance as of
 * now; its `at` is when the day was made up. RESULT_CREATED; RESULT_OK
 * when the customer has made up this day already; ERR_MAKEUP_NOT_POSSIBLE with *refusal;
 * ERR_INSUFFICIENT_POINTS; otherwise as attendance_check_in. */
enum result makeup_add(struct db *db, struct event_cache *cache, instant now, date day,
	struct attendance_item *item, enum makeup_refusal *refusal);

#endif
