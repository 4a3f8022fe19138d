/* SPDX-License-Identifier: MIT */
/* dojangctl outage …: manages days on which the service was down. */
#include "command/areas.h"

#include "reward/outage.h"
#include "reward/report.h"

#include <inttypes.h>

struct plan_input {
	const char *event, *reason;
	date day;
	bool is_today;
};

static const struct field PLAN_FIELDS[] = {
	FIELD(struct plan_input, event, FIELD_SLUG, .is_required = true, .help = "the event"),
	FIELD(struct plan_input, day, FIELD_DATE, .is_required = true,
		.help = "a day of it that has passed"),
	FIELD(struct plan_input, reason, FIELD_TEXT, FIELD_RANGE(1, 200), .is_required = true,
		.help = "for staff and the audit log"),
	FIELD_NAMED("today", FIELD_ANYWHERE, struct plan_input, is_today, FIELD_YES_NO,
		.fallback = "no", .help = "today is meant, though it is not over"),
	{ .name = NULL },
};

/* Continues to the end from wherever it was left. */
static enum result work(
	const struct command_call *call, struct edit *edit, uint64_t id, struct outage *outage)
{
	bool is_done = false;
	enum result result = RESULT_OK;
	while (result == RESULT_OK && !is_done) {
		result = outage_carry_on(edit->db, id, call->now, &is_done);
		if (result == RESULT_OK)
			result = outage_read(edit, id, outage);
		if (result == RESULT_OK)
			progress_show(
				call->progress, "percent of all customers", outage->percent, 100);
	}
	return result;
}

static json_object *outage_json(const struct outage *outage)
{
	char day[DATE_TEXT];
	json_object *json = json_new_object();
	json_put_number(json, "id", (int64_t)outage->id);
	json_put_text(json, "event", outage->slug);
	json_put_text(json, "day", date_format(outage->day, day));
	json_put_text(json, "state", OUTAGE_STATES[outage->state]);
	json_put_number(json, "customers", (int64_t)outage->expected);
	json_put_number(json, "added", (int64_t)outage->added);
	json_put_number(json, "taken_back", (int64_t)outage->taken_back);
	return json;
}

static enum result plan(const struct command_call *call, struct command_answer *out)
{
	const struct plan_input *input = call->input;
	struct edit edit = command_edit(call);
	struct outage outage;
	uint64_t id;
	enum result result = outage_plan(&edit,
		&(struct outage_plan){ input->event, input->day, input->reason, input->is_today },
		&id);
	if (is_success(result))
		result = work(call, &edit, id, &outage);
	if (!is_success(result))
		return command_edited(out, &edit, result);
	command_json(out, outage_json(&outage));
	command_say(out,
		"outage %" PRIu64 ": %" PRIu64
		" customers would get the day; nothing is changed until outage apply --id %" PRIu64,
		id, outage.expected, id);
	return result;
}

struct begin_input {
	uint64_t id;
	date day;
};

static const struct field BEGIN_FIELDS[] = {
	FIELD(struct begin_input, id, FIELD_ID, .is_required = true, .help = "the outage's number"),
	FIELD(struct begin_input, day, FIELD_DATE, .is_required = true,
		.help = "its day once more, to be sure"),
	{ .name = NULL },
};

typedef enum result begin(struct edit *edit, uint64_t id, date day);

static enum result carry_out(
	const struct command_call *call, struct command_answer *out, begin *begin_work)
{
	const struct begin_input *input = call->input;
	struct edit edit = command_edit(call);
	struct outage outage;
	enum result result = begin_work(&edit, input->id, input->day);
	if (result == RESULT_OK)
		result = work(call, &edit, input->id, &outage);
	if (result != RESULT_OK)
		return command_edited(out, &edit, result);
	report_count_now(edit.db, outage.event, call->now);
	command_json(out, outage_json(&outage));
	command_say(out,
		"outage %" PRIu64 " is %s: %" PRIu64 " days counted, %" PRIu64 " taken back",
		outage.id, OUTAGE_STATES[outage.state], outage.added, outage.taken_back);
	return result;
}

static enum result apply(const struct command_call *call, struct command_answer *out)
{
	return carry_out(call, out, outage_apply);
}

static enum result undo(const struct command_call *call, struct command_answer *out)
{
	return carry_out(call, out, outage_undo);
}

struct list_input {
	const char *event;
};

static const struct field LIST_FIELDS[] = {
	FIELD(struct list_input, event, FIELD_SLUG, .is_required = true, .help = "the event"),
	{ .name = NULL },
};

static json_object *row_json(const struct db_rows *rows, const void *context)
{
	char day[DATE_TEXT];
	json_object *json = json_new_object();
	json_put_number(json, "id", db_get_number(rows, OUTAGE_LIST_ID));
	json_put_text(json, "day", date_format(db_get_date(rows, OUTAGE_LIST_DATE), day));
	json_put_text(json, "state", db_get_text(rows, OUTAGE_LIST_STATE, context));
	json_put_number(json, "added", db_get_number(rows, OUTAGE_LIST_ADDED));
	json_put_number(json, "taken_back", db_get_number(rows, OUTAGE_LIST_TAKEN_BACK));
	json_put_text(json, "reason", db_get_text(rows, OUTAGE_LIST_REASON, context));
	return json;
}

static enum result list(const struct command_call *call, struct command_answer *out)
{
	const struct list_input *input = call->input;
	return command_list(
		call, out, QUERY_OUTAGE_LIST, DB_PARAMS(db_text(input->event)), row_json);
}

const struct command OUTAGE_COMMANDS[] = {
	{ "outage plan", NEEDS_DATABASE, plan, PLAN_FIELDS, sizeof(struct plan_input),
		"says for how many a day without service would count" },
	{ "outage apply", NEEDS_DATABASE, apply, BEGIN_FIELDS, sizeof(struct begin_input),
		"counts the day, or goes on with it" },
	{ "outage undo", NEEDS_DATABASE, undo, BEGIN_FIELDS, sizeof(struct begin_input),
		"takes the days back, or goes on with it" },
	{ "outage list", NEEDS_DATABASE, list, LIST_FIELDS, sizeof(struct list_input),
		"lists an event's outages" },
	{ .words = NULL },
};
