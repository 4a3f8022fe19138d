/* SPDX-License-Identifier: MIT */
/* Points that expire soon: points.expiring for each customer and day. */
#ifndef DOJANG_REWARD_EXPIRY_NOTICE_H
#define DOJANG_REWARD_EXPIRY_NOTICE_H

#include "db/db.h"

struct expiry_notice {
	const char *time_zone; /* in which days are counted */
	int64_t days;          /* so many days before the last one; 0: never */
};

/* Writes the messages of some customers, if somebody receives them. A message names all points of
 * one last day, once for each customer and day, with any number of notifiers. *announced counts
 * the customers; 0: nothing is left. */
enum result expiry_notice_enqueue(struct db *db, const void *context,
	const struct expiry_notice *notice, instant now, size_t *announced);

#endif
