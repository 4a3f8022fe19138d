/* SPDX-License-Identifier: MIT */
/* Reads and changes products. */
#include "reward/product_change.h"

#include "base/text.h"
#include "records/audit.h"

struct work {
	struct edit *edit;
	product_id id;
	const struct product_change *change;
	struct product_record *record;
};

static json_object *product_json(
	const char *name, const char *image, const char *tax_note, struct optional_number threshold)
{
	json_object *json = json_new_object();
	json_put_text(json, "name", name);
	json_put_text(json, "image", image);
	json_put_text(json, "tax_note", tax_note);
	json_put_optional(json, "threshold", threshold);
	return json;
}

static json_object *record_json(const struct product_draft *draft)
{
	return product_json(draft->name, draft->image, draft->tax_note, draft->threshold);
}

static enum product_kind kind_of(const char *name)
{
	return text_equals(name, "points")  ? PRODUCT_POINTS
		: text_equals(name, "item") ? PRODUCT_ITEM
					    : PRODUCT_COUPON;
}

static enum result read_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	const void *context = work->edit->context;
	struct db_rows *rows = db_select(
		db, QUERY_EDIT_PRODUCT_RECORD, DB_PARAMS(db_id(work->id.value)));
	if (!db_next(rows))
		return edit_refuse(
			work->edit, ERR_NOT_FOUND, "product", "there is no such product");
	*work->record = (struct product_record){ .id = work->id,
		.draft = { .name = db_get_text(rows, EDIT_PRODUCT_RECORD_NAME, context),
			.image = db_get_text(rows, EDIT_PRODUCT_RECORD_IMAGE, context),
			.tax_note = db_get_text(rows, EDIT_PRODUCT_RECORD_TAX_NOTE, context),
			.kind = kind_of(db_get_text(rows, EDIT_PRODUCT_RECORD_KIND, context)),
			.points = db_get_optional(rows, EDIT_PRODUCT_RECORD_POINTS),
			.wallet = wallet_of(db_get_text(rows, EDIT_PRODUCT_RECORD_WALLET, context)),
			.expiry = { expiry_kind_of(db_get_text(
					    rows, EDIT_PRODUCT_RECORD_EXPIRES, context)),
				db_get_number(rows, EDIT_PRODUCT_RECORD_EXPIRES_AFTER) },
			.stock = db_get_optional(rows, EDIT_PRODUCT_RECORD_REMAIN),
			.threshold = db_get_optional(rows, EDIT_PRODUCT_RECORD_THRESHOLD) } };
	work->record->retired_at = (struct optional_time){ !db_is_null(rows,
								   EDIT_PRODUCT_RECORD_RETIRED_AT),
		db_get_time(rows, EDIT_PRODUCT_RECORD_RETIRED_AT) };
	work->record->fingerprint = edit_fingerprint(context, record_json(&work->record->draft));
	return RESULT_OK;
}

enum result product_change_read(struct edit *edit, product_id id, struct product_record *record)
{
	struct work work = { .edit = edit, .id = id, .record = record };
	return db_autocommit(edit->db, read_transaction, &work);
}

/* The events that show the product are locked first, then its own row, like changes of the stock.
 */
static enum result save_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	const struct product_change *change = work->change;
	struct db_value id = db_id(work->id.value);
	db_change(db, QUERY_EDIT_PRODUCT_TOUCH_EVENTS, DB_PARAMS(id));
	enum result result = read_transaction(db, work);
	if (result != RESULT_OK)
		return result;
	if (change->seen && change->seen != work->record->fingerprint)
		return edit_refuse(work->edit, ERR_CONFLICT, "version",
			"was changed by someone else meanwhile");
	if (change->threshold.is_set && !work->record->draft.stock.is_set)
		return edit_refuse(work->edit, ERR_INVALID, "threshold",
			"must not be given: an unlimited stock never runs low");
	struct db_value threshold = change->threshold.is_set ? db_number(change->threshold.value)
							     : db_null();
	db_change(db, QUERY_EDIT_PRODUCT_UPDATE,
		DB_PARAMS(db_text(change->name), db_text(change->image), db_text(change->tax_note),
			threshold, threshold, id));
	audit_write(work->edit, "product.change", "product", work->id.value,
		record_json(&work->record->draft),
		product_json(change->name, change->image, change->tax_note, change->threshold));
	return RESULT_OK;
}

enum result product_change_save(struct edit *edit, const struct product_change *change)
{
	struct product_record record;
	struct work work = { edit, change->id, change, &record };
	enum result result = edit_check_image(edit, change->image);
	return result == RESULT_OK ? edit_transaction(edit, save_transaction, &work) : result;
}

/* --- retiring --- */

struct retire_work {
	struct work work;
	bool is_retired;
};

static json_object *retired_json(bool is_retired)
{
	json_object *json = json_new_object();
	json_put_bool(json, "retired", is_retired);
	return json;
}

static enum result retire_transaction(struct db *db, void *pointer)
{
	struct retire_work *retire = pointer;
	struct work *work = &retire->work;
	struct db_value id = db_id(work->id.value);
	db_change(db, QUERY_EDIT_PRODUCT_TOUCH_EVENTS, DB_PARAMS(id));
	enum result result = read_transaction(db, work);
	if (result != RESULT_OK || work->record->retired_at.is_set == retire->is_retired)
		return result;
	db_change(db, QUERY_EDIT_PRODUCT_RETIRE,
		DB_PARAMS(retire->is_retired ? db_time(work->edit->now) : db_null(), id));
	audit_write(work->edit, "product.retire", "product", work->id.value,
		retired_json(!retire->is_retired), retired_json(retire->is_retired));
	return RESULT_OK;
}

enum result product_retire(struct edit *edit, product_id id, bool is_retired)
{
	struct product_record record;
	struct retire_work work = { { edit, id, NULL, &record }, is_retired };
	return edit_transaction(edit, retire_transaction, &work);
}
