/* SPDX-License-Identifier: MIT */
/* Adds codes to a coupon product: shows what a list contains, then adds all of it or none. */
#include "console/products.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/routes.h"
#include "console/spreadsheet_page.h"
#include "reward/coupon.h"
#include "reward/product_change.h"

#include <inttypes.h>

const struct field CODES_FIELDS[] = {
	PATH_FIELD(struct codes_form, product, FIELD_ID),
	BODY_FIELD(struct codes_form, file, FIELD_BYTES, FIELD_RANGE(1, SPREADSHEET_MAXIMUM)),
	BODY_FIELD(struct codes_form, codes, FIELD_LONG_TEXT, FIELD_RANGE(1, SPREADSHEET_MAXIMUM)),
	BODY_FIELD(struct codes_form, is_confirmed, FIELD_YES_NO),
	{ 0 },
};

static const char *path_of(const struct call *call)
{
	return memory_format(call->context, "/admin/products/%" PRIu64,
		((const struct product_fields *)call->fields)->product);
}

/* A page about the product; ERR_CONFLICT when it has no codes. */
static enum result new_page(const struct call *call, const char *title, json_object **data)
{
	const struct product_fields *fields = call->fields;
	struct edit edit = {
		.db = console_of(call)->db, .context = call->context, .now = call->now
	};
	struct product_record record;
	enum result result = product_change_read(&edit, (product_id){ fields->product }, &record);
	if (result != RESULT_OK || record.draft.kind != PRODUCT_COUPON)
		return result == RESULT_OK ? ERR_CONFLICT : result;
	*data = page_new(call, title, "products");
	json_put_text(*data, "product_name", record.draft.name);
	json_put_number(*data, "remain", record.draft.stock.value);
	json_put_number(*data, "limit", COUPON_LIST_MAXIMUM);
	json_put_text(*data, "back", path_of(call));
	return RESULT_OK;
}

static enum result ask(const struct call *call, struct response *out, json_object *data)
{
	return spreadsheet_page_ask(
		call, out, &(struct spreadsheet_input){ "codes", "codes", path_of(call) }, data);
}

enum result codes_ask(const struct call *call, struct response *out)
{
	json_object *data;
	enum result result = new_page(call, "form.codes.title", &data);
	if (result != RESULT_OK)
		return result == ERR_CONFLICT ? page_go(call, out, path_of(call), NULL) : result;
	return ask(call, out, data);
}

/* --- the preview --- */

/* The new codes for the page's own form, which the same reader parses again. */
static const char *list_text(const struct call *call, const struct coupon_list *list)
{
	struct writer text = { .context = call->context };
	writer_put_text(&text, "code");
	for (size_t i = 0; i < list->count; i++) {
		writer_put_text(&text, "\n\"");
		for (const char *at = list->codes[i].text; *at; at++)
			writer_put(&text, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
		writer_put_text(&text, "\"");
	}
	return writer_text(&text);
}

static json_object *rows_json(const struct coupon_list *list)
{
	json_object *rows = json_new_array();
	for (size_t i = 0; i < list->count && i < SPREADSHEET_PREVIEW; i++) {
		json_object *row = json_new_object();
		json_put_number(row, "line", (int64_t)list->codes[i].line);
		json_put_text(row, "code", list->codes[i].text);
		json_append(rows, row);
	}
	return rows;
}

static void put_figures(json_object *data, const struct coupon_list *list)
{
	const struct {
		const char *word;
		size_t number;
	} figures[] = { { "new", list->count }, { "repeated", list->repeated },
		{ "known", list->known }, { "wrong", list->faults.count } };
	json_object *array = json_new_array();
	for (size_t i = 0; i < countof(figures); i++) {
		json_object *figure = json_new_object();
		json_put_text(figure, "word", figures[i].word);
		json_put_number(figure, "number", (int64_t)figures[i].number);
		json_append(array, figure);
	}
	json_put(data, "figures", array);
	json_put_bool(data, "has_figures", true);
}

static enum result preview(
	const struct call *call, struct response *out, const struct coupon_list *list)
{
	json_object *data;
	enum result result = new_page(call, "page.codes", &data);
	if (result != RESULT_OK)
		return result;
	spreadsheet_page_put(data, list->spreadsheet, &list->faults);
	json_put_number(data, "count", (int64_t)list->count);
	put_figures(data, list);
	if (list->faults.count > 0)
		return ask(call, out, data);
	json_put(data, "rows", rows_json(list));
	json_put_number(data, "unseen",
		list->count > SPREADSHEET_PREVIEW ? (int64_t)list->count - SPREADSHEET_PREVIEW : 0);
	json_put_text(data, "codes", list->count ? list_text(call, list) : NULL);
	return page_show(call, out, "codes_check", data);
}

/* The one-time id of the form is also the reference of the movement. */
static enum result add(
	const struct call *call, struct response *out, const struct coupon_list *list)
{
	const struct codes_form *form = call->fields;
	struct edit edit = page_edit(call);
	if (!edit.form)
		return ERR_BAD_REQUEST;
	enum result result = coupon_list_add(&edit, (product_id){ form->product }, list, "staff",
		form_text(call->form, "_form"));
	return page_edited(call, out, &edit, result, path_of(call), "codes-added");
}

enum result codes_send(const struct call *call, struct response *out)
{
	const struct codes_form *form = call->fields;
	struct coupon_list list;
	FILE *file = spreadsheet_page_file(call, out, &form->file, form->codes);
	if (!file)
		return ERR_INVALID;
	coupon_list_read(call->context, file, COUPON_LIST_MAXIMUM, &list);
	if (form->is_confirmed && list.faults.count == 0 && list.repeated == 0)
		return add(call, out, &list);
	enum result result = coupon_list_compare(console_of(call)->db, &list);
	return result == RESULT_OK ? preview(call, out, &list) : result;
}
