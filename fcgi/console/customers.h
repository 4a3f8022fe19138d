/* SPDX-License-Identifier: MIT */
/* Fields of the pages about customers. */
#ifndef DOJANG_CONSOLE_CUSTOMERS_H
#define DOJANG_CONSOLE_CUSTOMERS_H

#include "base/fields.h"
#include "console/service.h"

struct customer_list_fields {
	const char *cursor, *search, *event, *sort;
};
extern const struct field CUSTOMER_LIST_FIELDS[];

struct customer_fields {
	uint64_t customer;
	const char *event, *source;
	struct month month;
	const char *cursor;
};
extern const struct field CUSTOMER_FIELDS[], CUSTOMER_PAGE_FIELDS[], ENTRY_FIELDS[];

struct day_form {
	uint64_t customer;
	const char *event, *reason;
	date day;
	int what;
	bool pays;
};
extern const struct field DAY_FIELDS[], DAY_ASK_FIELDS[];

struct points_form {
	uint64_t customer;
	int64_t amount;
	const char *reason, *internal_note;
};
extern const struct field POINTS_FIELDS[];

struct block_form {
	uint64_t customer;
	const char *reason;
};
struct mark_form {
	uint64_t customer;
	bool is_staff;
};
extern const struct field BLOCK_FIELDS[], MARK_FIELDS[];

struct removal_form {
	uint64_t customer;
	int64_t number;
};
extern const struct field REMOVAL_FIELDS[];

/* Called between answers: counts for some seconds for the event whose customers are listed. */
void customers_maintenance(struct console *console, instant now);

#endif
