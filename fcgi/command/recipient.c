/* SPDX-License-Identifier: MIT */
/* dojangctl recipient …: manages the mail recipients of alerts. */
#include "command/areas.h"

#include "notification/notification_edit.h"
#include "notification/recipient.h"

#include <inttypes.h>

struct input {
	uint64_t id;
	const char *email, *event;
	int language;
};

static const struct field ADD_FIELDS[] = {
	FIELD(struct input, email, FIELD_TEXT, FIELD_RANGE(3, 254), .is_required = true,
		.help = "the address"),
	FIELD(struct input, language, FIELD_CHOICE, .choices = RECIPIENT_LANGUAGES,
		.fallback = "ko", .help = "of the mails"),
	FIELD(struct input, event, FIELD_SLUG,
		.help = "alerts of this event alone; none: of all events, and the digest"),
	{ .name = NULL },
};
static const struct field ID_FIELDS[] = {
	FIELD(struct input, id, FIELD_ID, .is_required = true, .help = "which recipient"),
	{ .name = NULL },
};

static enum result add(const struct command_call *call, struct command_answer *out)
{
	const struct input *input = call->input;
	struct edit edit = command_edit(call);
	uint64_t id = 0;
	enum result result = recipient_add(&edit,
		&(struct recipient_draft){
			input->email, RECIPIENT_LANGUAGES[input->language], input->event },
		&id);
	if (!is_success(result))
		return command_edited(out, &edit, result);
	json_object *json = json_new_object();
	json_put_number(json, "id", (int64_t)id);
	command_json(out, json);
	command_say(out,
		"recipient %" PRIu64 " added; dojangctl recipient test --id %" PRIu64
		" sends a test mail",
		id, id);
	return result;
}

static json_object *recipient_json(const struct db_rows *rows, const void *context)
{
	json_object *json = json_new_object();
	json_put_number(json, "id", db_get_number(rows, RECIPIENT_LIST_ID));
	json_put_text(json, "email", db_get_text(rows, RECIPIENT_LIST_EMAIL, context));
	json_put_text(json, "language", db_get_text(rows, RECIPIENT_LIST_LANGUAGE, context));
	json_put_text(json, "event", db_get_text(rows, RECIPIENT_LIST_SLUG, context));
	return json;
}

static enum result list(const struct command_call *call, struct command_answer *out)
{
	return command_list(call, out, QUERY_RECIPIENT_LIST, DB_NO_PARAMS, recipient_json);
}

static enum result drop(const struct command_call *call, struct command_answer *out)
{
	const struct input *input = call->input;
	struct edit edit = command_edit(call);
	enum result result = recipient_remove(&edit, input->id);
	if (!is_success(result))
		return command_edited(out, &edit, result);
	command_say(out, "recipient %" PRIu64 " removed", input->id);
	return result;
}

static enum result test(const struct command_call *call, struct command_answer *out)
{
	const struct input *input = call->input;
	struct edit edit = command_edit(call);
	command_say(
		out, "the notifier sends a test mail; dojangctl messages list says how that ended");
	return command_edited(out, &edit, notification_edit_test(&edit, true, input->id));
}

const struct command RECIPIENT_COMMANDS[] = {
	{ "recipient add", NEEDS_DATABASE, add, ADD_FIELDS, sizeof(struct input),
		"lets an address get alerts (at most 10 per event and 10 for all)" },
	{ "recipient list", NEEDS_DATABASE, list, NULL, 0, "lists who gets alerts" },
	{ "recipient remove", NEEDS_DATABASE, drop, ID_FIELDS, sizeof(struct input),
		"no more alerts for this recipient" },
	{ "recipient test", NEEDS_DATABASE, test, ID_FIELDS, sizeof(struct input),
		"sends a test mail" },
	{ .words = NULL },
};
