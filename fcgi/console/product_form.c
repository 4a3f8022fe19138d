/* SPDX-License-Identifier: MIT */
/* Creates and edits products, and changes their stock. */
#include "console/products.h"

#include "base/memory.h"
#include "console/form_page.h"
#include "console/routes.h"
#include "reward/product_change.h"
#include "reward/stock.h"

#include <inttypes.h>

#define AT(member) .source = FIELD_BODY, .offset = offsetof(struct product_form, member)
#define ID(target) \
	{ \
		.name = "product", .type = FIELD_ID, .source = FIELD_PATH, \
		.offset = offsetof(target, product), .is_required = true \
	}
#define NAME \
	{ \
		.name = "name", .type = FIELD_TEXT, AT(name), .minimum = 1, .maximum = 200, \
		.is_required = true \
	}
#define THRESHOLD \
	{ \
		.name = "threshold", .type = FIELD_OPTIONAL_NUMBER, AT(threshold), .minimum = 0, \
		.maximum = PRODUCT_STOCK_MAXIMUM \
	}
#define TEXTS \
	{ .name = "image", .type = FIELD_TEXT, AT(image), .minimum = 1, .maximum = 500 }, \
	{ \
		.name = "tax_note", .type = FIELD_LONG_TEXT, AT(tax_note), .minimum = 1, \
		.maximum = 2000 \
	}

const struct field PRODUCT_NEW_FIELDS[] = { NAME,
	{ .name = "kind",
		.type = FIELD_CHOICE,
		AT(kind),
		.choices = PRODUCT_KINDS,
		.is_required = true },
	{ .name = "points",
		.type = FIELD_OPTIONAL_NUMBER,
		AT(points),
		.minimum = 1,
		.maximum = PRODUCT_POINTS_MAXIMUM },
	{ .name = "stock",
		.type = FIELD_OPTIONAL_NUMBER,
		AT(stock),
		.minimum = 0,
		.maximum = PRODUCT_STOCK_MAXIMUM },
	THRESHOLD, TEXTS, { 0 } };
const struct field PRODUCT_EDIT_FIELDS[] = {
	ID(struct product_form),
	NAME,
	THRESHOLD,
	TEXTS,
	{ .name = "version",
		.type = FIELD_NUMBER,
		AT(version),
		.minimum = 1,
		.maximum = (int64_t)1 << 53,
		.is_required = true },
	{ 0 },
};
const struct field STOCK_FIELDS[] = {
	ID(struct stock_form),
	{ .name = "delta",
		.type = FIELD_NUMBER,
		.source = FIELD_BODY,
		.offset = offsetof(struct stock_form, delta),
		.minimum = -STOCK_DELTA_MAXIMUM,
		.maximum = STOCK_DELTA_MAXIMUM,
		.is_required = true },
	{ .name = "reason",
		.type = FIELD_TEXT,
		.source = FIELD_BODY,
		.offset = offsetof(struct stock_form, reason),
		.minimum = 1,
		.maximum = 200,
		.is_required = true },
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
	enum result result = product_create(&edit,
		&(struct product_draft){ .name = form->name,
			.image = form->image,
			.tax_note = form->tax_note,
			.kind = (enum product_kind)form->kind,
			.points = form->points,
			.stock = form->stock,
			.threshold = form->threshold },
		&id);
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
