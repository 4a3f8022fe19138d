/* SPDX-License-Identifier: MIT */
/* dojangctl messages …, digest: shows and manages the outbox. */
#include "command/areas.h"

#include "base/json.h"
#include "base/memory.h"
#include "records/audit.h"
#include "notification/notification.h"
#include "notification/outbox.h"
#include "notification/recipient.h"

#include <inttypes.h>

static const char *const STATES[] = { "waiting", "sent", "dead", "discarded", "all", NULL };
enum { STATE_ALL = 4 };

struct input {
	uint64_t id;
	int state;
	int64_t limit;
};

static const struct field ID_FIELDS[] = {
	FIELD(struct input, id, FIELD_ID, .is_required = true, .help = "which message"),
	{ .name = NULL },
};
static const struct field LIST_FIELDS[] = {
	FIELD(struct input, state, FIELD_CHOICE, .choices = STATES, .fallback = "all",
		.help = "dead: the dead letters"),
	FIELD(struct input, limit, FIELD_NUMBER, FIELD_RANGE(1, 1000), .fallback = "50",
		.help = "how many, the newest first"),
	{ .name = NULL },
};

static void put_time(
	json_object *json, const char *name, const struct db_rows *rows, unsigned column)
{
	char text[INSTANT_TEXT];
	json_put_text(json, name,
		db_is_null(rows, column) ? NULL : instant_format(db_get_time(rows, column), text));
}

static void put_text(json_object *json, const char *name, const struct db_rows *rows,
	unsigned column, const void *context)
{
	json_put_text(json, name, db_get_text(rows, column, context));
}

/* --- looking --- */

static json_object *hold_json(const struct db_rows *rows, const void *context)
{
	json_object *json = json_new_object();
	put_text(json, "channel", rows, OUTBOX_HOLDS_CHANNEL, context);
	json_put_number(json, "endpoint", db_get_number(rows, OUTBOX_HOLDS_ENDPOINT_ID));
	put_text(json, "reason", rows, OUTBOX_HOLDS_REASON, context);
	json_put_number(json, "tries", db_get_number(rows, OUTBOX_HOLDS_TRIES));
	put_time(json, "since", rows, OUTBOX_HOLDS_SINCE);
	put_time(json, "until", rows, OUTBOX_HOLDS_UNTIL_AT);
	return json;
}

static const char *holds_text(const void *context, json_object *holds)
{
	const char *text = "";
	for (size_t i = 0; i < json_object_array_length(holds); i++) {
		json_object *hold = json_object_array_get_idx(holds, i);
		text = memory_format(context, "%s\nheld back since %s: %s %" PRId64 ": %s", text,
			json_object_get_string(json_object_object_get(hold, "since")),
			json_object_get_string(json_object_object_get(hold, "channel")),
			json_object_get_int64(json_object_object_get(hold, "endpoint")),
			json_object_get_string(json_object_object_get(hold, "reason")));
	}
	return text;
}

static enum result status(const struct command_call *call, struct command_answer *out)
{
	struct outbox_statistics figures = { 0 };
	int64_t recipients = 0;
	enum result result = command_list(call, out, QUERY_OUTBOX_HOLDS, DB_NO_PARAMS, hold_json);
	if (result == RESULT_OK)
		result = outbox_statistics(call->db, &figures);
	if (result == RESULT_OK)
		result = recipient_count(call->db, &recipients);
	if (result != RESULT_OK)
		return result;
	json_object *holds = out->json, *json = json_new_object();
	json_put_number(json, "waiting", (int64_t)figures.waiting);
	json_put_number(json, "oldest_seconds", (int64_t)figures.oldest_seconds);
	json_put_number(json, "sent", (int64_t)figures.sent);
	json_put_number(json, "dead", (int64_t)figures.dead);
	json_put_number(json, "discarded", (int64_t)figures.discarded);
	json_put_number(json, "recipients", recipients);
	json_put(json, "holds", json_object_get(holds));
	command_json(out, json);
	command_say(out,
		"waiting %" PRIu64 " (oldest %" PRIu64 " s), sent %" PRIu64 ", dead %" PRIu64
		", discarded %" PRIu64 "%s%s",
		figures.waiting, figures.oldest_seconds, figures.sent, figures.dead,
		figures.discarded, holds_text(call->context, holds),
		recipients
			? ""
			: "\nwarning: nobody gets alerts: dojangctl recipient add --email ADDRESS");
	return RESULT_OK;
}

static json_object *message_json(const struct db_rows *rows, const void *context)
{
	json_object *json = json_new_object();
	json_put_number(json, "id", db_get_number(rows, OUTBOX_LIST_ID));
	put_text(json, "kind", rows, OUTBOX_LIST_KIND, context);
	put_text(json, "channel", rows, OUTBOX_LIST_CHANNEL, context);
	json_put_number(json, "receiver", db_get_number(rows, OUTBOX_LIST_ENDPOINT_ID));
	put_text(json, "state", rows, OUTBOX_LIST_STATE, context);
	json_put_number(json, "attempts", db_get_number(rows, OUTBOX_LIST_ATTEMPTS));
	put_time(json, "due_at", rows, OUTBOX_LIST_DUE_AT);
	put_text(json, "last_error", rows, OUTBOX_LIST_LAST_ERROR, context);
	put_time(json, "created_at", rows, OUTBOX_LIST_CREATED_AT);
	return json;
}

static enum result list(const struct command_call *call, struct command_answer *out)
{
	const struct input *input = call->input;
	struct db_value state = input->state == STATE_ALL ? db_null()
							  : db_text(STATES[input->state]);
	return command_list(call, out, QUERY_OUTBOX_LIST,
		DB_PARAMS(state, state, db_id(UINT64_MAX), db_number(input->limit)), message_json);
}

static json_object *whole_json(const struct db_rows *rows, const void *context)
{
	json_object *json = json_new_object();
	json_put_number(json, "id", db_get_number(rows, OUTBOX_SHOW_ID));
	put_text(json, "kind", rows, OUTBOX_SHOW_KIND, context);
	put_text(json, "channel", rows, OUTBOX_SHOW_CHANNEL, context);
	json_put_number(json, "receiver", db_get_number(rows, OUTBOX_SHOW_ENDPOINT_ID));
	put_text(json, "key", rows, OUTBOX_SHOW_MESSAGE_KEY, context);
	json_put_optional(json, "event", db_get_optional(rows, OUTBOX_SHOW_EVENT_ID));
	json_put_optional(json, "user", db_get_optional(rows, OUTBOX_SHOW_USER_ID));
	json_put_optional(json, "product", db_get_optional(rows, OUTBOX_SHOW_PRODUCT_ID));
	json_put_optional(json, "claim", db_get_optional(rows, OUTBOX_SHOW_CLAIM_ID));
	put_text(json, "data", rows, OUTBOX_SHOW_DATA, context);
	put_text(json, "state", rows, OUTBOX_SHOW_STATE, context);
	json_put_number(json, "attempts", db_get_number(rows, OUTBOX_SHOW_ATTEMPTS));
	put_time(json, "due_at", rows, OUTBOX_SHOW_DUE_AT);
	put_time(json, "leased_until", rows, OUTBOX_SHOW_LEASED_UNTIL);
	put_text(json, "last_error", rows, OUTBOX_SHOW_LAST_ERROR, context);
	put_time(json, "created_at", rows, OUTBOX_SHOW_CREATED_AT);
	put_time(json, "done_at", rows, OUTBOX_SHOW_DONE_AT);
	return json;
}

static enum result show(const struct command_call *call, struct command_answer *out)
{
	const struct input *input = call->input;
	enum result result = command_list(
		call, out, QUERY_OUTBOX_SHOW, DB_PARAMS(db_id(input->id)), whole_json);
	if (result != RESULT_OK)
		return result;
	if (json_object_array_length(out->json) == 0) {
		out->json = NULL;
		return command_refuse(
			out, ERR_NOT_FOUND, "there is no message %" PRIu64, input->id);
	}
	out->json = json_object_array_get_idx(out->json, 0);
	command_say(out, "%s", json_pretty(out->json));
	return RESULT_OK;
}

/* --- changing --- */

struct change_work {
	struct edit *edit;
	enum query query;
	uint64_t id, count;
	const char *action;
};

static enum result change_transaction(struct db *db, void *state)
{
	struct change_work *work = state;
	work->count = work->id ? db_change(db, work->query, DB_PARAMS(db_id(work->id)))
			       : db_change(db, work->query, DB_NO_PARAMS);
	if (work->id && work->count != 1)
		return ERR_NOT_FOUND;
	if (work->count > 0)
		audit_write(work->edit, work->action, "message", work->id, NULL, NULL);
	return RESULT_OK;
}

/* id 0: all rows of the query. */
static enum result change(const struct command_call *call, struct command_answer *out,
	enum query query, uint64_t id, const char *action, const char *done)
{
	struct edit edit = command_edit(call);
	struct change_work work = { &edit, query, id, 0, action };
	enum result result = db_transaction(call->db, change_transaction, &work);
	if (result == ERR_NOT_FOUND)
		return command_refuse(out, result,
			"message %" PRIu64 " is not there, was sent, or is on its way", work.id);
	if (result != RESULT_OK)
		return result;
	json_object *json = json_new_object();
	json_put_number(json, "count", (int64_t)work.count);
	command_json(out, json);
	command_say(out, "%s: %" PRIu64, done, work.count);
	return result;
}

static enum result retry(const struct command_call *call, struct command_answer *out)
{
	return change(call, out, QUERY_OUTBOX_RETRY, ((const struct input *)call->input)->id,
		"message.retry", "messages to be sent again");
}

static enum result retry_all(const struct command_call *call, struct command_answer *out)
{
	return change(call, out, QUERY_OUTBOX_RETRY_ALL, 0, "message.retry_all",
		"messages to be sent again");
}

static enum result discard(const struct command_call *call, struct command_answer *out)
{
	return change(call, out, QUERY_OUTBOX_DISCARD, ((const struct input *)call->input)->id,
		"message.discard", "messages discarded");
}

static enum result digest(const struct command_call *call, struct command_answer *out)
{
	uint64_t count = 0;
	struct digest_time time = { call->settings->notifier.digest_time_zone, 0 };
	enum result result = notification_request_digest(call->db, &time, call->now, &count);
	if (result != RESULT_OK)
		return result;
	if (count == 0)
		return command_refuse(out, ERR_CONFLICT,
			"nobody gets the digest: dojangctl recipient add --email ADDRESS");
	json_object *json = json_new_object();
	json_put_number(json, "recipients", (int64_t)count);
	command_json(out, json);
	command_say(out, "the notifier sends the digest to recipients: %" PRIu64, count);
	return result;
}

const struct command MESSAGES_COMMANDS[] = {
	{ "messages status", NEEDS_DATABASE, status, NULL, 0,
		"how many messages wait, were sent, are dead letters; what is held back and why" },
	{ "messages list", NEEDS_DATABASE, list, LIST_FIELDS, sizeof(struct input),
		"lists messages" },
	{ "messages show", NEEDS_DATABASE, show, ID_FIELDS, sizeof(struct input),
		"shows all of a message" },
	{ "messages retry", NEEDS_DATABASE, retry, ID_FIELDS, sizeof(struct input),
		"sends a dead letter, or one that waits, again now" },
	{ "messages retry-all", NEEDS_DATABASE, retry_all, NULL, 0,
		"sends all dead letters again" },
	{ "messages discard", NEEDS_DATABASE, discard, ID_FIELDS, sizeof(struct input),
		"gives a message up" },
	{ "digest", NEEDS_DATABASE, digest, NULL, 0, "sends the daily digest now" },
	{ .words = NULL },
};
