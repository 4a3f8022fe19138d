/* SPDX-License-Identifier: MIT */
/* dojangctl retention: shows what is kept for how long and what is due, and erases it. */
#include "command/areas.h"

#include "reward/retention.h"

#include <inttypes.h>

struct input {
	bool erases;
};

static const struct field FIELDS[] = {
	FIELD_NAMED("erase", FIELD_ANYWHERE, struct input, erases, FIELD_YES_NO, .fallback = "no",
		.help = "erase what is due, as the notifier does"),
	{ .name = NULL },
};

static enum result erase(
	const struct command_call *call, const struct retention_rule *rule, int64_t *erased)
{
	bool has_more = true;
	uint64_t some;
	enum result result = RESULT_OK;
	for (*erased = 0; has_more && result == RESULT_OK; *erased += (int64_t)some)
		result = retention_erase(
			call->db, rule, call->settings, call->now, &some, &has_more);
	return result;
}

static json_object *rule_json(const struct command_call *call, const struct retention_rule *rule,
	int64_t due, int64_t erased)
{
	json_object *json = json_new_object();
	json_put_text(json, "what", rule->name);
	json_put_text(json, "setting", rule->setting);
	json_put_number(json, "days", retention_days(rule, call->settings));
	json_put_number(json, "due", due);
	json_put_number(json, "erased", erased);
	json_put_text(json, "by",
		rule->is_left_to_command ? "dojangctl retention --erase" : "the notifier");
	return json;
}

static enum result retention(const struct command_call *call, struct command_answer *out)
{
	const struct input *input = call->input;
	json_object *list = json_new_array();
	enum result result = RESULT_OK;
	for (size_t i = 0; i < RETENTION_RULE_COUNT && result == RESULT_OK; i++) {
		int64_t due = 0, erased = 0;
		result = retention_due(
			call->db, &RETENTION_RULES[i], call->settings, call->now, &due);
		if (result == RESULT_OK && input->erases)
			result = erase(call, &RETENTION_RULES[i], &erased);
		json_append(list, rule_json(call, &RETENTION_RULES[i], due, erased));
	}
	command_json(out, list);
	return result;
}

const struct command RETENTION_COMMANDS[] = {
	{ "retention", NEEDS_DATABASE, retention, FIELDS, sizeof(struct input),
		"shows what is kept for how long and what of it is due, and erases that" },
	{ .words = NULL },
};
