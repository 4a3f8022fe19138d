/* SPDX-License-Identifier: MIT */
/* Lists products, and shows one with its stock movements. */
#include "console/products.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/list_view.h"
#include "console/routes.h"
#include "reward/product_change.h"

#include <inttypes.h>

const struct field PRODUCT_LIST_FIELDS[] = { LIST_CURSOR(struct product_list_fields),
	QUERY_FIELD(struct product_list_fields, kind, FIELD_TEXT, FIELD_RANGE(0, 20)),
	QUERY_FIELD(struct product_list_fields, stock, FIELD_TEXT, FIELD_RANGE(0, 20)),
	QUERY_FIELD(struct product_list_fields, sort, FIELD_TEXT, FIELD_RANGE(0, 20)), { 0 } };
const struct field PRODUCT_FIELDS[] = { PATH_FIELD(struct product_fields, product, FIELD_ID),
	{ 0 } };
const struct field PRODUCT_PAGE_FIELDS[] = { PATH_FIELD(struct product_fields, product, FIELD_ID),
	LIST_CURSOR(struct product_fields), { 0 } };

static const struct column COLUMNS[] = {
	[CONSOLE_PRODUCT_ROW_ID] = { .name = "id", .kind = COLUMN_HIDDEN },
	[CONSOLE_PRODUCT_ROW_NAME] = { .name = "name",
		.kind = COLUMN_TEXT,
		.link = "/admin/products/",
		.link_from = CONSOLE_PRODUCT_ROW_ID,
		.rising = "name" },
	[CONSOLE_PRODUCT_ROW_KIND] = { .name = "kind", .kind = COLUMN_WORD },
	[CONSOLE_PRODUCT_ROW_POINTS] = { .name = "points", .kind = COLUMN_NUMBER },
	[CONSOLE_PRODUCT_ROW_REMAIN] = { .name = "remain",
		.kind = COLUMN_NUMBER,
		.rising = "stock" },
	[CONSOLE_PRODUCT_ROW_THRESHOLD] = { .name = "threshold", .kind = COLUMN_NUMBER },
	[CONSOLE_PRODUCT_ROW_STOCK_STATE] = { .name = "stock_state", .kind = COLUMN_WORD },
	[CONSOLE_PRODUCT_ROW_STOCK_LEFT] = { .name = "stock_left",
		.kind = COLUMN_NUMBER,
		.is_key_alone = true },
	[CONSOLE_PRODUCT_ROW_COLUMNS] = { .name = NULL },
};
static const char *const SORTS[] = { "newest", "name", "stock", NULL };
static const char *const STOCKS[] = { "sold_out", "low", "enough", "unlimited", "retired", NULL };
static const struct column MOVEMENTS[] = {
	[CONSOLE_PRODUCT_MOVEMENTS_ID] = { .name = "id", .kind = COLUMN_HIDDEN },
	[CONSOLE_PRODUCT_MOVEMENTS_AT] = { .name = "at_time", .kind = COLUMN_TIME },
	[CONSOLE_PRODUCT_MOVEMENTS_DELTA] = { .name = "delta", .kind = COLUMN_CHANGE },
	[CONSOLE_PRODUCT_MOVEMENTS_STOCK_AFTER] = { .name = "stock_after",
		.kind = COLUMN_NUMBER,
		.is_for_page_only = true },
	[CONSOLE_PRODUCT_MOVEMENTS_SOURCE] = { .name = "source", .kind = COLUMN_WORD },
	[CONSOLE_PRODUCT_MOVEMENTS_REASON] = { .name = "reason", .kind = COLUMN_TEXT },
	[CONSOLE_PRODUCT_MOVEMENTS_CLAIM_ID] = { .name = "claim",
		.kind = COLUMN_ID,
		.link = "/admin/claims/",
		.link_from = CONSOLE_PRODUCT_MOVEMENTS_CLAIM_ID },
	[CONSOLE_PRODUCT_MOVEMENTS_COLUMNS] = { .name = NULL },
};
static const struct column EVENTS[] = {
	[CONSOLE_PRODUCT_EVENTS_ID] = { .name = "id", .kind = COLUMN_HIDDEN },
	[CONSOLE_PRODUCT_EVENTS_NAME] = { .name = "name",
		.kind = COLUMN_TEXT,
		.link = "/admin/events/",
		.link_from = CONSOLE_PRODUCT_EVENTS_SLUG },
	[CONSOLE_PRODUCT_EVENTS_SLUG] = { .name = "slug", .kind = COLUMN_TEXT },
	[CONSOLE_PRODUCT_EVENTS_AT] = { .name = "at", .kind = COLUMN_NUMBER },
	[CONSOLE_PRODUCT_EVENTS_STARTS_ON] = { .name = "starts_on", .kind = COLUMN_DATE },
	[CONSOLE_PRODUCT_EVENTS_ENDS_ON] = { .name = "ends_on", .kind = COLUMN_DATE },
	[CONSOLE_PRODUCT_EVENTS_STATE] = { .name = "state",
		.kind = COLUMN_PHASE,
		.phase = { CONSOLE_PRODUCT_EVENTS_STARTS_ON, CONSOLE_PRODUCT_EVENTS_ENDS_ON,
			CONSOLE_PRODUCT_EVENTS_TIME_ZONE } },
	[CONSOLE_PRODUCT_EVENTS_TIME_ZONE] = { .name = "time_zone", .kind = COLUMN_HIDDEN },
	[CONSOLE_PRODUCT_EVENTS_COLUMNS] = { .name = NULL },
};

static void sort_by(struct list *list, enum query query, unsigned key, struct db_value start)
{
	list->query = query;
	list->key = key;
	list->key_start = start;
	list->is_rising = true;
}

static const char *filter_of(const struct call *call)
{
	const struct product_list_fields *fields = call->fields;
	return memory_format(call->context, "%s%s%s",
		list_filter(call->context, "kind", fields->kind),
		list_filter(call->context, "stock", fields->stock),
		list_filter(call->context, "sort", fields->sort));
}

static enum result list_of(const struct call *call, struct list *list)
{
	const struct product_list_fields *fields = call->fields;
	struct db_value *values = memory_array(call->context, struct db_value, 4);
	values[0] = values[1] = db_text(fields->kind && *fields->kind ? fields->kind : NULL);
	values[2] = values[3] = db_text(fields->stock && *fields->stock ? fields->stock : NULL);
	*list = (struct list){ .name = "products",
		.query = QUERY_CONSOLE_PRODUCTS,
		.columns = COLUMNS,
		.values = values,
		.value_count = 4,
		.path = "/admin/products",
		.export_path = "/admin/products.csv",
		.filter = filter_of(call),
		.filters = list_filters_new(call) };
	list_filters_words(list->filters, "kind", PRODUCT_KINDS, fields->kind);
	list_filters_words(list->filters, "stock", STOCKS, fields->stock);
	list_filters_words(list->filters, "sort", SORTS, fields->sort);
	if (text_equals(fields->sort, "name"))
		sort_by(list, QUERY_CONSOLE_PRODUCTS_BY_NAME, CONSOLE_PRODUCT_ROW_NAME,
			db_text(""));
	else if (text_equals(fields->sort, "stock"))
		sort_by(list, QUERY_CONSOLE_PRODUCTS_BY_STOCK, CONSOLE_PRODUCT_ROW_STOCK_LEFT,
			db_number(-1));
	return list_filters_knows(PRODUCT_KINDS, fields->kind)
			&& list_filters_knows(STOCKS, fields->stock)
			&& list_filters_knows(SORTS, fields->sort)
		? RESULT_OK
		: ERR_BAD_REQUEST;
}

static const struct list_view VIEW = { "page.products", "products", list_of, NULL,
	"/admin/new/product", "product", STAFF_MANAGER, NULL };

enum result product_index(const struct call *call, struct response *out)
{
	const struct product_list_fields *fields = call->fields;
	return list_view_show(call, out, &VIEW, fields->cursor);
}

enum result product_export(const struct call *call, struct response *out)
{
	return list_view_export(call, out, &VIEW);
}

/* --- one --- */

static const char *stock_word(const struct product_draft *draft)
{
	if (!draft->stock.is_set)
		return "unlimited";
	if (draft->stock.value == 0)
		return "sold_out";
	return draft->threshold.is_set && draft->stock.value <= draft->threshold.value ? "low"
										       : "enough";
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
	json_put_text(data, "points_expiry", expiry_name(draft->expiry.kind));
	json_put_bool(data, "has_expiry_count", draft->expiry.count > 0);
	json_put_number(data, "expires_after", draft->expiry.count);
	json_put_bool(data, "has_stock", draft->stock.is_set);
	json_put_number(data, "remain", draft->stock.value);
	json_put_bool(data, "has_threshold", draft->threshold.is_set);
	json_put_number(data, "threshold", draft->threshold.value);
	json_put_text(data, "stock_state", stock_word(draft));
	json_put_bool(data, "is_retired", record->retired_at.is_set);
}

static struct list movements_of(
	const struct call *call, const struct db_value *id, uint64_t product)
{
	const char *path = memory_format(call->context, "/admin/products/%" PRIu64, product);
	return (struct list){ .name = "movements",
		.query = QUERY_CONSOLE_PRODUCT_MOVEMENTS,
		.columns = MOVEMENTS,
		.values = id,
		.value_count = 1,
		.path = path,
		.filter = NULL,
		.export_path = memory_format(call->context, "%s/movements.csv", path) };
}

static json_object *cell_of(json_object *row, const char *column)
{
	json_object *cells = json_object_object_get(row, "cells");
	for (size_t i = 0; i < json_object_array_length(cells); i++) {
		json_object *cell = json_object_array_get_idx(cells, i);
		if (text_equals(
			    json_object_get_string(json_object_object_get(cell, "column")), column))
			return cell;
	}
	return NULL;
}

static int64_t change_of(json_object *row)
{
	json_object *cell = cell_of(row, "delta");
	int64_t number = json_object_get_int64(json_object_object_get(cell, "number"));
	bool is_plus = text_equals(
		json_object_get_string(json_object_object_get(cell, "sign")), "+");
	return is_plus ? number : -number;
}

/* The newest movement is first: the stock after it is the present one, without what came later. */
static enum result put_stock_after(
	struct db *db, uint64_t product, int64_t remain, json_object *movements)
{
	json_object *rows = json_object_object_get(movements, "rows");
	size_t count = json_object_array_length(rows);
	if (count == 0)
		return RESULT_OK;
	const char *first = json_object_get_string(
		json_object_object_get(json_object_array_get_idx(rows, 0), "id"));
	int64_t id = 0;
	text_to_number(first, 1, INT64_MAX, &id);
	struct db_rows *row = db_read_one(db, QUERY_CONSOLE_PRODUCT_MOVED_SINCE,
		DB_PARAMS(db_id(product), db_id((uint64_t)id)));
	int64_t stock = remain - db_get_number(row, CONSOLE_PRODUCT_MOVED_SINCE_TOTAL);
	for (size_t i = 0; i < count; i++) {
		json_object *movement = json_object_array_get_idx(rows, i),
			    *cell = cell_of(movement, "stock_after");
		json_put_number(cell, "number", stock);
		json_put_bool(cell, "has_number", true);
		stock -= change_of(movement);
	}
	return db_end_read(db);
}

enum result product_show(const struct call *call, struct response *out)
{
	const struct product_fields *fields = call->fields;
	struct edit edit = {
		.db = console_of(call)->db, .context = call->context, .now = call->now
	};
	struct product_record record;
	json_object *movements, *events;
	const struct db_value id = db_id(fields->product);
	struct list list = movements_of(call, &id, fields->product);

	enum result result = product_change_read(&edit, (product_id){ fields->product }, &record);
	if (result == RESULT_OK)
		result = list_page(call, &list, fields->cursor, &movements);
	if (result == RESULT_OK)
		result = list_rows(call,
			&(struct list){ .name = "product-events",
				.query = QUERY_CONSOLE_PRODUCT_EVENTS,
				.columns = EVENTS,
				.values = &id,
				.value_count = 1 },
			&events);
	if (result == RESULT_OK && record.draft.stock.is_set)
		result = put_stock_after(
			console_of(call)->db, fields->product, record.draft.stock.value, movements);
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
