/* SPDX-License-Identifier: MIT */
/* Excludes customers: blocked ones from everything (403), staff of the shop from events that
 * exclude them. */
#ifndef DOJANG_CUSTOMER_BLOCK_H
#define DOJANG_CUSTOMER_BLOCK_H

#include "records/edit.h"
#include "records/ids.h"

enum { BLOCK_REASON_MAXIMUM = 200 };

/* RESULT_OK, also when it was so before; ERR_NOT_FOUND; ERR_CONFLICT ("customer"): the customer was
 * erased. The reason is for staff, and is stored in the audit log. */
enum result block_customer(struct edit *edit, customer_id customer, const char *reason);
enum result block_lift(struct edit *edit, customer_id customer, const char *reason);
/* Same results. */
enum result block_mark_as_staff(struct edit *edit, customer_id customer, bool is_staff);

/* What staff see of it. */
struct block_notes {
	const char *reason;
	bool is_of_the_shop;
};
enum result block_read(
	struct db *db, const void *context, customer_id customer, struct block_notes *notes);

#endif
