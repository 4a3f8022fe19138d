/* SPDX-License-Identifier: MIT */
/* Lists, creates, rotates and revokes API keys of the shop's backend. */
#include "console/keys.h"

#include "auth/key.h"
#include "base/memory.h"
#include "console/form_page.h"
#include "console/list_view.h"
#include "console/routes.h"
#include "console/staff.h"
#include "records/key_edit.h"

#include <inttypes.h>

const struct field KEY_FIELDS[] = { PATH_FIELD(struct key_form, key, FIELD_ID), { 0 } };
const struct field KEY_NEW_FIELDS[] = { BODY_FIELD(struct key_form, name, FIELD_TEXT,
						FIELD_RANGE(1, 100), .is_required = true),
	BODY_FIELD(struct key_form, users_read, FIELD_YES_NO),
	BODY_FIELD(struct key_form, users_export, FIELD_YES_NO),
	BODY_FIELD(struct key_form, users_delete, FIELD_YES_NO),
	BODY_FIELD(struct key_form, events_read, FIELD_YES_NO),
	BODY_FIELD(struct key_form, attendance_write, FIELD_YES_NO),
	BODY_FIELD(struct key_form, points_write, FIELD_YES_NO),
	BODY_FIELD(struct key_form, payouts_write, FIELD_YES_NO),
	BODY_FIELD(struct key_form, claims_read, FIELD_YES_NO),
	BODY_FIELD(struct key_form, claims_write, FIELD_YES_NO),
	BODY_FIELD(struct key_form, stock_read, FIELD_YES_NO),
	BODY_FIELD(struct key_form, stock_write, FIELD_YES_NO),
	BODY_FIELD(struct key_form, expires, FIELD_DATE), { 0 } };
const struct field KEY_ROTATE_FIELDS[] = { PATH_FIELD(struct key_form, key, FIELD_ID),
	BODY_FIELD(struct key_form, overlap, FIELD_NUMBER,
		FIELD_RANGE(0, KEY_OVERLAP_HOURS_MAXIMUM), .fallback = "24"),
	BODY_FIELD(struct key_form, expires, FIELD_DATE), { 0 } };

static const struct column COLUMNS[] = {
	[CONSOLE_KEYS_ID] = { .name = "number", .kind = COLUMN_ID },
	[CONSOLE_KEYS_NAME] = { .name = "name",
		.kind = COLUMN_TEXT,
		.link = "/admin/keys/",
		.link_from = CONSOLE_KEYS_ID },
	[CONSOLE_KEYS_SCOPES] = { .name = "scopes", .kind = COLUMN_TEXT },
	[CONSOLE_KEYS_STATE] = { .name = "state", .kind = COLUMN_WORD },
	[CONSOLE_KEYS_CREATED_AT] = { .name = "since", .kind = COLUMN_TIME },
	[CONSOLE_KEYS_EXPIRES_AT] = { .name = "expires_at", .kind = COLUMN_TIME },
	[CONSOLE_KEYS_LAST_USED_AT] = { .name = "last_used_at", .kind = COLUMN_TIME },
	[CONSOLE_KEYS_REVOKED_AT] = { .name = "revoked_at", .kind = COLUMN_TIME },
	[CONSOLE_KEYS_COLUMNS] = { .name = NULL },
};

static enum result list_of(const struct call *call, struct list *list)
{
	struct db_value *now = memory_new(call->context, struct db_value);
	*now = db_time(call->now);
	*list = (struct list){ .name = "keys",
		.query = QUERY_CONSOLE_KEYS,
		.columns = COLUMNS,
		.values = now,
		.value_count = 1,
		.path = "/admin/keys",
		.export_path = "/admin/keys.csv" };
	return RESULT_OK;
}

static const struct list_view VIEW = { "page.keys", "keys", list_of, NULL, "/admin/new/key", "key",
	STAFF_OWNER, NULL };

enum result key_index(const struct call *call, struct response *out)
{
	const struct cursor_fields *fields = call->fields;
	return list_view_show(call, out, &VIEW, fields->cursor);
}

enum result key_export(const struct call *call, struct response *out)
{
	return list_view_export(call, out, &VIEW);
}

/* --- new keys --- */

/* The key is valid on its last day, like all days in the console. */
static struct optional_time end_of(const struct call *call, date day)
{
	const char *time_zone = console_of(call)->settings->notifier.digest_time_zone;
	return day.day
		? (struct optional_time){ true, zone_day_start(time_zone, (date){ day.day + 1 }) }
		: (struct optional_time){ 0 };
}

static unsigned scopes_of(const struct key_form *form)
{
	return (form->users_read ? SCOPE_USERS_READ : 0u)
		| (form->users_export ? SCOPE_USERS_EXPORT : 0u)
		| (form->users_delete ? SCOPE_USERS_DELETE : 0u)
		| (form->points_write ? SCOPE_POINTS_WRITE : 0u)
		| (form->claims_write ? SCOPE_CLAIMS_WRITE : 0u)
		| (form->stock_write ? SCOPE_STOCK_WRITE : 0u)
		| (form->events_read ? SCOPE_EVENTS_READ : 0u)
		| (form->claims_read ? SCOPE_CLAIMS_READ : 0u)
		| (form->stock_read ? SCOPE_STOCK_READ : 0u)
		| (form->attendance_write ? SCOPE_ATTENDANCE_WRITE : 0u)
		| (form->payouts_write ? SCOPE_PAYOUTS_WRITE : 0u);
}

static enum result show_key(const struct call *call, struct response *out, const struct edit *edit,
	enum result result, uint64_t id, const struct key_secret *secret)
{
	if (!is_success(result))
		return page_edited(call, out, edit, result, "/admin/keys", NULL);
	return secret_page_show(call, out,
		&(struct secret_page){
			"key-secret", "keys", key_text(call->context, id, secret), "/admin/keys" });
}

enum result key_new(const struct call *call, struct response *out)
{
	return form_page_show(call, out,
		&(struct form_page){
			.name = "key-new", .table = KEY_NEW_FIELDS, .back = "/admin/keys" },
		page_new(call, "form.key-new.title", "keys"));
}

enum result key_make(const struct call *call, struct response *out)
{
	const struct key_form *form = call->fields;
	const struct key_secret secret = key_secret_new(call->context);
	struct edit edit = page_edit(call);
	uint64_t id = 0;
	enum result result = key_edit_add(&edit,
		&(struct key_draft){ form->name, scopes_of(form), end_of(call, form->expires),
			db_bytes(secret.hash, sizeof secret.hash) },
		&id);
	return show_key(call, out, &edit, result, id, &secret);
}

/* --- one --- */

static enum result ask(const struct call *call, struct response *out, const struct form_page *form)
{
	struct db *db = console_of(call)->db;
	const struct key_form *fields = call->fields;
	json_object *data = page_new(
		call, memory_format(call->context, "form.%s.title", form->name), "keys");
	struct db_rows *row = db_read_one(db, QUERY_CONSOLE_KEY, DB_PARAMS(db_id(fields->key)));
	json_put_number(data, "key", (int64_t)fields->key);
	json_put_text(data, "name", db_get_text(row, CONSOLE_KEY_NAME, call->context));
	json_put_text(data, "scopes", db_get_text(row, CONSOLE_KEY_SCOPES, call->context));
	enum result result = db_end_read(db);
	return result == RESULT_OK ? form_page_show(call, out, form, data) : result;
}

enum result key_rotate_ask(const struct call *call, struct response *out)
{
	const struct key_form *fields = call->fields;
	return ask(call, out,
		&(struct form_page){ .name = "key-rotate",
			.table = KEY_ROTATE_FIELDS,
			.back = "/admin/keys",
			.other = memory_format(
				call->context, "/admin/keys/%" PRIu64 "/revoke", fields->key) });
}

enum result key_rotate_send(const struct call *call, struct response *out)
{
	const struct key_form *form = call->fields;
	const struct key_secret secret = key_secret_new(call->context);
	struct edit edit = page_edit(call);
	uint64_t id = 0;
	enum result result = key_edit_rotate(&edit,
		&(struct key_rotation){ form->key, form->overlap, end_of(call, form->expires),
			db_bytes(secret.hash, sizeof secret.hash) },
		&id);
	return show_key(call, out, &edit, result, id, &secret);
}

enum result key_revoke_ask(const struct call *call, struct response *out)
{
	return ask(call, out,
		&(struct form_page){ .name = "key-revoke",
			.table = KEY_FIELDS,
			.back = "/admin/keys",
			.is_danger = true });
}

enum result key_revoke_send(const struct call *call, struct response *out)
{
	const struct key_form *form = call->fields;
	struct edit edit = page_edit(call);
	return page_edited(
		call, out, &edit, key_edit_revoke(&edit, form->key), "/admin/keys", "key-revoked");
}
