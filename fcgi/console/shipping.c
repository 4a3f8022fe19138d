/* SPDX-License-Identifier: MIT */
/* Many parcels at once: claims with their tracking numbers are shown first, then marked as shipped,
 * all or none. */
#include "console/shipping.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/routes.h"
#include "console/spreadsheet_page.h"
#include "reward/fulfilment.h"

#include <inttypes.h>

enum { PARCELS_MAXIMUM = 500, TRACKING_MAXIMUM = 190 };

const struct field SHIPPING_FIELDS[] = {
	BODY_FIELD(struct shipping_form, file, FIELD_BYTES, FIELD_RANGE(1, SPREADSHEET_MAXIMUM)),
	BODY_FIELD(
		struct shipping_form, lines, FIELD_LONG_TEXT, FIELD_RANGE(1, SPREADSHEET_MAXIMUM)),
	BODY_FIELD(struct shipping_form, is_confirmed, FIELD_YES_NO),
	BODY_FIELD(struct shipping_form, are_handed_over, FIELD_YES_NO),
	{ 0 },
};

enum { CLAIM, TRACKING };
static const struct spreadsheet_column COLUMNS[] = {
	[CLAIM] = { .name = "claim",
		.kind = CELL_CODE,
		.headings = { "claim claims claimid claimno claimnumber 수령 수령번호 수령id "
			      "클레임 클레임번호 클레임id",
			"order orderid orderno ordernumber 주문 주문번호 주문id 신청번호 접수번호 "
			"당첨번호 지급번호 교환번호 관리번호 고객주문번호",
			"id no number 번호" } },
	[TRACKING] = { .name = "tracking",
		.kind = CELL_CODE,
		.headings = { "tracking trackingnumber trackingnumbers trackingno trackingid "
			      "trackingcode waybill waybillno waybillnumber airwaybill awb "
			      "awbnumber parcelnumber shipmentnumber consignmentnumber 송장 "
			      "송장번호 송장no 송장넘버 운송장 운송장번호 운송장no 운송장넘버 "
			      "택배송장 택배송장번호 택배운송장번호 택배번호 배송송장번호 "
			      "배송번호 등기번호 우편등기번호 추적번호 배송추적번호 화물추적번호",
			"invoice invoiceno invoicenumber 배송조회번호 조회번호 배송조회" } },
};
static const struct spreadsheet_schema SCHEMA = { COLUMNS, countof(COLUMNS), false };

struct parcels {
	struct parcel *items;
	struct parcel_preview *previews;
	uint64_t *lines;
	size_t count, without_address;
	struct spreadsheet_faults faults;
	const struct spreadsheet *spreadsheet;
};

/* --- reading --- */

static bool is_repeated(const struct parcels *parcels, claim_id id)
{
	for (size_t i = 0; i < parcels->count; i++)
		if (parcels->items[i].id.value == id.value)
			return true;
	return false;
}

/* Takes a row, or returns its error and sets its column. */
static const char *take(
	const struct call *call, struct spreadsheet_row *row, struct parcels *parcels)
{
	int64_t id;
	if (row->fault)
		return row->fault;
	row->column = COLUMNS[CLAIM].name;
	if (!text_to_number(row->cells[CLAIM], 1, INT64_MAX / 2, &id))
		return "claim_number";
	if (is_repeated(parcels, (claim_id){ (uint64_t)id }))
		return "claim_again";
	if (parcels->count == PARCELS_MAXIMUM)
		return "too_many";
	row->column = COLUMNS[TRACKING].name;
	if (text_characters(row->cells[TRACKING]) > TRACKING_MAXIMUM)
		return "length";
	parcels->lines[parcels->count] = row->line;
	parcels->items[parcels->count++] = (struct parcel){ { (uint64_t)id },
		memory_copy_text(call->context, row->cells[TRACKING]) };
	return NULL;
}

static void read_parcels(const struct call *call, FILE *file, struct parcels *parcels)
{
	struct spreadsheet *spreadsheet = spreadsheet_open(call->context, file, &SCHEMA);
	struct spreadsheet_row row;
	*parcels = (struct parcels){ .items = memory_array(
					     call->context, struct parcel, PARCELS_MAXIMUM),
		.lines = memory_array(call->context, uint64_t, PARCELS_MAXIMUM),
		.spreadsheet = spreadsheet };
	while (spreadsheet_next(spreadsheet, &row)) {
		row.fault = take(call, &row, parcels);
		if (row.fault)
			spreadsheet_note(&parcels->faults, call->context, &SCHEMA, &row);
	}
}

static void note_refusal(
	const struct call *call, struct parcels *parcels, size_t index, const char *field)
{
	struct spreadsheet_row row = { .line = parcels->lines[index],
		.cells = { [CLAIM] = memory_format(
				   call->context, "%" PRIu64, parcels->items[index].id.value) },
		.column = COLUMNS[CLAIM].name,
		.fault = memory_format(call->context, "ship_%s", field) };
	spreadsheet_note(&parcels->faults, call->context, &SCHEMA, &row);
}

/* Reads what the claims are, and notes those that cannot be shipped. */
static enum result read_previews(const struct call *call, struct parcels *parcels)
{
	enum result result = RESULT_OK;
	parcels->previews = memory_array(call->context, struct parcel_preview, PARCELS_MAXIMUM);
	for (size_t i = 0; i < parcels->count && result == RESULT_OK; i++) {
		struct parcel_preview *preview = &parcels->previews[i];
		result = fulfilment_preview(
			console_of(call)->db, call->context, parcels->items[i].id, preview);
		parcels->without_address += !preview->refusal && !preview->has_address;
		if (result == RESULT_OK && preview->refusal)
			note_refusal(call, parcels, i, preview->refusal);
	}
	return result;
}

/* --- pages --- */

enum result shipping_ask(const struct call *call, struct response *out)
{
	return spreadsheet_page_ask(call, out,
		&(struct spreadsheet_input){ "shipping", "lines", "/admin/claims" },
		page_new(call, "form.shipping.title", "claims"));
}

/* The form again, with the lines that are wrong. */
static enum result show_faults(const struct call *call, struct response *out,
	const struct parcels *parcels, enum result result)
{
	json_object *data = page_new(call, "form.shipping.title", "claims");
	spreadsheet_page_put(data, parcels->spreadsheet, &parcels->faults);
	enum result shown = spreadsheet_page_ask(call, out,
		&(struct spreadsheet_input){ "shipping", "lines", "/admin/claims" }, data);
	out->is_shown = is_success(shown);
	return result;
}

/* The parcels, for the page's own form: read again by the same reader. */
static const char *list_text(const struct call *call, const struct parcels *parcels)
{
	struct writer text = { .context = call->context };
	writer_put_text(&text, "claim,tracking");
	for (size_t i = 0; i < parcels->count; i++) {
		writer_put_text(&text,
			memory_format(
				call->context, "\n%" PRIu64 ",\"", parcels->items[i].id.value));
		for (const char *at = parcels->items[i].tracking; *at; at++)
			writer_put(&text, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
		writer_put_text(&text, "\"");
	}
	return writer_text(&text);
}

static enum result preview(
	const struct call *call, struct response *out, const struct parcels *parcels)
{
	json_object *data = page_new(call, "page.shipping", "claims"), *rows = json_new_array();
	for (size_t i = 0; i < parcels->count; i++) {
		json_object *row = json_new_object();
		json_put_number(row, "line", (int64_t)parcels->lines[i]);
		json_put_number(row, "claim", (int64_t)parcels->items[i].id.value);
		json_put_text(row, "tracking", parcels->items[i].tracking);
		json_put_text(row, "product", parcels->previews[i].product);
		json_put_text(row, "username", parcels->previews[i].username);
		json_put_number(row, "customer", (int64_t)parcels->previews[i].customer.value);
		json_put_bool(row, "has_address", parcels->previews[i].has_address);
		json_append(rows, row);
	}
	spreadsheet_page_put(data, parcels->spreadsheet, &parcels->faults);
	json_put(data, "rows", rows);
	json_put_number(data, "count", (int64_t)parcels->count);
	json_put_number(data, "without_address", (int64_t)parcels->without_address);
	json_put_text(data, "lines", list_text(call, parcels));
	return page_show(call, out, "shipping", data);
}

/* --- shipping --- */

static enum result ship(const struct call *call, struct response *out, struct parcels *parcels)
{
	struct edit edit = page_edit(call);
	size_t failed = 0;
	enum result result = fulfilment_ship(&edit, parcels->items, parcels->count,
		console_of(call)->settings->privacy.address_days, &failed);
	if (is_success(result) || edit.is_repeated)
		return page_edited(
			call, out, &edit, result, "/admin/claims?state=shipped", "shipped");
	if (result != ERR_NOT_FOUND && result != ERR_CONFLICT)
		return result;
	note_refusal(
		call, parcels, failed, edit.errors.count ? edit.errors.items[0].field : "state");
	return show_faults(call, out, parcels, ERR_CONFLICT);
}

enum result shipping_send(const struct call *call, struct response *out)
{
	const struct shipping_form *form = call->fields;
	struct parcels parcels;
	FILE *file = spreadsheet_page_file(call, out, &form->file, form->lines);
	if (!file)
		return ERR_INVALID;
	read_parcels(call, file, &parcels);
	if (parcels.faults.count > 0)
		return show_faults(call, out, &parcels, ERR_INVALID);
	if (parcels.count == 0)
		return response_field_error(out, ERR_INVALID, "lines", "there is no row");
	enum result result = read_previews(call, &parcels);
	if (result != RESULT_OK)
		return result;
	if (parcels.faults.count > 0)
		return show_faults(call, out, &parcels, ERR_CONFLICT);
	bool may_ship = parcels.without_address == 0 || form->are_handed_over;
	return form->is_confirmed && may_ship ? ship(call, out, &parcels)
					      : preview(call, out, &parcels);
}
