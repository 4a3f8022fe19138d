/* SPDX-License-Identifier: MIT */
/* Lists claims with filters, also as CSV. */
#include "console/claims.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/choices.h"
#include "console/list_view.h"
#include "console/routes.h"
#include "reward/fulfilment.h"

#include <inttypes.h>
#include <string.h>

/* Empty form fields are sent as empty texts. */
const struct field CLAIM_LIST_FIELDS[] = {
	LIST_CURSOR(struct claim_list_fields),
	QUERY_FIELD(
		struct claim_list_fields, event, FIELD_TEXT, FIELD_RANGE(0, FIELD_SLUG_MAXIMUM)),
	QUERY_FIELD(struct claim_list_fields, product, FIELD_TEXT, FIELD_RANGE(0, 20)),
	QUERY_FIELD(struct claim_list_fields, customer, FIELD_TEXT, FIELD_RANGE(0, 20)),
	QUERY_FIELD(struct claim_list_fields, state, FIELD_TEXT, FIELD_RANGE(0, 20)),
	QUERY_FIELD(struct claim_list_fields, review, FIELD_TEXT, FIELD_RANGE(0, 20)),
	QUERY_FIELD(struct claim_list_fields, sort, FIELD_TEXT, FIELD_RANGE(0, 20)),
	{ 0 },
};

static const struct column COLUMNS[] = {
	[CONSOLE_CLAIM_ROW_ID] = { .name = "claim",
		.kind = COLUMN_ID,
		.link = "/admin/claims/",
		.link_from = CONSOLE_CLAIM_ROW_ID },
	[CONSOLE_CLAIM_ROW_CLAIMED_AT] = { .name = "claimed_at",
		.kind = COLUMN_TIME,
		.falling = "newest",
		.rising = "oldest" },
	[CONSOLE_CLAIM_ROW_PRODUCT_NAME] = { .name = "product",
		.kind = COLUMN_TEXT,
		.link = "/admin/claims/",
		.link_from = CONSOLE_CLAIM_ROW_ID,
		.place = PLACE_TITLE,
		.is_long = true },
	[CONSOLE_CLAIM_ROW_KIND] = { .name = "kind", .kind = COLUMN_WORD, .place = PLACE_NONE },
	[CONSOLE_CLAIM_ROW_EVENT_NAME] = { .name = "event",
		.kind = COLUMN_TEXT,
		.place = PLACE_NONE,
		.is_long = true },
	[CONSOLE_CLAIM_ROW_USERNAME] = { .name = "username",
		.kind = COLUMN_TEXT,
		.link = "/admin/customers/",
		.link_from = CONSOLE_CLAIM_ROW_USER_ID },
	[CONSOLE_CLAIM_ROW_STATE] = { .name = "state",
		.kind = COLUMN_CLAIM_STATE,
		.place = PLACE_STATE,
		.kind_from = CONSOLE_CLAIM_ROW_KIND },
	[CONSOLE_CLAIM_ROW_TRACKING] = { .name = "tracking", .kind = COLUMN_TEXT, .is_long = true },
	[CONSOLE_CLAIM_ROW_USER_ID] = { .name = "customer_number",
		.kind = COLUMN_ID,
		.is_for_files_only = true },
	[CONSOLE_CLAIM_ROW_POINTS] = { .name = "points",
		.kind = COLUMN_NUMBER,
		.place = PLACE_NONE },
	[CONSOLE_CLAIM_ROW_SLUG] = { .name = "slug",
		.kind = COLUMN_TEXT,
		.is_for_files_only = true },
	[CONSOLE_CLAIM_ROW_SUBJECT] = { .name = "subject",
		.kind = COLUMN_TEXT,
		.is_for_files_only = true },
	[CONSOLE_CLAIM_ROW_AT] = { .name = "at", .kind = COLUMN_NUMBER, .is_for_files_only = true },
	[CONSOLE_CLAIM_ROW_CLAIMED_LOCAL] = { .name = "claimed_local",
		.kind = COLUMN_LOCAL_TIME,
		.is_for_files_only = true },
	[CONSOLE_CLAIM_ROW_HAS_ADDRESS] = { .name = "has_address",
		.kind = COLUMN_WORD,
		.is_for_files_only = true },
	[CONSOLE_CLAIM_ROW_COLUMNS] = { .name = NULL },
};

enum { STATES = 5 }; /* the states of a claim */
static const char *const SORTS[] = { "newest", "oldest", NULL };
static const char *const REVIEWS[] = { "yes", "no", NULL };

static const char *filled(const char *text)
{
	return text && *text ? text : NULL;
}

/* Each order has its own queries. */
static void use(struct list *list, const void *context, enum query newest, enum query oldest,
	const struct db_value *values, unsigned count)
{
	list->query = list->is_rising ? oldest : newest;
	list->values = memcpy(
		memory_array(context, struct db_value, count), values, count * sizeof *values);
	list->value_count = count;
}

static const char *filter_of(const struct call *call)
{
	const struct claim_list_fields *fields = call->fields;
	const void *context = call->context;
	return memory_format(context, "%s%s%s%s%s%s", list_filter(context, "event", fields->event),
		list_filter(context, "product", fields->product),
		list_filter(context, "customer", fields->customer),
		list_filter(context, "state", fields->state),
		list_filter(context, "review", fields->review),
		list_filter(context, "sort", fields->sort));
}

/* The query for the selected filters. */
static enum result list_of(const struct call *call, struct list *list)
{
	const struct claim_list_fields *fields = call->fields;
	const void *context = call->context;
	const char *event = filled(fields->event), *state = filled(fields->state);
	uint64_t product_number, customer;
	bool is_good = list_filters_number(fields->product, &product_number)
		&& list_filters_number(fields->customer, &customer);
	if (!is_good || !list_filters_knows(SORTS, fields->sort)
		|| !list_filters_knows(FULFILMENT_STATES, fields->state)
		|| !list_filters_knows(REVIEWS, fields->review))
		return ERR_BAD_REQUEST;
	struct db_value product = product_number ? db_id(product_number) : db_null(),
			slug = db_text(event), wanted = db_text(state);
	*list = (struct list){ .name = "claims",
		.columns = COLUMNS,
		.path = "/admin/claims",
		.export_path = "/admin/claims.csv",
		.filter = filter_of(call),
		.is_rising = text_equals(fields->sort, "oldest") };
#define USE(name, ...) \
	use(list, context, QUERY_CONSOLE_CLAIMS##name, QUERY_CONSOLE_CLAIMS##name##_OLDEST, \
		DB_PARAMS(__VA_ARGS__))
	if (text_equals(fields->review, "yes"))
		USE(_TO_REVIEW, slug, slug, product, product, wanted, wanted);
	else if (customer)
		USE(_OF_CUSTOMER, db_id(customer), slug, slug, product, product, wanted, wanted);
	else if (product_number && state)
		USE(_OF_PRODUCT_IN_STATE, product, wanted, slug, slug);
	else if (event && state)
		USE(_OF_EVENT_IN_STATE, slug, product, product, wanted);
	else if (event)
		USE(_OF_EVENT, slug, product, product);
	else if (product_number)
		USE(_OF_PRODUCT, product);
	else if (state)
		USE(_IN_STATE, wanted);
	else
		list->query = list->is_rising ? QUERY_CONSOLE_CLAIMS_OLDEST : QUERY_CONSOLE_CLAIMS;
#undef USE
	bool is_of_each_state = list->query == QUERY_CONSOLE_CLAIMS_OF_PRODUCT
		|| list->query == QUERY_CONSOLE_CLAIMS_OF_PRODUCT_OLDEST;
	list->looks = is_of_each_state ? STATES : 0;
	return RESULT_OK;
}

/* --- the filter --- */

static enum result put_filters(const struct call *call, struct list *list)
{
	const struct claim_list_fields *fields = call->fields;
	json_object *filters = list->filters = list_filters_new(call),
		    *review = json_attach(call->context, json_new_array()), *events, *products;
	enum result result = choices_read(call, QUERY_CONSOLE_EVENT_OPTIONS, &events);
	if (result == RESULT_OK)
		result = choices_read(call, QUERY_CONSOLE_PRODUCT_OPTIONS, &products);
	if (result != RESULT_OK)
		return result;
	choices_add(review, "yes", page_text(call, "review.only"));
	list_filters_rows(filters, "event", events, fields->event);
	list_filters_rows(filters, "product", products, fields->product);
	list_filters_words(filters, "state", FULFILMENT_STATES, fields->state);
	list_filters_digits(filters, "customer", fields->customer);
	list_filters_rows(filters, "review", review, fields->review);
	list_filters_words(filters, "sort", SORTS, fields->sort);
	return RESULT_OK;
}

static const struct list_view VIEW = { "page.claims", "claims", list_of, put_filters,
	"/admin/claims-shipped", "shipping", STAFF_MANAGER, "claims" };

enum result claim_index(const struct call *call, struct response *out)
{
	const struct claim_list_fields *fields = call->fields;
	return list_view_show(call, out, &VIEW, fields->cursor);
}

enum result claim_export(const struct call *call, struct response *out)
{
	return list_view_export(call, out, &VIEW);
}
