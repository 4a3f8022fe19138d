/* SPDX-License-Identifier: MIT */
/* Products: the list, and one with its stock's movements. */
#include "console/products.h"

#include "base/memory.h"
#include "console/list.h"
#include "console/routes.h"
#include "reward/product_change.h"

#include <inttypes.h>

#define PRODUCT { .name = "product", .type = FIELD_ID, .source = FIELD_PATH, .offset = offsetof(struct product_fields, product), .is_required = true }
const struct field PRODUCT_LIST_FIELDS[] = { LIST_CURSOR(struct product_list_fields), { 0 } };
const struct field PRODUCT_FIELDS[] = { PRODUCT, { 0 } };
const struct field PRODUCT_PAGE_FIELDS[] = { PRODUCT, LIST_CURSOR(struct product_fields), { 0 } };

static const struct column COLUMNS[] = {
	{ .name = "id", .kind = COLUMN_HIDDEN },
	{ .name = "name", .kind = COLUMN_TEXT, .link = "/admin/products/", .link_from = 0 },
	{ .name = "kind", .kind = COLUMN_WORD },
	{ .name = "points", .kind = COLUMN_NUMBER },
	{ .name = "remain", .kind = COLUMN_NUMBER },
	{ .name = "threshold", .kind = COLUMN_NUMBER },
	{ .name = "stock_state", .kind = COLUMN_WORD },
	{ .name = NULL },
};
static const struct column MOVEMENTS[] = {
	{ .name = "id", .kind = COLUMN_HIDDEN },
	{ .name = "at_time", .kind = COLUMN_TIME },
	{ .name = "delta", .kind = COLUMN_NUMBER },
	{ .name = "source", .kind = COLUMN_WORD },
	{ .name = "reason", .kind = COLUMN_TEXT },
	{ .name = "claim", .kind = COLUMN_NUMBER, .link = "/admin/claims/", .link_from = 5 },
	{ .name = NULL },
};
static const struct column EVENTS[] = {
	{ .name = "id", .kind = COLUMN_HIDDEN },
	{ .name = "name", .kind = COLUMN_TEXT, .link = "/admin/events/", .link_from = 2 },
	{ .name = "slug", .kind = COLUMN_TEXT },
	{ .name = "at", .kind = COLUMN_NUMBER },
	{ .name = "state", .kind = COLUMN_WORD },
	{ .name = NULL },
};

static const struct list LIST = { .name = "products", .query = QUERY_CONSOLE_PRODUCTS, .columns = COLUMNS, .path = "/admin/products",
	.export_path = "/admin/products.csv" };

enum result product_index(const struct call *call, struct response *out)
{
	const struct product_list_fields *fields = call->fields;
	json_object *table, *data = page_new(call, "page.products", "products");
	enum result result = list_page(call, &LIST, fields->cursor, &table);
	if (result != RESULT_OK)
		return result;
	json_put(data, "table", json_object_get(table));
	json_put_text(data, "new_path", page_may(call, STAFF_MANAGER) ? "/admin/new/product" : NULL);
	json_put_text(data, "new_word", "product");
	return page_show(call, out, "list", data);
}

enum result product_export(const struct call *call, struct response *out)
{
	return list_export(call, out, &LIST);
}

/* --- one ---------------------------------------------------------------------------------------------------------------------- */

static const char *stock_word(const struct product_draft *draft)
{
	if (!draft->stock.is_set)
		return "unlimited";
	if (draft->stock.value == 0)
		return "sold_out";
	return draft->threshold.is_set && draft->stock.value <= draft->threshold.value ? "low" : "enough";
}

static void put_product(json_object *data, const struct product_record *record)
{
	const struct product_draft *draft = &record->draft;
	json_put_number(data, "product", (int64_t)record->id.value);
	json_put_text(data, "product_name", draft->name);
	json_put_text(data, "kind", PRODUCT_KINDS[draft->kind]);
	json_put_bool(data, "is_coupon", draft->kind == PRODUCT_COUPON);
	json_put_text(data, "image", draft->image);
	json_put_text(data, "tax_note", draft->tax_note);
	json_put_optional(data, "points", draft->points);
	json_put_bool(data, "has_stock", draft->stock.is_set);
	json_put_number(data, "remain", draft->stock.value);
	json_put_bool(data, "has_threshold", draft->threshold.is_set);
	json_put_number(data, "threshold", draft->threshold.value);
	json_put_text(data, "stock_state", stock_word(draft));
}

static struct list movements_of(const struct call *call, const struct db_value *id, uint64_t product)
{
	const char *path = memory_format(call->context, "/admin/products/%" PRIu64, product);
	return (struct list){ .name = "movements", .query = QUERY_CONSOLE_PRODUCT_MOVEMENTS, .columns = MOVEMENTS, .values = id, .value_count = 1,
		.path = path, .filter = NULL, .export_path = memory_format(call->context, "%s/movements.csv", path) };
}

enum result product_show(const struct call *call, struct response *out)
{
	const struct product_fields *fields = call->fields;
	struct edit edit = { .db = console_of(call)->db, .context = call->context, .now = call->now };
	struct product_record record;
	json_object *movements, *events;
	const struct db_value id = db_id(fields->product);
	struct list list = movements_of(call, &id, fields->product);

	enum result result = product_change_read(&edit, (product_id){ fields->product }, &record);
	if (result == RESULT_OK)
		result = list_page(call, &list, fields->cursor, &movements);
	if (result == RESULT_OK)
		result = list_rows(call, &(struct list){ .name = "product-events", .query = QUERY_CONSOLE_PRODUCT_EVENTS, .columns = EVENTS,
			.values = &id, .value_count = 1 }, &events);
	if (result != RESULT_OK)
		return result;
	json_object *data = page_new(call, "page.product", "products");
	put_product(data, &record);
	json_put(data, "movements", json_object_get(movements));
	json_put(data, "events", json_object_get(events));
	return page_show(call, out, "product", data);
}

enum result movement_export(const struct call *call, struct response *out)
{
	const struct product_fields *fields = call->fields;
	const struct db_value id = db_id(fields->product);
	struct list list = movements_of(call, &id, fields->product);
	return list_export(call, out, &list);
}
