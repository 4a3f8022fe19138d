/* SPDX-License-Identifier: MIT */
/* dojangctl stock …: changes the stock of a product, with a reason. */
#include "command/areas.h"

#include "base/memory.h"
#include "base/random.h"
#include "reward/stock.h"

#include <inttypes.h>

enum { REFERENCE_BYTES = 16 };

struct change_input {
	uint64_t product;
	int64_t delta;
	const char *reason, *reference;
};

static const struct field CHANGE_FIELDS[] = {
	FIELD(struct change_input, product, FIELD_ID, .is_required = true, .help = "which product"),
	FIELD(struct change_input, delta, FIELD_NUMBER,
		FIELD_RANGE(-STOCK_DELTA_MAXIMUM, STOCK_DELTA_MAXIMUM), .is_required = true,
		.help = "how many come (or, below 0, go)"),
	FIELD(struct change_input, reason, FIELD_TEXT, FIELD_RANGE(1, 200), .is_required = true,
		.help = "why; kept with the movement"),
	FIELD(struct change_input, reference, FIELD_TEXT, FIELD_RANGE(1, 100),
		.help = "a name of this change: the same again does nothing"),
	{ .name = NULL },
};

static enum result change(const struct command_call *call, struct command_answer *out)
{
	const struct change_input *input = call->input;
	struct edit edit = command_edit(call);
	struct stock_outcome outcome;
	/* generated once: if the answer to COMMIT is lost, it shows that the change was made */
	const char *reference = input->reference ? input->reference
						 : random_hex(call->context, REFERENCE_BYTES);
	enum result result = stock_change(&edit,
		&(struct stock_change){ .product = { input->product },
			.delta = input->delta,
			.source = "command",
			.reference = reference,
			.reason = input->reason },
		&outcome);
	if (!is_success(result))
		return command_edited(out, &edit, result);
	json_object *json = json_new_object();
	json_put_number(json, "product", (int64_t)input->product);
	json_put_number(json, "delta", input->delta);
	json_put_number(json, "remain", outcome.remain);
	json_put_number(json, "movement", (int64_t)outcome.movement);
	command_json(out, json);
	command_say(out,
		outcome.is_repeated && input->reference ? "this was done already; %" PRId64 " left"
							: "%" PRId64 " left",
		outcome.remain);
	return result;
}

const struct command STOCK_COMMANDS[] = {
	{ "stock change", NEEDS_DATABASE, change, CHANGE_FIELDS, sizeof(struct change_input),
		"changes what is left of a product" },
	{ .words = NULL },
};
