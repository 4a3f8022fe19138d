/* SPDX-License-Identifier: MIT */
/* Marks many parcels as shipped: shows what a CSV (claim, tracking number) contains, then marks all
 * or none. */
#include "console/shipping.h"

#include "base/csv.h"
#include "base/memory.h"
#include "base/text.h"
#include "console/form_page.h"
#include "console/routes.h"
#include "reward/fulfilment.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PARCELS_MAXIMUM = 500, TRACKING_MAXIMUM = 190, LINES_MAXIMUM = 12000 };

const struct field SHIPPING_FIELDS[] = {
	{ .name = "lines",
		.type = FIELD_LONG_TEXT,
		.source = FIELD_BODY,
		.offset = offsetof(struct shipping_form, lines),
		.minimum = 1,
		.maximum = LINES_MAXIMUM,
		.is_required = true },
	{ .name = "is_confirmed",
		.type = FIELD_YES_NO,
		.source = FIELD_BODY,
		.offset = offsetof(struct shipping_form, is_confirmed) },
	{ 0 },
};
/* The first page; the next one asks for confirmation. */
static const struct field LINES[] = {
	{ .name = "lines",
		.type = FIELD_LONG_TEXT,
		.source = FIELD_BODY,
		.offset = offsetof(struct shipping_form, lines),
		.minimum = 1,
		.maximum = LINES_MAXIMUM,
		.is_required = true },
	{ 0 },
};

struct parcels {
	struct parcel *items;
	size_t count;
};

static bool take(const struct call *call, const struct csv_record *record, struct parcels *parcels)
{
	int64_t id;
	if (record->count != 2 || parcels->count == PARCELS_MAXIMUM
		|| !text_to_number(record->fields[0], 1, INT64_MAX / 2, &id) || !*record->fields[1]
		|| text_characters(record->fields[1]) > TRACKING_MAXIMUM
		|| text_has_control(record->fields[1]))
		return false;
	for (size_t i = 0; i < parcels->count; i++)
		if (parcels->items[i].id.value == (uint64_t)id)
			return false;
	parcels->items[parcels->count++] = (struct parcel){ { (uint64_t)id },
		memory_copy_text(call->context, record->fields[1]) };
	return true;
}

/* 0, or the number of the invalid line. A first line of words is a heading. */
static uint64_t read_lines(const struct call *call, const char *text, struct parcels *parcels)
{
	struct csv_record record;
	const char *fault = NULL;
	uint64_t wrong = 0;
	FILE *file = fmemopen(memory_copy_text(call->context, text), strlen(text), "r");
	if (!file)
		memory_exhausted();
	struct csv *csv = csv_new(call->context, file);
	parcels->items = memory_array(call->context, struct parcel, PARCELS_MAXIMUM);
	parcels->count = 0;
	enum csv_answer answer;
	while (!wrong && (answer = csv_next(csv, &record, &fault)) != CSV_END) {
		bool is_heading = answer == CSV_RECORD && record.line == 1 && record.count == 2
			&& !strpbrk(record.fields[0], "0123456789");
		if (answer == CSV_FAULT || (!is_heading && !take(call, &record, parcels)))
			wrong = record.line ? record.line : 1;
	}
	fclose(file);
	return wrong ? wrong : parcels->count == 0;
}

enum result shipping_ask(const struct call *call, struct response *out)
{
	json_object *data = page_new(call, "form.shipping.title", "claims");
	return form_page_show(call, out,
		&(struct form_page){ .name = "shipping", .table = LINES, .back = "/admin/claims" },
		data);
}

static enum result preview(const struct call *call, struct response *out,
	const struct parcels *parcels, const char *lines)
{
	json_object *data = page_new(call, "page.shipping", "claims"), *list = json_new_array();
	for (size_t i = 0; i < parcels->count; i++) {
		json_object *item = json_new_object();
		json_put_number(item, "claim", (int64_t)parcels->items[i].id.value);
		json_put_text(item, "tracking", parcels->items[i].tracking);
		json_append(list, item);
	}
	json_put(data, "parcels", list);
	json_put_number(data, "count", (int64_t)parcels->count);
	json_put_text(data, "lines", lines);
	return page_show(call, out, "shipping", data);
}

enum result shipping_send(const struct call *call, struct response *out)
{
	const struct shipping_form *form = call->fields;
	struct parcels parcels;
	size_t failed = 0;
	uint64_t wrong = read_lines(call, form->lines, &parcels);
	if (wrong)
		return response_field_error(out, ERR_INVALID, "lines",
			memory_format(call->context, "line %" PRIu64, wrong));
	if (!form->is_confirmed)
		return preview(call, out, &parcels, form->lines);
	struct edit edit = page_edit(call);
	enum result result = fulfilment_ship(&edit, parcels.items, parcels.count,
		console_of(call)->settings->privacy.address_days, &failed);
	if (is_success(result) || edit.is_repeated)
		return page_edited(
			call, out, &edit, result, "/admin/claims?state=shipped", "shipped");
	response_field_error(out, result, "lines", "a claim cannot be shipped");
	return result == ERR_NOT_FOUND ? ERR_CONFLICT : result;
}
