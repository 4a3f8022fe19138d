/* SPDX-License-Identifier: MIT */
/* Claims: the list with its filters, and as CSV. */
#include "console/claims.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/form_page.h"
#include "console/list.h"
#include "console/routes.h"
#include "reward/fulfilment.h"

#include <inttypes.h>
#include <string.h>

#define AT(member) .source = FIELD_QUERY, .offset = offsetof(struct claim_list_fields, member)
const struct field CLAIM_LIST_FIELDS[] = {
	LIST_CURSOR(struct claim_list_fields),
	{ .name = "event", .type = FIELD_TEXT, AT(event), .minimum = 0, .maximum = FIELD_SLUG_MAXIMUM },
	{ .name = "product", .type = FIELD_ID, AT(product) },
	{ .name = "state", .type = FIELD_TEXT, AT(state), .minimum = 0, .maximum = 20 },
	{ .name = "review", .type = FIELD_YES_NO, AT(is_to_review) },
	{ 0 }
};

static const struct column COLUMNS[] = {
	{ .name = "claim", .kind = COLUMN_NUMBER, .link = "/admin/claims/", .link_from = 0 },
	{ .name = "claimed_at", .kind = COLUMN_TIME },
	{ .name = "product", .kind = COLUMN_TEXT },
	{ .name = "kind", .kind = COLUMN_WORD },
	{ .name = "event", .kind = COLUMN_TEXT },
	{ .name = "username", .kind = COLUMN_TEXT, .link = "/admin/customers/", .link_from = 8 },
	{ .name = "state", .kind = COLUMN_WORD },
	{ .name = "tracking", .kind = COLUMN_TEXT },
	{ .name = "customer", .kind = COLUMN_HIDDEN },
	{ .name = "points", .kind = COLUMN_NUMBER },
	{ .name = NULL },
};

static const char *filled(const char *text)
{
	return text && *text ? text : NULL;
}

static void use(struct list *list, const void *context, enum query query, const struct db_value *values, unsigned count)
{
	list->query = query;
	list->values = memcpy(memory_array(context, struct db_value, count), values, count * sizeof *values);
	list->value_count = count;
}

/* The query whose index the filter leads to. */
static struct list list_of(const struct call *call)
{
	const struct claim_list_fields *fields = call->fields;
	const void *context = call->context;
	const char *event = filled(fields->event), *state = filled(fields->state);
	struct db_value product = fields->product ? db_id(fields->product) : db_null(), slug = db_text(event), wanted = db_text(state);
	struct list list = { .name = "claims", .query = QUERY_CONSOLE_CLAIMS, .columns = COLUMNS, .path = "/admin/claims", .export_path = "/admin/claims.csv" };
	if (fields->is_to_review)
		use(&list, context, QUERY_CONSOLE_CLAIMS_TO_REVIEW, DB_VALUES(slug, slug, product, product, wanted, wanted));
	else if (event && state)
		use(&list, context, QUERY_CONSOLE_CLAIMS_OF_EVENT_IN_STATE, DB_VALUES(slug, product, product, wanted));
	else if (event)
		use(&list, context, QUERY_CONSOLE_CLAIMS_OF_EVENT, DB_VALUES(slug, product, product));
	else if (fields->product)
		use(&list, context, QUERY_CONSOLE_CLAIMS_OF_PRODUCT, DB_VALUES(product, wanted, wanted));
	else if (state)
		use(&list, context, QUERY_CONSOLE_CLAIMS_IN_STATE, DB_VALUES(wanted));
	const char *number = fields->product ? memory_format(context, "%" PRIu64, fields->product) : NULL;
	list.filter = memory_format(context, "%s%s%s%s", list_filter(context, "event", event), list_filter(context, "product", number),
		list_filter(context, "state", state), list_filter(context, "review", fields->is_to_review ? "yes" : NULL));
	return list;
}

/* --- the filter's choices ----------------------------------------------------------------------------------------------------- */

struct options_work { const struct call *call; json_object *events, *products; };

static json_object *option(const char *value, const char *label, bool is_chosen)
{
	json_object *item = json_new_object();
	json_put_text(item, "value", value);
	json_put_text(item, "label", label);
	json_put_bool(item, "is_chosen", is_chosen);
	return item;
}

static enum result options_body(struct db *db, void *pointer)
{
	struct options_work *work = pointer;
	const struct claim_list_fields *fields = work->call->fields;
	const void *context = work->call->context;
	work->events = json_attach(context, json_new_array());
	work->products = json_attach(context, json_new_array());
	struct db_rows *rows = db_select(db, QUERY_CONSOLE_EVENT_OPTIONS, DB_NO_VALUES);
	while (db_next(rows)) {
		const char *slug = db_get_text(rows, 0, context);
		json_append(work->events, option(slug, db_get_text(rows, 1, context), text_equals(slug, fields->event)));
	}
	rows = db_select(db, QUERY_CONSOLE_PRODUCT_OPTIONS, DB_NO_VALUES);
	while (db_next(rows)) {
		uint64_t id = db_get_id(rows, 0);
		json_append(work->products, option(memory_format(context, "%" PRIu64, id), db_get_text(rows, 1, context), id == fields->product));
	}
	return RESULT_OK;
}

static json_object *states_json(const char *chosen)
{
	json_object *list = json_new_array();
	for (size_t i = 0; FULFILMENT_STATES[i]; i++) {
		json_object *item = json_new_object();
		json_put_text(item, "word", FULFILMENT_STATES[i]);
		json_put_bool(item, "is_chosen", text_equals(FULFILMENT_STATES[i], chosen));
		json_append(list, item);
	}
	return list;
}

enum result claim_index(const struct call *call, struct response *out)
{
	const struct claim_list_fields *fields = call->fields;
	struct options_work options = { .call = call };
	struct list list = list_of(call);
	json_object *table, *data = page_new(call, "page.claims", "claims");
	enum result result = list_page(call, &list, fields->cursor, &table);
	if (result == RESULT_OK)
		result = db_attempt(console_of(call)->db, options_body, &options);
	if (result != RESULT_OK)
		return result;
	json_put(data, "table", json_object_get(table));
	json_put(data, "events", json_object_get(options.events));
	json_put(data, "products", json_object_get(options.products));
	json_put(data, "states", states_json(fields->state));
	json_put_bool(data, "is_to_review", fields->is_to_review);
	json_put_text(data, "new_path", page_may(call, STAFF_MANAGER) ? "/admin/claims-shipped" : NULL);
	json_put_text(data, "new_word", "shipping");
	return page_show(call, out, "claims", data);
}

enum result claim_export(const struct call *call, struct response *out)
{
	struct list list = list_of(call);
	return list_export(call, out, &list);
}
