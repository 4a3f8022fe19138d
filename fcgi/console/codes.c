/* SPDX-License-Identifier: MIT */
/* Adds codes to a coupon product: shows what a list contains, then imports all of it or none. No
 * page shows a code. */
#include "console/products.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/page.h"
#include "console/routes.h"
#include "reward/coupon.h"
#include "reward/product_change.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define AT(member) .source = FIELD_BODY, .offset = offsetof(struct codes_form, member)
const struct field CODES_FIELDS[] = {
	{ .name = "product",
		.type = FIELD_ID,
		.source = FIELD_PATH,
		.offset = offsetof(struct codes_form, product),
		.is_required = true },
	{ .name = "file",
		.type = FIELD_LONG_TEXT,
		AT(file),
		.minimum = 1,
		.maximum = CODES_MAXIMUM },
	{ .name = "codes",
		.type = FIELD_LONG_TEXT,
		AT(codes),
		.minimum = 1,
		.maximum = CODES_MAXIMUM },
	{ .name = "is_confirmed", .type = FIELD_YES_NO, AT(is_confirmed) },
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
	json_put_number(*data, "megabytes", CODES_MAXIMUM >> 20);
	json_put_number(*data, "limit", COUPON_LIST_MAXIMUM);
	json_put_text(*data, "back", path_of(call));
	return RESULT_OK;
}

/* Shows the errors. Typed text comes back from the form; a file must be chosen again. */
static void put_faults(const struct call *call, const struct response *out, json_object *data)
{
	const char *wrong = NULL;
	for (size_t i = 0; i < out->errors.count; i++)
		wrong = text_equals(out->errors.items[i].detail, "is required") ? "by.codes_missing"
			: text_starts_with(out->errors.items[i].detail, "must be UTF-8")
			? "by.codes_utf8"
			: text_starts_with(out->errors.items[i].detail, "must") ? "by.codes_text"
										: "by.codes";
	const char *typed = call->form ? form_text(call->form, "codes") : NULL;
	json_put_text(data, "wrong", wrong);
	json_put_text(data, "typed", typed && text_is_utf8(typed, strlen(typed)) ? typed : "");
}

enum result codes_ask(const struct call *call, struct response *out)
{
	json_object *data;
	enum result result = new_page(call, "form.codes.title", &data);
	if (result != RESULT_OK)
		return result == ERR_CONFLICT ? page_go(call, out, path_of(call), NULL) : result;
	put_faults(call, out, data);
	return page_show(call, out, "codes", data);
}

/* --- looking at them --- */

static void read_list(const struct call *call, struct coupon_list *list)
{
	const struct codes_form *form = call->fields;
	const char *text = memory_format(call->context, "%s%s%s", form->file ? form->file : "",
		form->file && form->codes ? "\n" : "", form->codes ? form->codes : "");
	FILE *file = fmemopen(memory_copy_text(call->context, text), strlen(text), "r");
	if (!file)
		memory_exhausted();
	coupon_list_read(call->context, file, list);
	fclose(file);
}

/* The new codes for the page's own form, which the same reader parses again. */
static const char *list_text(const struct call *call, const struct coupon_list *list)
{
	struct writer text = { .context = call->context };
	writer_put_text(&text, "code");
	for (size_t i = 0; i < list->count; i++) {
		writer_put_text(&text, "\n\"");
		for (const char *at = list->codes[i]; *at; at++)
			writer_put(&text, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
		writer_put_text(&text, "\"");
	}
	return writer_text(&text);
}

static json_object *wrong_json(const struct coupon_list *list)
{
	json_object *lines = json_new_array();
	for (size_t i = 0; i < list->wrong_count && i < COUPON_WRONG_MAXIMUM; i++) {
		json_object *line = json_new_object();
		json_put_number(line, "line", (int64_t)list->wrong[i].line);
		json_put_text(line, "fault", COUPON_FAULTS[list->wrong[i].fault]);
		json_append(lines, line);
	}
	return lines;
}

static enum result preview(
	const struct call *call, struct response *out, const struct coupon_list *list)
{
	json_object *data;
	enum result result = new_page(call, "page.codes", &data);
	if (result != RESULT_OK)
		return result;
	json_put_number(data, "count", (int64_t)list->count);
	json_put_number(data, "repeated", (int64_t)list->repeated);
	json_put_number(data, "known", (int64_t)list->known);
	json_put_number(data, "wrong_count", (int64_t)list->wrong_count);
	json_put(data, "wrong_lines", wrong_json(list));
	json_put_text(data, "codes",
		list->wrong_count == 0 && list->count ? list_text(call, list) : NULL);
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
	enum result result = coupon_list_add(
		&edit, (product_id){ form->product }, list, form_text(call->form, "_form"));
	return page_edited(call, out, &edit, result, path_of(call), "codes-added");
}

enum result codes_send(const struct call *call, struct response *out)
{
	const struct codes_form *form = call->fields;
	struct coupon_list list;
	if (!form->file && !form->codes)
		return response_field_error(out, ERR_INVALID, "codes", "is required");
	read_list(call, &list);
	if (form->is_confirmed && list.wrong_count == 0 && list.repeated == 0)
		return add(call, out, &list);
	enum result result = coupon_list_compare(console_of(call)->db, &list);
	return result == RESULT_OK ? preview(call, out, &list) : result;
}
