/* SPDX-License-Identifier: MIT */
/* Goods that wait to be shipped: the list, and their addresses as a file for the carrier. */
#include "console/to_ship.h"

#include "base/memory.h"
#include "console/form_page.h"
#include "console/list_view.h"
#include "console/routes.h"
#include "customer/address.h"

#include <inttypes.h>

const struct field TO_SHIP_FIELDS[] = { LIST_CURSOR(struct to_ship_fields), { 0 } };
const struct field ADDRESSES_FIELDS[] = {
	BODY_FIELD(struct addresses_form, reason, FIELD_TEXT, FIELD_RANGE(1, 200),
		.is_required = true),
	{ 0 },
};

static const struct column COLUMNS[] = {
	[CONSOLE_TO_SHIP_ID] = { .name = "claim",
		.kind = COLUMN_ID,
		.link = "/admin/claims/",
		.link_from = CONSOLE_TO_SHIP_ID },
	[CONSOLE_TO_SHIP_PRODUCT_NAME] = { .name = "product",
		.kind = COLUMN_TEXT,
		.place = PLACE_TITLE },
	[CONSOLE_TO_SHIP_USERNAME] = { .name = "username",
		.kind = COLUMN_TEXT,
		.link = "/admin/customers/",
		.link_from = CONSOLE_TO_SHIP_USER_ID },
	[CONSOLE_TO_SHIP_USER_ID] = { .name = "customer", .kind = COLUMN_HIDDEN },
	[CONSOLE_TO_SHIP_HAS_ADDRESS] = { .name = "has_address", .kind = COLUMN_WORD },
	[CONSOLE_TO_SHIP_STATE] = { .name = "state", .kind = COLUMN_WORD, .place = PLACE_STATE },
	[CONSOLE_TO_SHIP_CLAIMED_AT] = { .name = "claimed_at", .kind = COLUMN_TIME },
	[CONSOLE_TO_SHIP_COLUMNS] = { .name = NULL },
};

static enum result list_of(const struct call *call, struct list *list)
{
	(void)call;
	*list = (struct list){ .name = "to-ship",
		.query = QUERY_CONSOLE_TO_SHIP,
		.columns = COLUMNS,
		.path = "/admin/claims-to-ship",
		.is_rising = true };
	return RESULT_OK;
}

static const struct list_view VIEW = { .title = "page.to-ship",
	.section = "claims",
	.make = list_of,
	.template = "to_ship",
	.new_path = "/admin/claims-shipped",
	.new_word = "shipping",
	.may_make = STAFF_MANAGER };

enum result to_ship_show(const struct call *call, struct response *out)
{
	const struct to_ship_fields *fields = call->fields;
	return list_view_show(call, out, &VIEW, fields->cursor);
}

/* --- addresses --- */

enum result addresses_ask(const struct call *call, struct response *out)
{
	return form_page_show(call, out,
		&(struct form_page){ .name = "addresses",
			.table = ADDRESSES_FIELDS,
			.back = "/admin/claims-to-ship" },
		page_new(call, "form.addresses.title", "claims"));
}

static void put_cell(struct writer *to, const struct call *call, const char *text, const char *end)
{
	writer_put_text(to, list_csv_cell(call->context, text ? text : ""));
	writer_put_text(to, end);
}

static void put_heads(struct writer *to, const struct call *call)
{
	static const char *const HEADS[] = { "claim", "recipient", "phone", "postcode", "address1",
		"address2", "country", "product" };
	writer_put_text(to, "\xef\xbb\xbf");
	for (size_t i = 0; i < countof(HEADS); i++)
		put_cell(to, call,
			page_text(call, memory_format(call->context, "column.%s", HEADS[i])),
			i + 1 < countof(HEADS) ? "," : "\r\n");
}

static const char *text_of(json_object *object, const char *name)
{
	return json_object_get_string(json_object_object_get(object, name));
}

static void put_row(struct writer *to, const struct call *call, json_object *parcel)
{
	json_object *address = json_object_object_get(parcel, "address"),
		    *lines = json_object_object_get(address, "lines");
	writer_put_text(to, text_of(parcel, "claim"));
	writer_put_text(to, ",");
	put_cell(to, call, text_of(address, "name"), ",");
	put_cell(to, call, text_of(address, "phone"), ",");
	put_cell(to, call, text_of(address, "postcode"), ",");
	for (size_t i = 0; i < 2; i++)
		put_cell(
			to, call, json_object_get_string(json_object_array_get_idx(lines, i)), ",");
	put_cell(to, call, text_of(address, "country"), ",");
	put_cell(to, call, text_of(parcel, "product"), "\r\n");
}

enum result addresses_send(const struct call *call, struct response *out)
{
	const struct addresses_form *form = call->fields;
	struct edit edit = page_edit(call);
	struct writer text = { .context = call->context };
	json_object *list;
	edit.form = NULL; /* downloading again is harmless, and recorded again */
	enum result result = address_read_to_ship(
		&edit, console_of(call)->seal, form->reason, &list);
	if (result != RESULT_OK)
		return result;
	put_heads(&text, call);
	for (size_t i = 0; i < json_object_array_length(list); i++)
		put_row(&text, call, json_object_array_get_idx(list, i));
	out->text = writer_text(&text);
	out->content_type = "text/csv; charset=utf-8";
	response_header(
		out, "Content-Disposition", "attachment; filename=\"dojang-addresses.csv\"");
	return RESULT_OK;
}
