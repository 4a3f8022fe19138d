/* SPDX-License-Identifier: MIT */
/* Lists products. */
#include "reward/product_list.h"

#include "base/memory.h"

struct work {
	const void *context;
	uint64_t after;
	size_t limit;
	struct stocked_product *products;
	size_t count;
	bool has_more;
};

static struct stocked_product read_product(const struct db_rows *rows, const void *context)
{
	return (struct stocked_product){
		.product = {
			.id = { db_get_id(rows, SHOP_PRODUCTS_ID) },
			.name = db_get_text(rows, SHOP_PRODUCTS_NAME, context),
			.kind = db_get_text(rows, SHOP_PRODUCTS_KIND, context),
			.points = db_get_optional(rows, SHOP_PRODUCTS_POINTS),
			.image = db_get_text(rows, SHOP_PRODUCTS_IMAGE, context),
			.tax_note = db_get_text(rows, SHOP_PRODUCTS_TAX_NOTE, context),
			.remain = db_get_optional(rows, SHOP_PRODUCTS_REMAIN),
		},
		.threshold = db_get_optional(rows, SHOP_PRODUCTS_THRESHOLD),
	};
}

static enum result list_transaction(struct db *db, void *state)
{
	struct work *work = state;
	work->count = 0;
	work->has_more = false;
	struct db_rows *rows = db_select(db, QUERY_SHOP_PRODUCTS,
		DB_PARAMS(db_id(work->after), db_number((int64_t)work->limit + 1)));
	while (db_next(rows)) {
		work->has_more = work->count == work->limit;
		if (!work->has_more)
			work->products[work->count++] = read_product(rows, work->context);
	}
	return RESULT_OK;
}

enum result product_list(struct db *db, const void *context, uint64_t after, size_t limit,
	struct stocked_product **products, size_t *count, bool *has_more)
{
	struct work work = { context, after, limit,
		memory_array(context, struct stocked_product, limit), 0, false };
	enum result result = db_autocommit(db, list_transaction, &work);
	*products = work.products;
	*count = work.count;
	*has_more = work.has_more;
	return result;
}
