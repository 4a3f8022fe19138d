/* SPDX-License-Identifier: MIT */
/* Lists by cursor: `?limit=&cursor=` and `{"items":[…],"next":…}`. */
#ifndef DOJANG_API_PAGE_H
#define DOJANG_API_PAGE_H

#include "api/service.h"
#include "base/json.h"

enum { PAGE_LIMIT_MAXIMUM = 200 };

/* Part of the fields of every list's route. */
struct page_fields {
	int64_t limit;
	const char *cursor;
};

/* Rows for a struct whose page_fields begin at offset at. */
#define PAGE_FIELDS(at) \
	{ .name = "limit", \
		.type = FIELD_NUMBER, \
		.source = FIELD_QUERY, \
		.offset = (at) + offsetof(struct page_fields, limit), \
		.minimum = 1, \
		.maximum = PAGE_LIMIT_MAXIMUM, \
		.fallback = "50", \
		.help = "how many items at most" }, \
	{ \
		.name = "cursor", .type = FIELD_TEXT, .source = FIELD_QUERY, \
		.offset = (at) + offsetof(struct page_fields, cursor), .minimum = 1, \
		.maximum = 200, .help = "the `next` of the page before" \
	}

/* The position of the cursor, 0 without one. ERR_BAD_REQUEST when the cursor belongs to another
 * list or caller. */
enum result page_position(const struct call *call, const struct page_fields *page, const char *list,
	uint64_t caller, uint64_t *position, struct response *out);
/* Responds with items, and with a cursor after position when there are more. */
void page_answer(const struct call *call, const char *list, uint64_t caller, json_object *items,
	bool has_more, uint64_t position, struct response *out);

#endif
