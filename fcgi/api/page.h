/* SPDX-License-Identifier: MIT */
/* Lists by cursor: `?limit=&cursor=` and `{"items":[…],"next":…}`. One handler serves all of them;
 * PAGE_LISTS has a row for each. */
#ifndef DOJANG_API_PAGE_H
#define DOJANG_API_PAGE_H

#include "api/service.h"
#include "base/json.h"

enum { PAGE_LIMIT_MAXIMUM = 200 };

/* The fields of a list's route, or their first member. */
struct page_fields {
	int64_t limit;
	const char *cursor;
};
#define PAGE_FIELDS \
	QUERY_FIELD(struct page_fields, limit, FIELD_NUMBER, FIELD_RANGE(1, PAGE_LIMIT_MAXIMUM), \
		.fallback = "50", .help = "how many items at most"), \
		QUERY_FIELD(struct page_fields, cursor, FIELD_TEXT, FIELD_RANGE(1, 200), \
			.help = "the `next` of the page before")

struct page {
	uint64_t position; /* of the last item of the page before; 0: the first page */
	size_t limit;
	json_object *items;
	bool has_more;
	uint64_t last;        /* position of the last item */
	struct response *out; /* for errors that name a field */
};

/* Adds at most limit items after the position, and sets has_more. */
typedef enum result page_reader(const struct call *call, struct page *page);

struct page_list {
	const char *path; /* of the route */
	page_reader *read;
};
extern const struct page_list PAGE_LISTS[]; /* ends with a row without a path */

/* The handler. A cursor is valid for one list with one filter and one caller; another cursor is
 * ERR_BAD_REQUEST. */
handler page_list_show;
void page_add(struct page *page, json_object *item, uint64_t position);

#endif
