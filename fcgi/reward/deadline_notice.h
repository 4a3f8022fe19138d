/* SPDX-License-Identifier: MIT */
/* Claim deadlines that are near: claim.closing for each customer who has earned the milestone and
 * not claimed it. */
#ifndef DOJANG_REWARD_DEADLINE_NOTICE_H
#define DOJANG_REWARD_DEADLINE_NOTICE_H

#include "db/db.h"

/* One batch: goes on with the milestone whose deadline is the nearest, in the order of its
 * customers, and notes how far it came in the same transaction, so that each is told of once
 * however many notifiers look. *looked_at counts the customers; 0: nothing is left to do. */
enum result deadline_notice_enqueue(
	struct db *db, const void *context, instant now, size_t *looked_at);

#endif
