/* SPDX-License-Identifier: MIT */
/* dojangctl payouts …: lists and settles payouts into the shop's own wallet. */
#include "command/areas.h"

#include "reward/payout.h"

#include <inttypes.h>

struct list_input {
	int state;
	uint64_t after;
	int64_t limit;
};

static const struct field LIST_FIELDS[] = {
	FIELD(struct list_input, state, FIELD_CHOICE, .choices = PAYOUT_STATES, .fallback = "due",
		.help = "payouts in this state alone"),
	FIELD(struct list_input, after, FIELD_ID, .help = "those after this one alone"),
	FIELD(struct list_input, limit, FIELD_NUMBER, FIELD_RANGE(1, 10000), .fallback = "100",
		.help = "how many at most"),
	{ .name = NULL },
};

static enum result list(const struct command_call *call, struct command_answer *out)
{
	const struct list_input *input = call->input;
	struct payout *payouts;
	size_t count = 0;
	bool has_more;
	enum result result = payout_list(call->db, call->context, input->state, input->after,
		(size_t)input->limit, &payouts, &count, &has_more);
	json_object *items = json_new_array();
	for (size_t i = 0; i < count; i++) {
		json_object *json = payout_json(&payouts[i]);
		json_put_number(json, "user", (int64_t)payouts[i].customer.value);
		json_append(items, json);
	}
	command_json(out, items);
	return result;
}

static const struct field SETTLE_FIELDS[] = {
	FIELD(struct payout_settlement, ids, FIELD_IDS, FIELD_RANGE(1, PAYOUTS_SETTLED_MAX),
		.is_required = true, .help = "their numbers, by commas"),
	FIELD(struct payout_settlement, state, FIELD_CHOICE, .choices = PAYOUT_STEPS,
		.is_required = true, .help = "what became of them; due: try failed ones again"),
	FIELD(struct payout_settlement, reference, FIELD_TEXT, FIELD_RANGE(1, 100),
		.help = "the shop's own name of the payment"),
	FIELD(struct payout_settlement, failure, FIELD_TEXT, FIELD_RANGE(1, 200),
		.help = "why they failed"),
	{ .name = NULL },
};

static enum result settle(const struct command_call *call, struct command_answer *out)
{
	struct edit edit = command_edit(call);
	struct payout *payouts;
	size_t count = 0;
	enum result result = payouts_settle(&edit, call->input, &payouts, &count);
	if (is_success(result))
		command_say(out, "settled");
	return command_edited(out, &edit, result);
}

const struct command PAYOUT_COMMANDS[] = {
	{ "payouts list", NEEDS_DATABASE, list, LIST_FIELDS, sizeof(struct list_input),
		"lists payouts into the shop's own wallet" },
	{ "payouts settle", NEEDS_DATABASE, settle, SETTLE_FIELDS, sizeof(struct payout_settlement),
		"says what became of payouts, or tries failed ones again" },
	{ .words = NULL },
};
