/* SPDX-License-Identifier: MIT */
/* Lists customers by id. */
#include "customer/customer_list.h"

#include "base/memory.h"

static struct listed_customer read_customer(const struct db_rows *rows, const void *context)
{
	return (struct listed_customer){
		.id = { db_get_id(rows, SHOP_USERS_ID) },
		.issuer = db_get_text(rows, SHOP_USERS_ISS, context),
		.subject = db_get_text(rows, SHOP_USERS_SUBJECT, context),
		.username = db_get_text(rows, SHOP_USERS_USERNAME, context),
		.state = db_get_text(rows, SHOP_USERS_STATE, context),
		.points = db_get_number(rows, SHOP_USERS_POINTS),
		.since = db_get_time(rows, SHOP_USERS_CREATED_AT),
	};
}

enum result customer_list(struct db *db, const void *context, instant now, uint64_t before,
	size_t limit, struct listed_customer **customers, size_t *count, bool *has_more)
{
	*customers = memory_array(context, struct listed_customer, limit);
	struct db_rows *rows = db_read(db, QUERY_SHOP_USERS,
		DB_PARAMS(db_time(now), db_id(before ? before : UINT64_MAX),
			db_number((int64_t)limit + 1)));
	for (*count = 0; *count < limit && db_next(rows); ++*count)
		(*customers)[*count] = read_customer(rows, context);
	*has_more = db_next(rows);
	return db_end_read(db);
}
