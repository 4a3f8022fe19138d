/* SPDX-License-Identifier: MIT */
/* dojangctl milestone …: manages the milestones of events. */
#include "command/areas.h"

#include "base/memory.h"
#include "reward/event_edit.h"
#include "reward/milestone_edit.h"

#include <inttypes.h>

enum { AT_MAXIMUM = 10000 };

struct create_input {
	const char *event, *claim_until;
	int64_t at;
	uint64_t product;
	bool those_past;
	int basis;
};

enum { AS_THE_EVENT };
static const char *const BASES[] = { [AS_THE_EVENT] = "event", "count", "streak", NULL };

static const struct field CREATE_FIELDS[] = {
	FIELD(struct create_input, event, FIELD_SLUG, .is_required = true, .help = "the event"),
	FIELD(struct create_input, at, FIELD_NUMBER, FIELD_RANGE(1, AT_MAXIMUM),
		.is_required = true, .help = "at how many check-ins"),
	FIELD(struct create_input, product, FIELD_ID, .is_required = true, .help = "what is given"),
	FIELD_NAMED("claim-until", FIELD_ANYWHERE, struct create_input, claim_until, FIELD_TEXT,
		FIELD_RANGE(1, 40),
		.help = "deadline: a time (2026-12-14T15:00:00Z), or a date for the end of that "
			"day where the event is"),
	FIELD_NAMED("those-past", FIELD_ANYWHERE, struct create_input, those_past, FIELD_YES_NO,
		.fallback = "yes", .help = "who reached the count before today earns it too"),
	FIELD(struct create_input, basis, FIELD_CHOICE, .choices = BASES, .fallback = "event",
		.help = "what is counted: days in total, days in a row, or as the event's mode "
			"says"),
	{ .name = NULL },
};

/* It is allowed: the event's last day may still move. */
static void warn_out_of_reach(
	struct edit *edit, const struct create_input *input, struct command_answer *out)
{
	struct edited_event event;
	if (event_edit_read(edit, input->event, &event) != RESULT_OK)
		return;
	int64_t days = event.window.ends_on.day - event.window.starts_on.day + 1;
	if (input->at <= days)
		return;
	json_put_text(out->json, "warning",
		memory_format(out->context,
			"the event has only %" PRId64 " days, so nobody can reach %" PRId64
			" check-ins",
			days, input->at));
	out->text = json_text(out->context, out->json);
}

static enum result create(const struct command_call *call, struct command_answer *out)
{
	const struct create_input *input = call->input;
	struct edit edit = command_edit(call);
	milestone_id id;
	enum result result = milestone_edit_create(&edit,
		&(struct milestone_draft){ .event = input->event,
			.at = input->at,
			.product = { input->product },
			.claim_until = input->claim_until,
			.is_for_those_past = input->those_past,
			.basis = input->basis == AS_THE_EVENT ? NULL : BASES[input->basis] },
		&id);
	if (!is_success(result))
		return command_edited(out, &edit, result);
	command_answer_id(out, id.value);
	warn_out_of_reach(&edit, input, out);
	return result;
}

struct list_input {
	const char *event;
};

static const struct field LIST_FIELDS[] = {
	FIELD(struct list_input, event, FIELD_SLUG, .is_required = true, .help = "the event"),
	{ .name = NULL },
};

static json_object *milestone_json(const struct db_rows *rows, const void *context)
{
	char time[INSTANT_TEXT], day[DATE_TEXT];
	json_object *json = json_new_object();
	json_put_number(json, "id", db_get_number(rows, EDIT_MILESTONE_LIST_ID));
	json_put_number(json, "at", db_get_number(rows, EDIT_MILESTONE_LIST_AT));
	json_put_text(json, "basis", db_get_text(rows, EDIT_MILESTONE_LIST_BASIS, context));
	json_put_number(json, "product", db_get_number(rows, EDIT_MILESTONE_LIST_PRODUCT_ID));
	json_put_text(json, "name", db_get_text(rows, EDIT_MILESTONE_LIST_NAME, context));
	json_put_text(json, "claim_until",
		db_is_null(rows, EDIT_MILESTONE_LIST_CLAIM_UNTIL)
			? NULL
			: instant_format(db_get_time(rows, EDIT_MILESTONE_LIST_CLAIM_UNTIL), time));
	json_put_text(json, "earned_from",
		db_is_null(rows, EDIT_MILESTONE_LIST_EARNED_FROM)
			? NULL
			: date_format(db_get_date(rows, EDIT_MILESTONE_LIST_EARNED_FROM), day));
	return json;
}

static enum result list(const struct command_call *call, struct command_answer *out)
{
	const struct list_input *input = call->input;
	struct edit edit = command_edit(call);
	struct edited_event event;
	enum result result = event_edit_read(&edit, input->event, &event);
	if (result != RESULT_OK)
		return command_edited(out, &edit, result);
	return command_list(call, out, QUERY_EDIT_MILESTONE_LIST, DB_PARAMS(db_id(event.id.value)),
		milestone_json);
}

const struct command MILESTONE_COMMANDS[] = {
	{ "milestone create", NEEDS_DATABASE, create, CREATE_FIELDS, sizeof(struct create_input),
		"gives a product at a count of check-ins" },
	{ "milestone list", NEEDS_DATABASE, list, LIST_FIELDS, sizeof(struct list_input),
		"lists an event's milestones" },
	{ .words = NULL },
};
