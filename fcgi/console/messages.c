/* SPDX-License-Identifier: MIT */
/* Lists outbox messages: waiting, dead, sent. */
#include "console/messages.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/form_page.h"
#include "console/list.h"
#include "console/routes.h"
#include "notification/notification_edit.h"

#include <inttypes.h>

static const char *const STATES[] = { "dead", "waiting", "discarded", NULL };

const struct field MESSAGE_LIST_FIELDS[] = {
	LIST_CURSOR(struct message_list_fields),
	QUERY_FIELD(struct message_list_fields, state, FIELD_TEXT, FIELD_RANGE(0, 20)),
	{ 0 },
};
const struct field MESSAGE_FIELDS[] = {
	PATH_FIELD(struct message_fields, message, FIELD_ID),
	{ 0 },
};
static const struct column COLUMNS[] = {
	[CONSOLE_MESSAGE_ROW_ID] = { .name = "message",
		.kind = COLUMN_ID,
		.link = "/admin/messages/",
		.link_from = CONSOLE_MESSAGE_ROW_ID },
	[CONSOLE_MESSAGE_ROW_KIND] = { .name = "kind", .kind = COLUMN_WORD },
	[CONSOLE_MESSAGE_ROW_CHANNEL] = { .name = "channel", .kind = COLUMN_WORD },
	[CONSOLE_MESSAGE_ROW_STATE] = { .name = "state", .kind = COLUMN_WORD },
	[CONSOLE_MESSAGE_ROW_ATTEMPTS] = { .name = "attempts", .kind = COLUMN_NUMBER },
	[CONSOLE_MESSAGE_ROW_CREATED_AT] = { .name = "since_time", .kind = COLUMN_TIME },
	[CONSOLE_MESSAGE_ROW_LAST_ERROR] = { .name = "last_error", .kind = COLUMN_TEXT },
	[CONSOLE_MESSAGE_ROW_DUE_AT] = { .name = "due_order",
		.kind = COLUMN_TIME,
		.is_key_alone = true },
	[CONSOLE_MESSAGE_ROW_NEXT_TRY_AT] = { .name = "due_at", .kind = COLUMN_TIME },
	[CONSOLE_MESSAGE_ROW_COLUMNS] = { .name = NULL },
};
static const struct column ENDPOINTS[] = {
	[CONSOLE_WEBHOOKS_ID] = { .name = "number", .kind = COLUMN_ID },
	[CONSOLE_WEBHOOKS_URL] = { .name = "url",
		.kind = COLUMN_TEXT,
		.link = "/admin/webhooks/",
		.link_from = CONSOLE_WEBHOOKS_ID },
	[CONSOLE_WEBHOOKS_STATE] = { .name = "state", .kind = COLUMN_WORD },
	[CONSOLE_WEBHOOKS_CREATED_AT] = { .name = "since_time", .kind = COLUMN_TIME },
	[CONSOLE_WEBHOOKS_KINDS] = { .name = "wants", .kind = COLUMN_TEXT },
	[CONSOLE_WEBHOOKS_COLUMNS] = { .name = NULL },
};

/* --- the list --- */

static enum result list_of(const struct call *call, struct list *list)
{
	const struct message_list_fields *fields = call->fields;
	*list = (struct list){ .name = "messages",
		.query = QUERY_CONSOLE_MESSAGES,
		.columns = COLUMNS,
		.path = "/admin/messages",
		.filter = list_filter(call->context, "state", fields->state),
		.export_path = "/admin/messages.csv" };
	if (!list_filters_knows(STATES, fields->state))
		return ERR_BAD_REQUEST;
	if (!fields->state || !*fields->state)
		return RESULT_OK;
	struct db_value *state = memory_new(call->context, struct db_value);
	*state = db_text(fields->state);
	list->query = QUERY_CONSOLE_MESSAGES_IN_STATE;
	list->values = state;
	list->value_count = 1;
	list->key = CONSOLE_MESSAGE_ROW_DUE_AT;
	list->key_start = LIST_LAST_DATE;
	return RESULT_OK;
}

enum result message_index(const struct call *call, struct response *out)
{
	const struct message_list_fields *fields = call->fields;
	struct list list;
	json_object *table, *endpoints, *data = page_new(call, "page.messages", "messages");
	enum result result = list_of(call, &list);
	list.filters = list_filters_new(call);
	list_filters_words(list.filters, "state", STATES, fields->state);
	if (result == RESULT_OK)
		result = list_page(call, &list, fields->cursor, &table);
	if (result == RESULT_OK)
		result = list_rows(call,
			&(struct list){ .name = "webhooks",
				.query = QUERY_CONSOLE_WEBHOOKS,
				.columns = ENDPOINTS },
			&endpoints);
	if (result != RESULT_OK)
		return result;
	json_put(data, "table", json_object_get(table));
	json_put(data, "webhooks", json_object_get(endpoints));
	json_put_null(data, "new_path");
	return page_show(call, out, "messages", data);
}

enum result message_export(const struct call *call, struct response *out)
{
	struct list list;
	enum result result = list_of(call, &list);
	return result == RESULT_OK ? list_export(call, out, &list) : result;
}

/* --- one --- */

static void put_time(
	json_object *json, const char *name, const struct db_rows *rows, unsigned column)
{
	char text[INSTANT_TEXT];
	json_put_text(json, name,
		db_is_null(rows, column) ? NULL : instant_format(db_get_time(rows, column), text));
}

static enum result put_message(const struct call *call, json_object *data)
{
	const struct message_fields *fields = call->fields;
	const void *context = call->context;
	struct db *db = console_of(call)->db;
	struct db_rows *rows = db_read_one(
		db, QUERY_CONSOLE_MESSAGE, DB_PARAMS(db_id(fields->message)));
	const char *state = db_get_text(rows, CONSOLE_MESSAGE_STATE, context),
		   *kind = db_get_text(rows, CONSOLE_MESSAGE_KIND, context);
	bool has_word = kind && page_text(call, memory_format(context, "word.%s", kind));
	json_put_number(data, "message", db_get_number(rows, CONSOLE_MESSAGE_ID));
	json_put_text(data, "kind", kind);
	json_put_text(data, "kind_word", has_word ? kind : NULL);
	json_put_text(data, "channel", db_get_text(rows, CONSOLE_MESSAGE_CHANNEL, context));
	json_put_text(data, "state", state);
	json_put_number(data, "attempts", db_get_number(rows, CONSOLE_MESSAGE_ATTEMPTS));
	put_time(data, "created_at", rows, CONSOLE_MESSAGE_CREATED_AT);
	put_time(data, "due_at", rows, CONSOLE_MESSAGE_DUE_AT);
	put_time(data, "done_at", rows, CONSOLE_MESSAGE_DONE_AT);
	json_put_text(data, "last_error", db_get_text(rows, CONSOLE_MESSAGE_LAST_ERROR, context));
	json_put_number(data, "product", db_get_number(rows, CONSOLE_MESSAGE_PRODUCT_ID));
	json_put_number(data, "customer", db_get_number(rows, CONSOLE_MESSAGE_USER_ID));
	json_put_number(data, "claim", db_get_number(rows, CONSOLE_MESSAGE_CLAIM_ID));
	json_put_bool(data, "is_open", text_equals(state, "dead") || text_equals(state, "waiting"));
	return db_end_read(db);
}

enum result message_show(const struct call *call, struct response *out)
{
	json_object *data = page_new(call, "page.message", "messages");
	enum result result = put_message(call, data);
	return result == RESULT_OK ? page_show(call, out, "message", data) : result;
}

static const char *path_of(const struct call *call)
{
	const struct message_fields *fields = call->fields;
	return memory_format(call->context, "/admin/messages/%" PRIu64, fields->message);
}

enum result message_retry(const struct call *call, struct response *out)
{
	const struct message_fields *fields = call->fields;
	struct edit edit = page_edit(call);
	return page_edited(call, out, &edit, notification_edit_retry(&edit, fields->message),
		path_of(call), "message-retried");
}

/* It cannot be sent again afterwards, so this asks for confirmation. */
enum result message_discard_ask(const struct call *call, struct response *out)
{
	json_object *data = page_new(call, "form.message-discard.title", "messages");
	enum result result = put_message(call, data);
	return result == RESULT_OK ? form_page_show(call, out,
		       &(struct form_page){ .name = "message-discard",
			       .table = MESSAGE_FIELDS,
			       .back = path_of(call),
			       .is_danger = true },
		       data)
				   : result;
}

enum result message_discard(const struct call *call, struct response *out)
{
	const struct message_fields *fields = call->fields;
	struct edit edit = page_edit(call);
	return page_edited(call, out, &edit, notification_edit_discard(&edit, fields->message),
		path_of(call), "message-discarded");
}

enum result message_retry_all(const struct call *call, struct response *out)
{
	struct edit edit = page_edit(call);
	return page_edited(call, out, &edit, notification_edit_retry_all(&edit), "/admin/messages",
		"messages-retried");
}
