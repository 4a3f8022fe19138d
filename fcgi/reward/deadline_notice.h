/* SPDX-License-Identifier: MIT */
/* Claim deadlines that are near: claim.closing for each customer who has earned the milestone and
 * not claimed it. */
#ifndef DOJANG_REWARD_DEADLINE_NOTICE_H
#define DOJANG_REWARD_DEADLINE_NOTICE_H

#include "db/db.h"

/* Processes one batch: continues with the milestone that has the nearest deadline, in the order of
 * its customers. The position is stored in the same transaction, so each customer is notified once,
 * with any number of notifiers. *looked_at counts the customers; 0: nothing is left. Events in a
 * time zone that this host does not have are left out; *missing_zone is such a zone, or NULL. */
enum result deadline_notice_enqueue(struct db *db, const void *context, instant now,
	size_t *looked_at, const char **missing_zone);

#endif
