/* SPDX-License-Identifier: MIT */
/* Lists products. */
#include "reward/product_list.h"

#include "base/memory.h"

static struct stocked_product read_product(const struct db_rows *rows, const void *context)
{
	return (struct stocked_product){
		.product = {
			.id = { db_get_id(rows, SHOP_PRODUCTS_ID) },
			.name = db_get_text(rows, SHOP_PRODUCTS_NAME, context),
			.kind = db_get_text(rows, SHOP_PRODUCTS_KIND, context),
			.points = db_get_optional(rows, SHOP_PRODUCTS_POINTS),
			.wallet = wallet_of(db_get_text(rows, SHOP_PRODUCTS_WALLET, context)),
			.image = db_get_text(rows, SHOP_PRODUCTS_IMAGE, context),
			.tax_note = db_get_text(rows, SHOP_PRODUCTS_TAX_NOTE, context),
			.remain = db_get_optional(rows, SHOP_PRODUCTS_REMAIN),
		},
		.threshold = db_get_optional(rows, SHOP_PRODUCTS_THRESHOLD),
	};
}

enum result product_list(struct db *db, const void *context, uint64_t after, size_t limit,
	struct stocked_product **products, size_t *count, bool *has_more)
{
	*products = memory_array(context, struct stocked_product, limit);
	struct db_rows *rows = db_read(
		db, QUERY_SHOP_PRODUCTS, DB_PARAMS(db_id(after), db_number((int64_t)limit + 1)));
	for (*count = 0; *count < limit && db_next(rows); ++*count)
		(*products)[*count] = read_product(rows, context);
	*has_more = db_next(rows);
	return db_end_read(db);
}
