/* SPDX-License-Identifier: MIT */
/* Searches customers, claims, products and events by what staff know of them. */
#include "console/search.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/list.h"
#include "console/routes.h"

#include <string.h>

const struct field SEARCH_FIELDS[] = {
	QUERY_FIELD(struct search_fields, q, FIELD_TEXT, FIELD_RANGE(0, 190)), { 0 }
};

static const struct column CUSTOMERS[] = {
	[CONSOLE_SEARCH_CUSTOMERS_ID] = { .name = "number",
		.kind = COLUMN_ID,
		.link = "/admin/customers/",
		.link_from = CONSOLE_SEARCH_CUSTOMERS_ID },
	[CONSOLE_SEARCH_CUSTOMERS_USERNAME] = { .name = "username",
		.kind = COLUMN_TEXT,
		.link = "/admin/customers/",
		.link_from = CONSOLE_SEARCH_CUSTOMERS_ID,
		.place = PLACE_TITLE },
	[CONSOLE_SEARCH_CUSTOMERS_SUBJECT] = { .name = "subject", .kind = COLUMN_TEXT },
	[CONSOLE_SEARCH_CUSTOMERS_STATE] = { .name = "state",
		.kind = COLUMN_WORD,
		.place = PLACE_STATE },
	[CONSOLE_SEARCH_CUSTOMERS_COLUMNS] = { .name = NULL },
};
static const struct column CLAIMS[] = {
	[CONSOLE_SEARCH_CLAIMS_ID] = { .name = "claim",
		.kind = COLUMN_ID,
		.link = "/admin/claims/",
		.link_from = CONSOLE_SEARCH_CLAIMS_ID },
	[CONSOLE_SEARCH_CLAIMS_PRODUCT_NAME] = { .name = "product",
		.kind = COLUMN_TEXT,
		.place = PLACE_TITLE },
	[CONSOLE_SEARCH_CLAIMS_USERNAME] = { .name = "username",
		.kind = COLUMN_TEXT,
		.link = "/admin/customers/",
		.link_from = CONSOLE_SEARCH_CLAIMS_USER_ID },
	[CONSOLE_SEARCH_CLAIMS_USER_ID] = { .name = "customer", .kind = COLUMN_HIDDEN },
	[CONSOLE_SEARCH_CLAIMS_KIND] = { .name = "kind", .kind = COLUMN_WORD, .place = PLACE_NONE },
	[CONSOLE_SEARCH_CLAIMS_STATE] = { .name = "state",
		.kind = COLUMN_CLAIM_STATE,
		.kind_from = CONSOLE_SEARCH_CLAIMS_KIND,
		.place = PLACE_STATE },
	[CONSOLE_SEARCH_CLAIMS_TRACKING] = { .name = "tracking", .kind = COLUMN_TEXT },
	[CONSOLE_SEARCH_CLAIMS_CLAIMED_AT] = { .name = "claimed_at", .kind = COLUMN_TIME },
	[CONSOLE_SEARCH_CLAIMS_COLUMNS] = { .name = NULL },
};
static const struct column PRODUCTS[] = {
	[CONSOLE_SEARCH_PRODUCTS_ID] = { .name = "id", .kind = COLUMN_HIDDEN },
	[CONSOLE_SEARCH_PRODUCTS_NAME] = { .name = "name",
		.kind = COLUMN_TEXT,
		.link = "/admin/products/",
		.link_from = CONSOLE_SEARCH_PRODUCTS_ID },
	[CONSOLE_SEARCH_PRODUCTS_KIND] = { .name = "kind", .kind = COLUMN_WORD },
	[CONSOLE_SEARCH_PRODUCTS_REMAIN] = { .name = "remain", .kind = COLUMN_NUMBER },
	[CONSOLE_SEARCH_PRODUCTS_COLUMNS] = { .name = NULL },
};
static const struct column EVENTS[] = {
	[CONSOLE_SEARCH_EVENTS_ID] = { .name = "id", .kind = COLUMN_HIDDEN },
	[CONSOLE_SEARCH_EVENTS_NAME] = { .name = "name",
		.kind = COLUMN_TEXT,
		.link = "/admin/events/",
		.link_from = CONSOLE_SEARCH_EVENTS_SLUG },
	[CONSOLE_SEARCH_EVENTS_SLUG] = { .name = "slug", .kind = COLUMN_TEXT },
	[CONSOLE_SEARCH_EVENTS_STARTS_ON] = { .name = "starts_on", .kind = COLUMN_DATE },
	[CONSOLE_SEARCH_EVENTS_ENDS_ON] = { .name = "ends_on", .kind = COLUMN_DATE },
	[CONSOLE_SEARCH_EVENTS_STATE] = { .name = "state",
		.kind = COLUMN_PHASE,
		.phase = { CONSOLE_SEARCH_EVENTS_STARTS_ON, CONSOLE_SEARCH_EVENTS_ENDS_ON,
			CONSOLE_SEARCH_EVENTS_TIME_ZONE } },
	[CONSOLE_SEARCH_EVENTS_TIME_ZONE] = { .name = "time_zone", .kind = COLUMN_HIDDEN },
	[CONSOLE_SEARCH_EVENTS_COLUMNS] = { .name = NULL },
};

/* What was typed, in the forms that the queries need. */
struct wanted {
	struct db_value text, number, beginning, part;
};

/* "561" and "#561" are numbers. */
static struct wanted wanted_of(const void *context, const char *typed)
{
	int64_t number = 0;
	const char *beginning = list_beginning(context, typed);
	bool is_number = text_to_number(
		typed + (*typed == '#'), 1, ((int64_t)1 << 53) - 1, &number);
	return (struct wanted){ .text = db_text(typed),
		.number = is_number ? db_id((uint64_t)number) : db_null(),
		.beginning = db_text(beginning),
		.part = db_text(memory_format(context, "%%%s", beginning)) };
}

static int64_t count_of(json_object *table)
{
	return json_object_get_int64(json_object_object_get(table, "count"));
}

/* The link of the first row. */
static const char *first_link(json_object *table)
{
	json_object *rows = json_object_object_get(table, "rows"), *cells;
	if (count_of(table) == 0)
		return NULL;
	cells = json_object_object_get(json_object_array_get_idx(rows, 0), "cells");
	return json_object_get_string(
		json_object_object_get(json_object_array_get_idx(cells, 0), "href"));
}

enum { KINDS = 4 };

static enum result find(const struct call *call, const char *typed, json_object *tables[KINDS])
{
	struct wanted wanted = wanted_of(call->context, typed);
	struct db_value customers[] = { wanted.text, wanted.number, wanted.beginning },
			claims[] = { wanted.number, wanted.text, wanted.text },
			products[] = { wanted.part }, events[] = { wanted.text, wanted.part };
	const struct list lists[KINDS] = {
		{ .name = "claims", QUERY_CONSOLE_SEARCH_CLAIMS, CLAIMS, claims, countof(claims) },
		{ .name = "customers",
			QUERY_CONSOLE_SEARCH_CUSTOMERS,
			CUSTOMERS,
			customers,
			countof(customers) },
		{ .name = "events", QUERY_CONSOLE_SEARCH_EVENTS, EVENTS, events, countof(events) },
		{ .name = "products",
			QUERY_CONSOLE_SEARCH_PRODUCTS,
			PRODUCTS,
			products,
			countof(products) },
	};
	enum result result = RESULT_OK;
	for (size_t i = 0; i < KINDS && result == RESULT_OK; i++)
		result = list_rows(call, &lists[i], &tables[i]);
	return result;
}

enum result search_show(const struct call *call, struct response *out)
{
	const struct search_fields *fields = call->fields;
	const char *typed = fields->q ? fields->q : "", *only = NULL;
	json_object *data = page_new(call, "page.search", NULL), *found = json_new_array(),
		    *tables[KINDS];
	int64_t count = 0;
	json_put_text(data, "q", typed);
	enum result result = *typed ? find(call, typed, tables) : RESULT_OK;
	for (size_t i = 0; *typed && result == RESULT_OK && i < KINDS; i++) {
		if (count_of(tables[i]) == 0)
			continue;
		count += count_of(tables[i]);
		only = first_link(tables[i]);
		json_append(found, json_object_get(tables[i]));
	}
	json_put(data, "found", found);
	json_put_bool(data, "is_nothing", *typed && count == 0);
	if (result != RESULT_OK)
		return result;
	/* a single hit needs no list */
	return count == 1 && only ? page_go(call, out, only, NULL)
				  : page_show(call, out, "search", data);
}
