/* SPDX-License-Identifier: MIT */
/* Creates and edits products, and changes their stock. */
#include "console/products.h"

#include "base/memory.h"
#include "console/form_page.h"
#include "console/routes.h"
#include "reward/product_change.h"
#include "reward/stock.h"

#include <inttypes.h>

const struct field PRODUCT_NEW_FIELDS[] = { BODY_FIELD(struct product_form, name, FIELD_TEXT,
						    FIELD_RANGE(1, 200), .is_required = true),
	BODY_FIELD(struct product_form, kind, FIELD_CHOICE, .choices = PRODUCT_KINDS,
		.is_required = true),
	BODY_FIELD(struct product_form, points, FIELD_OPTIONAL_NUMBER,
		FIELD_RANGE(1, PRODUCT_POINTS_MAXIMUM)),
	BODY_FIELD(struct product_form, wallet, FIELD_CHOICE, .choices = WALLETS,
		.fallback = "dojang"),
	BODY_FIELD(struct product_form, points_expiry, FIELD_CHOICE, .choices = PRODUCT_EXPIRIES,
		.fallback = "never"),
	BODY_FIELD(struct product_form, points_expiry_after, FIELD_OPTIONAL_NUMBER,
		FIELD_RANGE(1, EXPIRY_DAYS_MAXIMUM)),
	BODY_FIELD(struct product_form, stock, FIELD_OPTIONAL_NUMBER,
		FIELD_RANGE(0, PRODUCT_STOCK_MAXIMUM)),
	BODY_FIELD(struct product_form, threshold, FIELD_OPTIONAL_NUMBER,
		FIELD_RANGE(0, PRODUCT_STOCK_MAXIMUM)),
	BODY_FIELD(struct product_form, image, FIELD_TEXT, FIELD_RANGE(1, 500)),
	BODY_FIELD(struct product_form, tax_note, FIELD_LONG_TEXT, FIELD_RANGE(1, 2000)), { 0 } };
const struct field PRODUCT_EDIT_FIELDS[] = {
	PATH_FIELD(struct product_form, product, FIELD_ID),
	BODY_FIELD(struct product_form, name, FIELD_TEXT, FIELD_RANGE(1, 200), .is_required = true),
	BODY_FIELD(struct product_form, threshold, FIELD_OPTIONAL_NUMBER,
		FIELD_RANGE(0, PRODUCT_STOCK_MAXIMUM)),
	BODY_FIELD(struct product_form, image, FIELD_TEXT, FIELD_RANGE(1, 500)),
	BODY_FIELD(struct product_form, tax_note, FIELD_LONG_TEXT, FIELD_RANGE(1, 2000)),
	BODY_FIELD(struct product_form, version, FIELD_NUMBER, FIELD_RANGE(1, (int64_t)1 << 53),
		.is_required = true),
	{ 0 },
};
const struct field RETIRE_FIELDS[] = {
	PATH_FIELD(struct retire_form, product, FIELD_ID),
	{ 0 },
};
const struct field STOCK_FIELDS[] = {
	PATH_FIELD(struct stock_form, product, FIELD_ID),
	BODY_FIELD(struct stock_form, delta, FIELD_NUMBER,
		FIELD_RANGE(-STOCK_DELTA_MAXIMUM, STOCK_DELTA_MAXIMUM), .is_required = true),
	BODY_FIELD(struct stock_form, reason, FIELD_TEXT, FIELD_RANGE(1, 200), .is_required = true),
	{ 0 },
};

static const char *path_of(const struct call *call, uint64_t product)
{
	return memory_format(call->context, "/admin/products/%" PRIu64, product);
}

static enum result read_product(const struct call *call, uint64_t id, struct product_record *record)
{
	struct edit edit = {
		.db = console_of(call)->db, .context = call->context, .now = call->now
	};
	return product_change_read(&edit, (product_id){ id }, record);
}

enum result product_new(const struct call *call, struct response *out)
{
	return form_page_show(call, out,
		&(struct form_page){ .name = "product-new",
			.table = PRODUCT_NEW_FIELDS,
			.back = "/admin/products" },
		page_new(call, "form.product-new.title", "products"));
}

enum result product_make(const struct call *call, struct response *out)
{
	const struct product_form *form = call->fields;
	struct edit edit = page_edit(call);
	product_id id = { 0 };
	struct product_draft draft = { .name = form->name,
		.image = form->image,
		.tax_note = form->tax_note,
		.kind = (enum product_kind)form->kind,
		.points = form->points,
		.wallet = (enum wallet)form->wallet,
		.stock = form->stock,
		.threshold = form->threshold };
	enum result result = product_expiry(
		&edit, form->points_expiry, form->points_expiry_after, &draft.expiry);
	if (result == RESULT_OK)
		result = product_create(&edit, &draft, &id);
	return page_edited(call, out, &edit, result,
		edit.is_repeated ? "/admin/products" : path_of(call, id.value), "product-created");
}

enum result product_edit(const struct call *call, struct response *out)
{
	const struct product_form *fields = call->fields;
	struct product_record record;
	enum result result = read_product(call, fields->product, &record);
	if (result != RESULT_OK)
		return result;
	struct product_form form = { .name = record.draft.name,
		.image = record.draft.image,
		.tax_note = record.draft.tax_note,
		.threshold = record.draft.threshold,
		.version = (int64_t)record.fingerprint };
	json_object *data = page_new(call, "form.product-edit.title", "products");
	json_put_text(data, "product_name", record.draft.name);
	return form_page_show(call, out,
		&(struct form_page){ .name = "product-edit",
			.table = PRODUCT_EDIT_FIELDS,
			.values = &form,
			.back = path_of(call, fields->product) },
		data);
}

enum result product_save(const struct call *call, struct response *out)
{
	const struct product_form *form = call->fields;
	struct edit edit = page_edit(call);
	enum result result = product_change_save(&edit,
		&(struct product_change){ { form->product }, form->name, form->image,
			form->tax_note, form->threshold, (uint64_t)form->version });
	return page_edited(call, out, &edit, result, path_of(call, form->product), "product-saved");
}

/* --- retiring: the page offers the opposite of the present state --- */

enum result retire_ask(const struct call *call, struct response *out)
{
	const struct retire_form *fields = call->fields;
	struct product_record record;
	enum result result = read_product(call, fields->product, &record);
	if (result != RESULT_OK)
		return result;
	const char *name = record.retired_at.is_set ? "product-unretire" : "product-retire";
	json_object *data = page_new(
		call, memory_format(call->context, "form.%s.title", name), "products");
	json_put_text(data, "product_name", record.draft.name);
	return form_page_show(call, out,
		&(struct form_page){ .name = name,
			.table = RETIRE_FIELDS,
			.back = path_of(call, fields->product) },
		data);
}

/* A form that was sent twice is recognised by its one-time id. */
enum result retire_send(const struct call *call, struct response *out)
{
	const struct retire_form *form = call->fields;
	struct edit edit = page_edit(call);
	struct product_record record;
	enum result result = read_product(call, form->product, &record);
	if (result == RESULT_OK)
		result = product_retire(
			&edit, (product_id){ form->product }, !record.retired_at.is_set);
	return page_edited(
		call, out, &edit, result, path_of(call, form->product), "product-retired");
}

/* --- stock --- */

enum result stock_ask(const struct call *call, struct response *out)
{
	const struct stock_form *fields = call->fields;
	struct product_record record;
	enum result result = read_product(call, fields->product, &record);
	if (result != RESULT_OK)
		return result;
	json_object *data = page_new(call, "form.stock.title", "products");
	json_put_text(data, "product_name", record.draft.name);
	json_put_number(data, "remain", record.draft.stock.value);
	return form_page_show(call, out,
		&(struct form_page){ .name = "stock",
			.table = STOCK_FIELDS,
			.back = path_of(call, fields->product) },
		data);
}

/* The one-time id of the form is also the reference of the movement. */
enum result stock_send(const struct call *call, struct response *out)
{
	const struct stock_form *form = call->fields;
	struct edit edit = page_edit(call);
	struct stock_outcome outcome;
	const char *reference = form_text(call->form, "_form");
	if (!edit.form)
		return ERR_BAD_REQUEST;
	enum result result = stock_change(&edit,
		&(struct stock_change){ .product = { form->product },
			.delta = form->delta,
			.source = "staff",
			.reference = reference,
			.reason = form->reason },
		&outcome);
	return page_edited(call, out, &edit, result, path_of(call, form->product), "stock-changed");
}
