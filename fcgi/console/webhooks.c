/* SPDX-License-Identifier: MIT */
/* Manages webhook receivers: create, subscribe, secret, attempts, delete. */
#include "console/webhooks.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/form_page.h"
#include "console/keys.h"
#include "console/list.h"
#include "console/routes.h"
#include "notification/notification.h"
#include "notification/notification_edit.h"
#include "notification/webhook.h"

#include <inttypes.h>

static const char *const STATES[] = { "enabled", "disabled", NULL };

const struct field WEBHOOK_FIELDS[] = { PATH_FIELD(struct webhook_form, webhook, FIELD_ID), { 0 } };
const struct field WEBHOOK_PAGE_FIELDS[] = { PATH_FIELD(struct webhook_form, webhook, FIELD_ID),
	LIST_CURSOR(struct webhook_form), { 0 } };
const struct field WEBHOOK_STATE_FIELDS[] = { PATH_FIELD(struct webhook_form, webhook, FIELD_ID),
	BODY_FIELD(
		struct webhook_form, state, FIELD_CHOICE, .choices = STATES, .is_required = true),
	{ 0 } };
const struct field WEBHOOK_NEW_FIELDS[] = {
	BODY_FIELD(struct webhook_form, url, FIELD_TEXT, FIELD_RANGE(8, 500), .is_required = true),
	FIELD_NAMED("claim_created", FIELD_BODY, struct webhook_form, wants.claim_created,
		FIELD_YES_NO),
	FIELD_NAMED("claim_cancelled", FIELD_BODY, struct webhook_form, wants.claim_cancelled,
		FIELD_YES_NO),
	FIELD_NAMED("claim_fulfilled", FIELD_BODY, struct webhook_form, wants.claim_fulfilled,
		FIELD_YES_NO),
	FIELD_NAMED("claim_closing", FIELD_BODY, struct webhook_form, wants.claim_closing,
		FIELD_YES_NO),
	FIELD_NAMED("stock_low", FIELD_BODY, struct webhook_form, wants.stock_low, FIELD_YES_NO),
	FIELD_NAMED("stock_sold_out", FIELD_BODY, struct webhook_form, wants.stock_sold_out,
		FIELD_YES_NO),
	FIELD_NAMED("points_changed", FIELD_BODY, struct webhook_form, wants.points_changed,
		FIELD_YES_NO),
	FIELD_NAMED("attendance_created", FIELD_BODY, struct webhook_form, wants.attendance_created,
		FIELD_YES_NO),
	FIELD_NAMED("payout_due", FIELD_BODY, struct webhook_form, wants.payout_due, FIELD_YES_NO),
	FIELD_NAMED("points_expiring", FIELD_BODY, struct webhook_form, wants.points_expiring,
		FIELD_YES_NO),
	{ 0 },
};
const struct field WEBHOOK_EVENTS_FIELDS[] = { PATH_FIELD(struct webhook_form, webhook, FIELD_ID),
	FIELD_NAMED("claim_created", FIELD_BODY, struct webhook_form, wants.claim_created,
		FIELD_YES_NO),
	FIELD_NAMED("claim_cancelled", FIELD_BODY, struct webhook_form, wants.claim_cancelled,
		FIELD_YES_NO),
	FIELD_NAMED("claim_fulfilled", FIELD_BODY, struct webhook_form, wants.claim_fulfilled,
		FIELD_YES_NO),
	FIELD_NAMED("claim_closing", FIELD_BODY, struct webhook_form, wants.claim_closing,
		FIELD_YES_NO),
	FIELD_NAMED("stock_low", FIELD_BODY, struct webhook_form, wants.stock_low, FIELD_YES_NO),
	FIELD_NAMED("stock_sold_out", FIELD_BODY, struct webhook_form, wants.stock_sold_out,
		FIELD_YES_NO),
	FIELD_NAMED("points_changed", FIELD_BODY, struct webhook_form, wants.points_changed,
		FIELD_YES_NO),
	FIELD_NAMED("attendance_created", FIELD_BODY, struct webhook_form, wants.attendance_created,
		FIELD_YES_NO),
	FIELD_NAMED("payout_due", FIELD_BODY, struct webhook_form, wants.payout_due, FIELD_YES_NO),
	FIELD_NAMED("points_expiring", FIELD_BODY, struct webhook_form, wants.points_expiring,
		FIELD_YES_NO),
	{ 0 } };

/* The position of each kind of message among the subscriptions. */
static const struct {
	const char *kind;
	size_t offset;
} KINDS[] = {
	{ "claim.created", offsetof(struct webhook_wants, claim_created) },
	{ "claim.cancelled", offsetof(struct webhook_wants, claim_cancelled) },
	{ "claim.fulfilled", offsetof(struct webhook_wants, claim_fulfilled) },
	{ "claim.closing", offsetof(struct webhook_wants, claim_closing) },
	{ "stock.low", offsetof(struct webhook_wants, stock_low) },
	{ "stock.sold_out", offsetof(struct webhook_wants, stock_sold_out) },
	{ "points.changed", offsetof(struct webhook_wants, points_changed) },
	{ "attendance.created", offsetof(struct webhook_wants, attendance_created) },
	{ "payout.due", offsetof(struct webhook_wants, payout_due) },
	{ "points.expiring", offsetof(struct webhook_wants, points_expiring) },
};

static const struct column ATTEMPTS[] = {
	[CONSOLE_WEBHOOK_ATTEMPTS_ID] = { .name = "id", .kind = COLUMN_HIDDEN },
	[CONSOLE_WEBHOOK_ATTEMPTS_AT] = { .name = "at_time", .kind = COLUMN_TIME },
	[CONSOLE_WEBHOOK_ATTEMPTS_KIND] = { .name = "kind", .kind = COLUMN_WORD },
	[CONSOLE_WEBHOOK_ATTEMPTS_MESSAGE_ID] = { .name = "message",
		.kind = COLUMN_ID,
		.link = "/admin/messages/",
		.link_from = CONSOLE_WEBHOOK_ATTEMPTS_MESSAGE_ID },
	[CONSOLE_WEBHOOK_ATTEMPTS_STATUS] = { .name = "status", .kind = COLUMN_NUMBER },
	[CONSOLE_WEBHOOK_ATTEMPTS_DURATION_MS] = { .name = "milliseconds", .kind = COLUMN_NUMBER },
	[CONSOLE_WEBHOOK_ATTEMPTS_ERROR] = { .name = "last_error", .kind = COLUMN_TEXT },
	[CONSOLE_WEBHOOK_ATTEMPTS_COLUMNS] = { .name = NULL },
};

static struct text_list wanted(const struct call *call, const struct webhook_wants *wants)
{
	struct text_list list = { memory_array(call->context, const char *, countof(KINDS)), 0 };
	for (size_t i = 0; i < countof(KINDS); i++)
		if (*(const bool *)((const char *)wants + KINDS[i].offset))
			list.items[list.count++] = KINDS[i].kind;
	return list;
}

static uint64_t id_of(const struct call *call)
{
	return ((const struct webhook_form *)call->fields)->webhook;
}

static const char *path_of(const struct call *call)
{
	return memory_format(call->context, "/admin/webhooks/%" PRIu64, id_of(call));
}

/* --- one --- */

struct work {
	const struct call *call;
	json_object *data;
	struct webhook_form form;
};

static void put_time(
	json_object *json, const char *name, const struct db_rows *rows, unsigned column)
{
	char text[INSTANT_TEXT];
	json_put_text(json, name,
		db_is_null(rows, column) ? NULL : instant_format(db_get_time(rows, column), text));
}

static enum result put_kinds(struct work *work)
{
	struct db *db = console_of(work->call)->db;
	json_object *list = json_new_array();
	struct db_rows *rows = db_read(
		db, QUERY_CONSOLE_WEBHOOK_KINDS, DB_PARAMS(db_id(id_of(work->call))));
	while (db_next(rows)) {
		const char *kind = db_get_text(
			rows, CONSOLE_WEBHOOK_KINDS_KIND, work->call->context);
		json_append_text(list, kind);
		for (size_t i = 0; i < countof(KINDS); i++)
			if (text_equals(KINDS[i].kind, kind))
				*(bool *)((char *)&work->form.wants + KINDS[i].offset) = true;
	}
	json_put(work->data, "kinds", list);
	return db_end_read(db);
}

static enum result put_webhook(struct work *work)
{
	struct db *db = console_of(work->call)->db;
	const void *context = work->call->context;
	struct db_rows *rows = db_read_one(
		db, QUERY_CONSOLE_WEBHOOK, DB_PARAMS(db_id(id_of(work->call))));
	const char *state = db_get_text(rows, CONSOLE_WEBHOOK_STATE, context);
	json_put_number(work->data, "webhook", (int64_t)id_of(work->call));
	json_put_text(work->data, "url", db_get_text(rows, CONSOLE_WEBHOOK_URL, context));
	json_put_text(work->data, "state", state);
	json_put_bool(work->data, "is_enabled", text_equals(state, "enabled"));
	json_put_bool(work->data, "has_two_secrets",
		db_get_number(rows, CONSOLE_WEBHOOK_HAS_SECOND_SECRET) != 0);
	put_time(work->data, "created_at", rows, CONSOLE_WEBHOOK_CREATED_AT);
	json_put_text(work->data, "hold", db_get_text(rows, CONSOLE_WEBHOOK_REASON, context));
	put_time(work->data, "held_until", rows, CONSOLE_WEBHOOK_UNTIL_AT);
	enum result result = db_end_read(db);
	return result == RESULT_OK ? put_kinds(work) : result;
}

enum result webhook_show(const struct call *call, struct response *out)
{
	const struct webhook_form *fields = call->fields;
	struct work work = { .call = call, .data = page_new(call, "page.webhook", "messages") };
	struct db_value id = db_id(fields->webhook);
	struct list list = { .name = "attempts",
		.query = QUERY_CONSOLE_WEBHOOK_ATTEMPTS,
		.columns = ATTEMPTS,
		.values = &id,
		.value_count = 1,
		.path = path_of(call) };
	json_object *attempts;
	enum result result = put_webhook(&work);
	if (result == RESULT_OK)
		result = list_page(call, &list, fields->cursor, &attempts);
	if (result != RESULT_OK)
		return result;
	json_put(work.data, "attempts", json_object_get(attempts));
	return page_show(call, out, "webhook", work.data);
}

static enum result ask(const struct call *call, struct response *out, struct form_page *form)
{
	struct work work = { .call = call,
		.data = page_new(call, memory_format(call->context, "form.%s.title", form->name),
			"messages") };
	enum result result = put_webhook(&work);
	if (result != RESULT_OK)
		return result;
	form->values = form->table == WEBHOOK_EVENTS_FIELDS ? &work.form : NULL;
	form->back = path_of(call);
	return form_page_show(call, out, form, work.data);
}

/* --- secrets --- */

/* Without a key nothing can be sealed. */
static bool has_seal(const struct call *call, struct response *out)
{
	if (!console_of(call)->seal)
		response_field_error(out, ERR_CONFLICT, "seal", "server.seal_key_file is not set");
	return console_of(call)->seal != NULL;
}

static enum result show_secret(const struct call *call, struct response *out,
	const struct edit *edit, enum result result, const char *secret, const char *back)
{
	if (!is_success(result))
		return page_edited(call, out, edit, result, back, NULL);
	return secret_page_show(
		call, out, &(struct secret_page){ "webhook-secret", "messages", secret, back });
}

enum result webhook_new(const struct call *call, struct response *out)
{
	return form_page_show(call, out,
		&(struct form_page){ .name = "webhook-new",
			.table = WEBHOOK_NEW_FIELDS,
			.back = "/admin/messages" },
		page_new(call, "form.webhook-new.title", "messages"));
}

enum result webhook_make(const struct call *call, struct response *out)
{
	const struct webhook_form *form = call->fields;
	const struct console *console = console_of(call);
	struct edit edit = page_edit(call);
	struct text_list events = wanted(call, &form->wants);
	const char *secret = NULL;
	uint64_t id = 0;
	if (!has_seal(call, out))
		return ERR_CONFLICT;
	enum result result = webhook_add(&edit, console->seal,
		&(struct webhook_draft){
			form->url, &events, console->settings->webhook.allows_private_addresses },
		&id, &secret);
	return show_secret(call, out, &edit, result, secret,
		id ? memory_format(call->context, "/admin/webhooks/%" PRIu64, id)
		   : "/admin/messages");
}

enum result webhook_secret_ask(const struct call *call, struct response *out)
{
	return ask(call, out,
		&(struct form_page){ .name = "webhook-rotate", .table = WEBHOOK_FIELDS });
}

enum result webhook_secret_send(const struct call *call, struct response *out)
{
	struct edit edit = page_edit(call);
	const char *secret = NULL;
	if (!has_seal(call, out))
		return ERR_CONFLICT;
	enum result result = webhook_rotate(&edit, console_of(call)->seal, id_of(call), &secret);
	return show_secret(call, out, &edit, result, secret, path_of(call));
}

enum result webhook_retire_send(const struct call *call, struct response *out)
{
	struct edit edit = page_edit(call);
	return page_edited(call, out, &edit, webhook_retire(&edit, id_of(call)), path_of(call),
		"webhook-retired");
}

/* --- what it hears, and whether --- */

enum result webhook_events_ask(const struct call *call, struct response *out)
{
	return ask(call, out,
		&(struct form_page){ .name = "webhook-events", .table = WEBHOOK_EVENTS_FIELDS });
}

enum result webhook_events_send(const struct call *call, struct response *out)
{
	const struct webhook_form *form = call->fields;
	struct edit edit = page_edit(call);
	struct text_list events = wanted(call, &form->wants);
	return page_edited(call, out, &edit, webhook_subscribe(&edit, form->webhook, &events),
		path_of(call), "webhook-changed");
}

enum result webhook_state_send(const struct call *call, struct response *out)
{
	const struct webhook_form *form = call->fields;
	struct edit edit = page_edit(call);
	return page_edited(call, out, &edit,
		webhook_set_enabled(&edit, form->webhook, form->state == 0), path_of(call),
		"webhook-changed");
}

enum result webhook_test_send(const struct call *call, struct response *out)
{
	struct edit edit = page_edit(call);
	return page_edited(call, out, &edit, notification_edit_test(&edit, false, id_of(call)),
		path_of(call), "webhook-test");
}

enum result webhook_remove_ask(const struct call *call, struct response *out)
{
	return ask(call, out,
		&(struct form_page){
			.name = "webhook-remove", .table = WEBHOOK_FIELDS, .is_danger = true });
}

enum result webhook_remove_send(const struct call *call, struct response *out)
{
	struct edit edit = page_edit(call);
	return page_edited(call, out, &edit, webhook_remove(&edit, id_of(call)), "/admin/messages",
		"webhook-removed");
}
