/* SPDX-License-Identifier: MIT */
/* dojangctl daily-points …: what an event pays for check-ins. */
#include "command/areas.h"

#include "reward/daily_points_edit.h"

#include <string.h>

enum { WHEN_MAXIMUM = DAILY_RULE_TEXT };

struct rule_input {
	const char *event, *when;
	int64_t points;
	int wallet;
};

/* UNCHANGED, then WALLETS */
static const char *const WALLET_CHOICES[] = { "unchanged", "dojang", "shop", NULL };
enum { UNCHANGED };

static const struct field ADD_FIELDS[] = {
	FIELD(struct rule_input, event, FIELD_SLUG, .is_required = true, .help = "the event"),
	FIELD(struct rule_input, when, FIELD_TEXT, FIELD_RANGE(1, WHEN_MAXIMUM),
		.is_required = true,
		.help = "every, streak:N, streak:N/CYCLE (the streak starts again after CYCLE "
			"days), weekday:sun or date:2026-12-25; the points of all that match are "
			"added"),
	FIELD(struct rule_input, points, FIELD_NUMBER, FIELD_RANGE(1, DAILY_POINTS_MAXIMUM),
		.is_required = true, .help = "what such a check-in pays"),
	FIELD(struct rule_input, wallet, FIELD_CHOICE, .choices = WALLET_CHOICES,
		.fallback = "unchanged",
		.help = "where the points of all rules of the event go: shop makes payouts to the "
			"shop's own wallet; fixed once a check-in was paid"),
	{ .name = NULL },
};
static const struct field REMOVE_FIELDS[] = {
	FIELD(struct rule_input, event, FIELD_SLUG, .is_required = true, .help = "the event"),
	FIELD(struct rule_input, when, FIELD_TEXT, FIELD_RANGE(1, WHEN_MAXIMUM),
		.is_required = true, .help = "the rule, as daily-points list shows it"),
	{ .name = NULL },
};
static const struct field EVENT_FIELDS[] = {
	FIELD(struct rule_input, event, FIELD_SLUG, .is_required = true, .help = "the event"),
	{ .name = NULL },
};

static enum result add(const struct command_call *call, struct command_answer *out)
{
	const struct rule_input *input = call->input;
	struct edit edit = command_edit(call);
	uint64_t id;
	const enum wallet wallet = input->wallet == (int)WALLET_SHOP + 1 ? WALLET_SHOP
									 : WALLET_DOJANG;
	enum result result = daily_points_add(&edit, input->event, input->when, input->points,
		input->wallet == UNCHANGED ? NULL : &wallet, &id);
	if (!is_success(result))
		return command_edited(out, &edit, result);
	command_answer_id(out, id);
	return result;
}

static enum result remove_rule(const struct command_call *call, struct command_answer *out)
{
	const struct rule_input *input = call->input;
	struct edit edit = command_edit(call);
	enum result result = daily_points_remove(&edit, input->event, input->when);
	if (is_success(result))
		command_say(out, "%s pays no more points for %s", input->event, input->when);
	return command_edited(out, &edit, result);
}

static json_object *rule_json(const struct db_rows *rows, const void *context)
{
	json_object *json = json_new_object();
	json_put_number(json, "id", db_get_number(rows, DAILY_POINTS_LIST_ID));
	json_put_text(json, "when", db_get_text(rows, DAILY_POINTS_LIST_RULE, context));
	json_put_number(json, "points", db_get_number(rows, DAILY_POINTS_LIST_POINTS));
	return json;
}

static enum result list(const struct command_call *call, struct command_answer *out)
{
	const struct rule_input *input = call->input;
	struct edit edit = command_edit(call);
	struct daily_points_record record;
	enum result result = daily_points_read(&edit, input->event, &record);
	if (result != RESULT_OK)
		return command_edited(out, &edit, result);
	return command_list(call, out, QUERY_DAILY_POINTS_LIST,
		DB_PARAMS(db_id(record.event.id.value)), rule_json);
}

/* --- limits --- */

struct limit_input {
	const char *event, *per_customer, *budget;
};

static const struct field LIMIT_FIELDS[] = {
	FIELD(struct limit_input, event, FIELD_SLUG, .is_required = true, .help = "the event"),
	FIELD_NAMED("per-customer", FIELD_ANYWHERE, struct limit_input, per_customer, FIELD_TEXT,
		FIELD_RANGE(1, 20),
		.help = "the most points that one customer gets for check-ins, or unlimited"),
	FIELD(struct limit_input, budget, FIELD_TEXT, FIELD_RANGE(1, 20),
		.help = "the most points that the event pays for check-ins, or unlimited"),
	{ .name = NULL },
};

/* What is not given stays. False, with the error recorded: no such number. */
static bool read_limit(struct command_answer *out, const char *name, const char *given,
	int64_t most, struct optional_number *number)
{
	const struct field field = {
		.name = name, .type = FIELD_OPTIONAL_NUMBER, FIELD_RANGE(0, most)
	};
	if (!given)
		return true;
	const char *error = field_set(&field, out->context, number, given, strlen(given));
	if (error)
		field_errors_add(&out->errors, out->context, name, error);
	return !error;
}

static void tell_limits(struct command_answer *out, const char *slug,
	const struct daily_limits *limits, const struct daily_points_record *record)
{
	json_object *json = json_new_object();
	json_put_text(json, "event", slug);
	json_put_optional(json, "per_customer", limits->cap);
	json_put_optional(json, "budget", limits->budget);
	json_put_number(json, "paid", record->paid);
	json_put_text(json, "wallet", WALLETS[record->event.daily_wallet]);
	command_say(out, "%s", json_text(out->context, json));
	command_json(out, json);
}

/* With only the event it shows the limits. */
static enum result limit(const struct command_call *call, struct command_answer *out)
{
	const struct limit_input *input = call->input;
	struct edit edit = command_edit(call);
	struct daily_points_record record;
	enum result result = daily_points_read(&edit, input->event, &record);
	if (result != RESULT_OK)
		return command_edited(out, &edit, result);
	struct daily_limits limits = { record.event.daily_points.cap, record.event.budget };
	if (!read_limit(out, "per-customer", input->per_customer, DAILY_CAP_MAXIMUM, &limits.cap)
		|| !read_limit(out, "budget", input->budget, DAILY_BUDGET_MAXIMUM, &limits.budget))
		return ERR_INVALID;
	if (input->per_customer || input->budget)
		result = daily_points_limit(&edit, input->event, &limits, record.fingerprint);
	if (is_success(result))
		tell_limits(out, input->event, &limits, &record);
	return command_edited(out, &edit, result);
}

const struct command DAILY_POINTS_COMMANDS[] = {
	{ "daily-points add", NEEDS_DATABASE, add, ADD_FIELDS, sizeof(struct rule_input),
		"pays points for check-ins" },
	{ "daily-points limit", NEEDS_DATABASE, limit, LIMIT_FIELDS, sizeof(struct limit_input),
		"sets or shows the most that one customer gets, and that the event pays" },
	{ "daily-points list", NEEDS_DATABASE, list, EVENT_FIELDS, sizeof(struct rule_input),
		"lists what an event pays for check-ins" },
	{ "daily-points remove", NEEDS_DATABASE, remove_rule, REMOVE_FIELDS,
		sizeof(struct rule_input), "stops paying by a rule; what was paid stays" },
	{ .words = NULL },
};
