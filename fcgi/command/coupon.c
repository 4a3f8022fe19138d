/* SPDX-License-Identifier: MIT */
/* dojangctl coupon …: manages the codes of coupon products. */
#include "command/areas.h"

#include "base/random.h"
#include "reward/coupon.h"

#include <errno.h>
#include <string.h>

enum { REFERENCE_BYTES = 16 };

struct import_input {
	uint64_t product;
	const char *file;
};

static const struct field IMPORT_FIELDS[] = {
	FIELD(struct import_input, product, FIELD_ID, .is_required = true,
		.help = "a product of kind coupon"),
	FIELD(struct import_input, file, FIELD_FILE, .is_required = true,
		.help = "CSV, as a spreadsheet writes it; a column code, or one column"),
	{ .name = NULL },
};

static enum result import(const struct command_call *call, struct command_answer *out)
{
	const struct import_input *input = call->input;
	struct edit edit = command_edit(call);
	struct coupon_list list;
	FILE *file = fopen(input->file, "re");
	if (!file)
		return command_refuse(out, ERR_INVALID, "%s: %s", input->file, strerror(errno));
	enum result result = coupon_import(&edit, (product_id){ input->product }, file,
		random_hex(call->context, REFERENCE_BYTES), &list);
	fclose(file);
	if (!is_success(result))
		return command_edited(out, &edit, result);
	json_object *json = json_new_object();
	json_put_number(json, "product", (int64_t)input->product);
	json_put_number(json, "added", (int64_t)list.count);
	json_put(json, "read", spreadsheet_json(list.spreadsheet));
	command_json(out, json);
	command_say(out, "%zu codes added\n%s", list.count,
		spreadsheet_description(list.spreadsheet, call->context));
	return result;
}

const struct command COUPON_COMMANDS[] = {
	{ "coupon import", NEEDS_DATABASE, import, IMPORT_FIELDS, sizeof(struct import_input),
		"adds codes from a CSV file, all or nothing" },
	{ .words = NULL },
};
