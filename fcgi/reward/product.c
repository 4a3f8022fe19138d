/* SPDX-License-Identifier: MIT */
/* Creates products with their first stock. */
#include "reward/product.h"

#include "base/memory.h"
#include "records/audit.h"

#include <inttypes.h>

const char *const PRODUCT_KINDS[] = {
	[PRODUCT_POINTS] = "points", [PRODUCT_ITEM] = "item", [PRODUCT_COUPON] = "coupon", NULL
};

struct create_work {
	struct edit *edit;
	const struct product_draft *draft;
	product_id *id;
};

static struct db_value optional_value(struct optional_number number)
{
	return number.is_set ? db_number(number.value) : db_null();
}

static json_object *draft_json(const struct product_draft *draft)
{
	json_object *json = json_new_object();
	json_put_text(json, "name", draft->name);
	json_put_text(json, "kind", PRODUCT_KINDS[draft->kind]);
	json_put_optional(json, "points", draft->points);
	if (draft->wallet == WALLET_SHOP)
		json_put_text(json, "wallet", WALLETS[draft->wallet]);
	if (draft->expiry.kind != EXPIRY_NEVER)
		json_put_text(json, "expires", expiry_name(draft->expiry.kind));
	if (draft->expiry.count)
		json_put_number(json, "expires_after", draft->expiry.count);
	json_put_optional(json, "remain", draft->stock);
	json_put_optional(json, "threshold", draft->threshold);
	return json;
}

/* Claims notice when the stock comes down to the threshold, so a product that starts at or below it
 * is reported at once. */
static bool is_low(const struct product_draft *draft)
{
	return draft->threshold.is_set && draft->stock.value > 0
		&& draft->stock.value <= draft->threshold.value;
}

static enum result create_transaction(struct db *db, void *pointer)
{
	struct create_work *work = pointer;
	const struct product_draft *draft = work->draft;
	db_change(db, QUERY_EDIT_PRODUCT_INSERT,
		DB_PARAMS(db_text(draft->name), db_text(PRODUCT_KINDS[draft->kind]),
			optional_value(draft->points), db_text(WALLETS[draft->wallet]),
			db_text(expiry_name(draft->expiry.kind)),
			draft->expiry.count ? db_number(draft->expiry.count) : db_null(),
			db_text(draft->image), db_text(draft->tax_note),
			optional_value(draft->stock), optional_value(draft->threshold),
			db_number(is_low(draft)), db_time(work->edit->now)));
	uint64_t id = work->id->value = db_inserted_id(db);
	if (draft->stock.is_set)
		db_change(db, QUERY_STOCK_MOVEMENT_INSERT,
			DB_PARAMS(db_id(id), db_number(draft->stock.value), db_text("initial"),
				db_text(memory_format(work->edit->context, "%" PRIu64, id)),
				db_null(), db_time(work->edit->now)));
	audit_write(work->edit, "product.create", "product", id, NULL, draft_json(draft));
	return RESULT_CREATED;
}

static enum result check(struct edit *edit, const struct product_draft *draft)
{
	if (draft->kind == PRODUCT_POINTS && !draft->points.is_set)
		return edit_refuse(edit, ERR_INVALID, "points",
			"must say how many points this product is worth");
	if (draft->kind != PRODUCT_POINTS && draft->points.is_set)
		return edit_refuse(edit, ERR_INVALID, "points",
			"must not be given: only products of kind points have them");
	if (draft->kind != PRODUCT_POINTS && draft->wallet != WALLET_DOJANG)
		return edit_refuse(edit, ERR_INVALID, "wallet",
			"must not be given: only products of kind points go into a wallet");
	if (draft->kind != PRODUCT_POINTS && draft->expiry.kind != EXPIRY_NEVER)
		return edit_refuse(edit, ERR_INVALID, "points_expiry",
			"must not be given: only products of kind points expire");
	if (draft->wallet == WALLET_SHOP && draft->expiry.kind != EXPIRY_NEVER)
		return edit_refuse(edit, ERR_INVALID, "points_expiry",
			"must not be given: the shop's own wallet decides when its points expire");
	if (draft->kind == PRODUCT_COUPON && draft->stock.value != 0)
		return edit_refuse(edit, ERR_INVALID, "stock",
			"must not be given: there are as many coupons as codes are added");
	if (draft->threshold.is_set && !draft->stock.is_set)
		return edit_refuse(edit, ERR_INVALID, "threshold",
			"must not be given: an unlimited stock never runs low");
	return RESULT_OK;
}

const char *const PRODUCT_EXPIRIES[] = { "never", "days", "months", "month-end", "year-end", NULL };

enum result product_expiry(
	struct edit *edit, int expires, struct optional_number after, struct expiry *expiry)
{
	*expiry = (struct expiry){ (enum expiry_kind)expires, after.is_set ? after.value : 0 };
	bool has_count = expiry->kind == EXPIRY_DAYS || expiry->kind == EXPIRY_MONTHS;
	int64_t most = expiry->kind == EXPIRY_MONTHS ? EXPIRY_MONTHS_MAXIMUM : EXPIRY_DAYS_MAXIMUM;
	if (has_count && (expiry->count < 1 || expiry->count > most))
		return edit_refuse(edit, ERR_INVALID, "points_expiry_after",
			"must be a number from 1 to %" PRId64, most);
	if (!has_count && after.is_set)
		return edit_refuse(edit, ERR_INVALID, "points_expiry_after",
			"must not be given: only days and months are counted");
	return RESULT_OK;
}

enum result product_create(struct edit *edit, const struct product_draft *draft, product_id *id)
{
	struct product_draft complete = *draft;
	if (draft->kind == PRODUCT_COUPON && !draft->stock.is_set)
		complete.stock = (struct optional_number){ true,
			0 }; /* its codes are added later */
	struct create_work work = { edit, &complete, id };
	enum result result = check(edit, &complete);
	return result == RESULT_OK ? edit_transaction(edit, create_transaction, &work) : result;
}
