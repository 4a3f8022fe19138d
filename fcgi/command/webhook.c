/* SPDX-License-Identifier: MIT */
/* dojangctl webhook …: manages the shop's webhook receivers. */
#include "command/areas.h"

#include "base/memory.h"
#include "notification/notification_edit.h"
#include "notification/webhook.h"

#include <inttypes.h>

struct input {
	uint64_t id;
	const char *url;
	struct text_list events;
	int64_t limit;
};

#define EVENTS_HELP \
	"claim.created, claim.cancelled, claim.fulfilled, claim.closing, stock.low, " \
	"stock.sold_out, points.changed, attendance.created, payout.due, points.expiring; " \
	"several by commas"
static const struct field ADD_FIELDS[] = {
	FIELD(struct input, url, FIELD_TEXT, FIELD_RANGE(8, 500), .is_required = true,
		.help = "where to, https"),
	FIELD(struct input, events, FIELD_LIST, .is_required = true, .help = EVENTS_HELP),
	{ .name = NULL },
};
static const struct field EVENTS_FIELDS[] = {
	FIELD(struct input, id, FIELD_ID, .is_required = true, .help = "which endpoint"),
	FIELD(struct input, events, FIELD_LIST, .is_required = true, .help = EVENTS_HELP),
	{ .name = NULL },
};
static const struct field ID_FIELDS[] = {
	FIELD(struct input, id, FIELD_ID, .is_required = true, .help = "which endpoint"),
	{ .name = NULL },
};
static const struct field LOG_FIELDS[] = {
	FIELD(struct input, id, FIELD_ID, .is_required = true, .help = "which endpoint"),
	FIELD(struct input, limit, FIELD_NUMBER, FIELD_RANGE(1, 1000), .fallback = "50",
		.help = "how many attempts, the newest first"),
	{ .name = NULL },
};

static struct seal *open_seal(const struct command_call *call, struct command_answer *out)
{
	const char *error = "server.seal_key_file is not set: webhook secrets are sealed with it "
			    "(openssl rand -hex 32 makes one)";
	const struct settings *settings = call->settings;
	struct seal *seal = settings->server.seal_key_file
		? seal_open(call->context, settings->server.seal_key_file,
			settings->server.old_seal_key_file, &error)
		: NULL;
	if (!seal)
		command_note_refusal(out, "%s", error);
	return seal;
}

static enum result tell_secret(const struct edit *edit, struct command_answer *out,
	enum result result, uint64_t id, const char *secret)
{
	if (!is_success(result))
		return command_edited(out, edit, result);
	json_object *json = json_new_object();
	json_put_number(json, "id", (int64_t)id);
	json_put_text(json, "secret", secret);
	command_json(out, json);
	command_say(out, "endpoint %" PRIu64 "\nsecret, shown this once: %s", id, secret);
	return result;
}

static enum result add(const struct command_call *call, struct command_answer *out)
{
	const struct input *input = call->input;
	struct edit edit = command_edit(call);
	const struct seal *seal = open_seal(call, out);
	uint64_t id = 0;
	const char *secret = NULL;
	if (!seal)
		return ERR_CONFLICT;
	enum result result = webhook_add(&edit, seal,
		&(struct webhook_draft){ input->url, &input->events,
			call->settings->webhook.allows_private_addresses },
		&id, &secret);
	return tell_secret(&edit, out, result, id, secret);
}

static enum result rotate(const struct command_call *call, struct command_answer *out)
{
	const struct input *input = call->input;
	struct edit edit = command_edit(call);
	const struct seal *seal = open_seal(call, out);
	const char *secret = NULL;
	if (!seal)
		return ERR_CONFLICT;
	enum result result = webhook_rotate(&edit, seal, input->id, &secret);
	return tell_secret(&edit, out, result, input->id, secret);
}

static enum result bind(const struct command_call *call, struct command_answer *out)
{
	struct edit edit = command_edit(call);
	const struct seal *seal = open_seal(call, out);
	int64_t count = 0;
	if (!seal)
		return ERR_CONFLICT;
	enum result result = webhook_bind(&edit, seal, &count);
	if (!is_success(result))
		return command_edited(out, &edit, result);
	command_json(out, json_new_object());
	json_put_number(out->json, "bound", count);
	command_say(out, "endpoints whose secrets were bound to them: %" PRId64, count);
	return result;
}

static enum result answer_changed(
	const struct edit *edit, struct command_answer *out, enum result result, const char *done)
{
	if (!is_success(result))
		return command_edited(out, edit, result);
	command_say(out, "%s", done);
	return result;
}

static enum result retire(const struct command_call *call, struct command_answer *out)
{
	struct edit edit = command_edit(call);
	return answer_changed(&edit, out,
		webhook_retire(&edit, ((const struct input *)call->input)->id),
		"the old secret signs no more");
}

static enum result subscribe(const struct command_call *call, struct command_answer *out)
{
	const struct input *input = call->input;
	struct edit edit = command_edit(call);
	return answer_changed(
		&edit, out, webhook_subscribe(&edit, input->id, &input->events), "changed");
}

static enum result enable(const struct command_call *call, struct command_answer *out)
{
	struct edit edit = command_edit(call);
	return answer_changed(&edit, out,
		webhook_set_enabled(&edit, ((const struct input *)call->input)->id, true),
		"enabled");
}

static enum result disable(const struct command_call *call, struct command_answer *out)
{
	struct edit edit = command_edit(call);
	return answer_changed(&edit, out,
		webhook_set_enabled(&edit, ((const struct input *)call->input)->id, false),
		"disabled: what waits for it becomes dead letters, and nothing new is written for "
		"it");
}

static enum result test(const struct command_call *call, struct command_answer *out)
{
	const struct input *input = call->input;
	struct edit edit = command_edit(call);
	command_say(out,
		"the notifier sends a test; dojangctl webhook log --id %" PRIu64
		" says how that ended",
		input->id);
	return command_edited(out, &edit, notification_edit_test(&edit, false, input->id));
}

static enum result drop(const struct command_call *call, struct command_answer *out)
{
	struct edit edit = command_edit(call);
	return answer_changed(&edit, out,
		webhook_remove(&edit, ((const struct input *)call->input)->id),
		"removed, with its secret and what waited for it");
}

static json_object *endpoint_json(const struct db_rows *rows, const void *context)
{
	json_object *json = json_new_object();
	json_put_number(json, "id", db_get_number(rows, WEBHOOK_LIST_ID));
	json_put_text(json, "url", db_get_text(rows, WEBHOOK_LIST_URL, context));
	json_put_text(json, "state", db_get_text(rows, WEBHOOK_LIST_STATE, context));
	json_put_number(
		json, "secrets", db_get_number(rows, WEBHOOK_LIST_HAS_SECOND_SECRET) ? 2 : 1);
	json_put_text(json, "events", db_get_text(rows, WEBHOOK_LIST_KINDS, context));
	return json;
}

static enum result list(const struct command_call *call, struct command_answer *out)
{
	return command_list(call, out, QUERY_WEBHOOK_LIST, DB_NO_PARAMS, endpoint_json);
}

static json_object *attempt_json(const struct db_rows *rows, const void *context)
{
	char at[INSTANT_TEXT];
	json_object *json = json_new_object();
	json_put_text(json, "at", instant_format(db_get_time(rows, WEBHOOK_ATTEMPTS_LIST_AT), at));
	json_put_number(json, "message", db_get_number(rows, WEBHOOK_ATTEMPTS_LIST_MESSAGE_ID));
	json_put_text(json, "kind", db_get_text(rows, WEBHOOK_ATTEMPTS_LIST_KIND, context));
	json_put_optional(json, "status", db_get_optional(rows, WEBHOOK_ATTEMPTS_LIST_STATUS));
	json_put_number(
		json, "milliseconds", db_get_number(rows, WEBHOOK_ATTEMPTS_LIST_DURATION_MS));
	json_put_text(json, "error", db_get_text(rows, WEBHOOK_ATTEMPTS_LIST_ERROR, context));
	return json;
}

static enum result show_log(const struct command_call *call, struct command_answer *out)
{
	const struct input *input = call->input;
	return command_list(call, out, QUERY_WEBHOOK_ATTEMPTS_LIST,
		DB_PARAMS(db_id(input->id), db_number(input->limit)), attempt_json);
}

const struct command WEBHOOK_COMMANDS[] = {
	{ "webhook add", NEEDS_DATABASE, add, ADD_FIELDS, sizeof(struct input),
		"makes an endpoint and its secret" },
	{ "webhook list", NEEDS_DATABASE, list, NULL, 0, "lists endpoints" },
	{ "webhook events", NEEDS_DATABASE, subscribe, EVENTS_FIELDS, sizeof(struct input),
		"changes what an endpoint wants to hear" },
	{ "webhook rotate", NEEDS_DATABASE, rotate, ID_FIELDS, sizeof(struct input),
		"makes a new secret; both sign until the old one is retired" },
	{ "webhook retire", NEEDS_DATABASE, retire, ID_FIELDS, sizeof(struct input),
		"the old of two secrets signs no more" },
	{ "webhook bind", NEEDS_DATABASE, bind, NULL, 0,
		"binds secrets that release 0.1.0 has sealed to their endpoints" },
	{ "webhook enable", NEEDS_DATABASE, enable, ID_FIELDS, sizeof(struct input),
		"sends to the endpoint again" },
	{ "webhook disable", NEEDS_DATABASE, disable, ID_FIELDS, sizeof(struct input),
		"sends nothing more to the endpoint" },
	{ "webhook remove", NEEDS_DATABASE, drop, ID_FIELDS, sizeof(struct input),
		"the endpoint, its secret and what waits for it go" },
	{ "webhook test", NEEDS_DATABASE, test, ID_FIELDS, sizeof(struct input),
		"sends a test to the endpoint" },
	{ "webhook log", NEEDS_DATABASE, show_log, LOG_FIELDS, sizeof(struct input),
		"lists the attempts to reach the endpoint" },
	{ .words = NULL },
};
