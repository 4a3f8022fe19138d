/* SPDX-License-Identifier: MIT */
/* Changes the stock by hand: the movement first, whose reference detects repetitions, the product's
 * hot row last. */
#include "reward/stock.h"

#include "base/text.h"
#include "records/audit.h"
#include "reward/product.h"

#include <inttypes.h>

struct work {
	struct edit *edit;
	const struct stock_change *change;
	struct stock_outcome *outcome;
	const char *name;
	bool is_coupon;
	struct optional_number remain;
};

static enum result read_product(struct db *db, struct work *work)
{
	struct db_rows *rows = db_select(
		db, QUERY_STOCK_OF_PRODUCT, DB_PARAMS(db_id(work->change->product.value)));
	if (!db_next(rows))
		return edit_refuse(work->edit, ERR_NOT_FOUND, "product",
			"there is no product %" PRIu64, work->change->product.value);
	work->name = db_get_text(rows, STOCK_OF_PRODUCT_NAME, work->edit->context);
	work->is_coupon = text_equals(
		db_get_text(rows, STOCK_OF_PRODUCT_KIND, work->edit->context), "coupon");
	work->remain = db_get_optional(rows, STOCK_OF_PRODUCT_REMAIN);
	work->outcome->remain = work->remain.value;
	return RESULT_OK;
}

/* The reference was used: the same change again, or another one. */
static enum result repeat(struct db *db, struct work *work)
{
	const struct stock_change *change = work->change;
	struct db_rows *rows = db_select(db, QUERY_STOCK_MOVEMENT_OF_REFERENCE,
		DB_PARAMS(db_text(change->source), db_text(change->reference)));
	if (!db_next(rows))
		return ERR_UNAVAILABLE;
	if (db_get_id(rows, STOCK_MOVEMENT_OF_REFERENCE_PRODUCT_ID) != change->product.value
		|| db_get_number(rows, STOCK_MOVEMENT_OF_REFERENCE_DELTA) != change->delta
		|| !text_equals(
			db_get_text(rows, STOCK_MOVEMENT_OF_REFERENCE_REASON, work->edit->context),
			change->reason))
		return edit_refuse(work->edit, ERR_CONFLICT, "reference",
			"was used for another change already");
	work->outcome->movement = db_get_id(rows, STOCK_MOVEMENT_OF_REFERENCE_ID);
	work->outcome->remain = db_get_number(rows, STOCK_MOVEMENT_OF_REFERENCE_REMAIN);
	work->outcome->is_repeated = true;
	return RESULT_OK;
}

static json_object *after_json(const struct work *work)
{
	json_object *json = json_new_object();
	json_put_number(json, "movement", (int64_t)work->outcome->movement);
	json_put_number(json, "delta", work->change->delta);
	json_put_number(json, "remain", work->outcome->remain);
	json_put_text(json, "reason", work->change->reason);
	return json;
}

static enum result refuse_amount(struct db *db, struct work *work)
{
	enum result result = read_product(db, work);
	if (result != RESULT_OK)
		return result;
	if (work->change->delta > 0)
		return edit_refuse(work->edit, ERR_CONFLICT, "delta",
			"is too much: %s has %" PRId64 " left, the most a stock can be is %d",
			work->name, work->remain.value, PRODUCT_STOCK_MAXIMUM);
	return edit_refuse(work->edit, ERR_CONFLICT, "delta",
		"is more than there is: %s has %" PRId64 " left", work->name, work->remain.value);
}

static enum result change_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	const struct stock_change *change = work->change;
	struct db_value id = db_id(change->product.value), delta = db_number(change->delta);
	*work->outcome = (struct stock_outcome){ 0 };
	enum result result = read_product(db, work);
	if (result != RESULT_OK)
		return result;
	if (work->is_coupon != change->is_codes)
		return edit_refuse(work->edit, ERR_CONFLICT, "product",
			work->is_coupon ? "%s has codes: add codes to have more of it"
					: "%s has no codes",
			work->name);
	if (!work->remain.is_set)
		return edit_refuse(work->edit, ERR_CONFLICT, "product",
			"%s is unlimited: there is no stock to change", work->name);
	if (!db_change_unless_duplicate(db, QUERY_STOCK_MOVEMENT_INSERT,
		    DB_PARAMS(id, delta, db_text(change->source), db_text(change->reference),
			    db_text(change->reason), db_time(work->edit->now)),
		    NULL))
		return repeat(db, work);
	work->outcome->movement = db_inserted_id(db);
	if (db_change(db, QUERY_STOCK_UPDATE,
		    DB_PARAMS(delta, delta, delta, id, delta, db_number(PRODUCT_STOCK_MAXIMUM)))
		!= 1)
		return refuse_amount(db, work);
	/* the row is locked: this is the result of the update */
	result = read_product(db, work);
	db_change(db, QUERY_STOCK_MOVEMENT_NOTE,
		DB_PARAMS(db_number(work->outcome->remain), db_id(work->outcome->movement)));
	audit_write(work->edit, "stock.change", "product", change->product.value, NULL,
		after_json(work));
	return result == RESULT_OK ? RESULT_CREATED : result;
}

enum result stock_apply(
	struct edit *edit, const struct stock_change *change, struct stock_outcome *outcome)
{
	return change_transaction(
		edit->db, &(struct work){ .edit = edit, .change = change, .outcome = outcome });
}

enum result stock_change(
	struct edit *edit, const struct stock_change *change, struct stock_outcome *outcome)
{
	struct work work = { .edit = edit, .change = change, .outcome = outcome };
	if (change->delta == 0)
		return edit_refuse(edit, ERR_INVALID, "delta", "must not be 0");
	return edit_transaction(edit, change_transaction, &work);
}
