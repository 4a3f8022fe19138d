/* SPDX-License-Identifier: MIT */
/* Lists customers for the shop's backend. */
#ifndef DOJANG_CUSTOMER_CUSTOMER_LIST_H
#define DOJANG_CUSTOMER_CUSTOMER_LIST_H

#include "base/calendar.h"
#include "db/db.h"
#include "records/ids.h"

struct listed_customer {
	customer_id id;
	const char *issuer, *subject, *username, *state; /* state: active or blocked */
	int64_t points;
	instant since;
};

/* Customers with ids below `before` (0: all), newest first, at most limit, without erased ones.
 * Points as of now. *has_more: there are further ones. */
enum result customer_list(struct db *db, const void *context, instant now, uint64_t before,
	size_t limit, struct listed_customer **customers, size_t *count, bool *has_more);

#endif
