/* SPDX-License-Identifier: MIT */
/* Manages staff accounts, by owners, and one's own account. */
#include "console/staff.h"

#include "auth/password.h"
#include "auth/sign_in.h"
#include "base/memory.h"
#include "base/text.h"
#include "console/form_page.h"
#include "console/list_view.h"
#include "console/routes.h"
#include "console/console_user.h"
#include "records/staff_edit.h"

#include <inttypes.h>

static const char *const STATES[] = { "active", "disabled", NULL };

const struct field CURSOR_FIELDS[] = { LIST_CURSOR(struct cursor_fields), { 0 } };
const struct field STAFF_LIST_FIELDS[] = { LIST_CURSOR(struct staff_list_fields),
	QUERY_FIELD(struct staff_list_fields, role, FIELD_TEXT, FIELD_RANGE(0, 20)),
	QUERY_FIELD(struct staff_list_fields, state, FIELD_TEXT, FIELD_RANGE(0, 20)), { 0 } };
const struct field STAFF_FIELDS[] = { PATH_FIELD(struct staff_form, staff, FIELD_ID), { 0 } };
const struct field STAFF_NEW_FIELDS[] = {
	BODY_FIELD(struct staff_form, email, FIELD_TEXT, FIELD_RANGE(3, 254), .is_required = true),
	BODY_FIELD(struct staff_form, name, FIELD_TEXT, FIELD_RANGE(1, 100), .is_required = true),
	BODY_FIELD(
		struct staff_form, role, FIELD_CHOICE, .choices = STAFF_ROLES, .is_required = true),
	FIELD_NAMED("new_password", FIELD_BODY, struct staff_form, password, FIELD_TEXT,
		FIELD_RANGE(PASSWORD_MINIMUM, PASSWORD_MAXIMUM), .is_required = true,
		.is_secret = true),
	{ 0 },
};
const struct field STAFF_EDIT_FIELDS[] = {
	PATH_FIELD(struct staff_form, staff, FIELD_ID),
	BODY_FIELD(struct staff_form, name, FIELD_TEXT, FIELD_RANGE(1, 100), .is_required = true),
	BODY_FIELD(
		struct staff_form, role, FIELD_CHOICE, .choices = STAFF_ROLES, .is_required = true),
	BODY_FIELD(struct staff_form, state, FIELD_CHOICE, .choices = STATES, .is_required = true),
	BODY_FIELD(struct staff_form, version, FIELD_NUMBER, FIELD_RANGE(1, (int64_t)1 << 53),
		.is_required = true),
	{ 0 },
};
const struct field STAFF_PASSWORD_FIELDS[] = { PATH_FIELD(struct staff_form, staff, FIELD_ID),
	FIELD_NAMED("new_password", FIELD_BODY, struct staff_form, password, FIELD_TEXT,
		FIELD_RANGE(PASSWORD_MINIMUM, PASSWORD_MAXIMUM), .is_required = true,
		.is_secret = true),
	{ 0 } };
const struct field ACCOUNT_FIELDS[] = { BODY_FIELD(struct staff_form, current_password, FIELD_TEXT,
						FIELD_RANGE(1, PASSWORD_MAXIMUM),
						.is_required = true, .is_secret = true),
	FIELD_NAMED("new_password", FIELD_BODY, struct staff_form, password, FIELD_TEXT,
		FIELD_RANGE(PASSWORD_MINIMUM, PASSWORD_MAXIMUM), .is_required = true,
		.is_secret = true),
	{ 0 } };

static const struct column COLUMNS[] = {
	[CONSOLE_STAFF_ID] = { .name = "id", .kind = COLUMN_HIDDEN },
	[CONSOLE_STAFF_NAME] = { .name = "name",
		.kind = COLUMN_TEXT,
		.link = "/admin/staff/",
		.link_from = CONSOLE_STAFF_ID },
	[CONSOLE_STAFF_EMAIL] = { .name = "email", .kind = COLUMN_TEXT },
	[CONSOLE_STAFF_ROLE] = { .name = "role", .kind = COLUMN_WORD },
	[CONSOLE_STAFF_STATE] = { .name = "state", .kind = COLUMN_WORD },
	[CONSOLE_STAFF_CREATED_AT] = { .name = "since", .kind = COLUMN_TIME },
	[CONSOLE_STAFF_COLUMNS] = { .name = NULL },
};
static enum result list_of(const struct call *call, struct list *list)
{
	const struct staff_list_fields *fields = call->fields;
	struct db_value *values = memory_array(call->context, struct db_value, 4);
	values[0] = values[1] = db_text(fields->role && *fields->role ? fields->role : NULL);
	values[2] = values[3] = db_text(fields->state && *fields->state ? fields->state : NULL);
	*list = (struct list){ .name = "staff",
		.query = QUERY_CONSOLE_STAFF,
		.columns = COLUMNS,
		.values = values,
		.value_count = 4,
		.path = "/admin/staff",
		.export_path = "/admin/staff.csv",
		.filters = list_filters_new(call),
		.filter = memory_format(call->context, "%s%s",
			list_filter(call->context, "role", fields->role),
			list_filter(call->context, "state", fields->state)) };
	list_filters_words(list->filters, "role", STAFF_ROLES, fields->role);
	list_filters_words(list->filters, "state", STATES, fields->state);
	return list_filters_knows(STAFF_ROLES, fields->role)
			&& list_filters_knows(STATES, fields->state)
		? RESULT_OK
		: ERR_BAD_REQUEST;
}

static const struct list_view VIEW = { "page.staff", "staff", list_of, NULL, "/admin/new/staff",
	"staff", STAFF_OWNER, NULL };

enum result staff_index(const struct call *call, struct response *out)
{
	const struct staff_list_fields *fields = call->fields;
	return list_view_show(call, out, &VIEW, fields->cursor);
}

enum result staff_export(const struct call *call, struct response *out)
{
	return list_view_export(call, out, &VIEW);
}

enum result staff_new(const struct call *call, struct response *out)
{
	return form_page_show(call, out,
		&(struct form_page){
			.name = "staff-new", .table = STAFF_NEW_FIELDS, .back = "/admin/staff" },
		page_new(call, "form.staff-new.title", "staff"));
}

enum result staff_create(const struct call *call, struct response *out)
{
	const struct staff_form *form = call->fields;
	struct edit edit = page_edit(call);
	uint64_t id;
	enum result result = staff_edit_add(&edit,
		&(struct staff_draft){ sign_in_email(call->context, form->email), form->name,
			STAFF_ROLES[form->role], password_hash(call->context, form->password) },
		&id);
	return page_edited(call, out, &edit, result, "/admin/staff", "staff-added");
}

/* --- one --- */

static int index_of(const char *const *words, const char *word)
{
	int index = 0;
	while (words[index + 1] && !text_equals(words[index], word))
		index++;
	return index;
}

static enum result show(const struct call *call, struct response *out, struct form_page *form)
{
	struct db *db = console_of(call)->db;
	const void *context = call->context;
	const struct staff_form *fields = call->fields;
	json_object *data = page_new(
		call, memory_format(context, "form.%s.title", form->name), "staff");
	struct db_rows *row = db_read_one(
		db, QUERY_CONSOLE_STAFF_RECORD, DB_PARAMS(db_id(fields->staff)));
	struct staff_form values = { .name = db_get_text(row, CONSOLE_STAFF_RECORD_NAME, context),
		.role = index_of(STAFF_ROLES, db_get_text(row, CONSOLE_STAFF_RECORD_ROLE, context)),
		.state = index_of(STATES, db_get_text(row, CONSOLE_STAFF_RECORD_STATE, context)),
		.version = db_get_number(row, CONSOLE_STAFF_RECORD_VERSION) };
	json_put_text(data, "name", values.name);
	json_put_text(data, "email", db_get_text(row, CONSOLE_STAFF_RECORD_EMAIL, context));
	enum result result = db_end_read(db);
	if (result != RESULT_OK)
		return result;
	form->values = &values;
	return form_page_show(call, out, form, data);
}

enum result staff_edit(const struct call *call, struct response *out)
{
	const struct staff_form *fields = call->fields;
	return show(call, out,
		&(struct form_page){ .name = "staff-edit",
			.table = STAFF_EDIT_FIELDS,
			.back = "/admin/staff",
			.other = memory_format(
				call->context, "/admin/staff/%" PRIu64 "/password", fields->staff),
			.another = console_of(call)->openid ? memory_format(call->context,
					   "/admin/staff/%" PRIu64 "/openid", fields->staff)
							    : NULL,
			.further = memory_format(
				call->context, "/admin/staff/%" PRIu64 "/unlock", fields->staff) });
}

enum result staff_save(const struct call *call, struct response *out)
{
	const struct staff_form *form = call->fields;
	struct edit edit = page_edit(call);
	enum result result = staff_edit_change(&edit,
		&(struct staff_change){ form->staff, form->name, STAFF_ROLES[form->role],
			STATES[form->state], (uint64_t)form->version });
	return page_edited(call, out, &edit, result, "/admin/staff", "staff-saved");
}

enum result staff_password_ask(const struct call *call, struct response *out)
{
	return show(call, out,
		&(struct form_page){ .name = "staff-password",
			.table = STAFF_PASSWORD_FIELDS,
			.back = "/admin/staff" });
}

enum result staff_password_send(const struct call *call, struct response *out)
{
	const struct staff_form *form = call->fields;
	struct edit edit = page_edit(call);
	enum result result = staff_edit_password(
		&edit, form->staff, password_hash(call->context, form->password));
	return page_edited(call, out, &edit, result, "/admin/staff", "staff-password");
}

enum result staff_unlock_ask(const struct call *call, struct response *out)
{
	return show(call, out,
		&(struct form_page){
			.name = "staff-unlock", .table = STAFF_FIELDS, .back = "/admin/staff" });
}

enum result staff_unlock_send(const struct call *call, struct response *out)
{
	const struct staff_form *form = call->fields;
	struct edit edit = page_edit(call);
	return page_edited(call, out, &edit, staff_edit_unlock(&edit, form->staff), "/admin/staff",
		"staff-unlocked");
}

/* --- one's own --- */

enum result account_ask(const struct call *call, struct response *out)
{
	struct form_page form = { .name = "account", .table = ACCOUNT_FIELDS };
	json_object *data = page_new(call, "form.account.title", NULL);
	json_put_text(data, "email", console_user_of(call)->session.email);
	json_put_text(data, "provider",
		console_of(call)->openid ? openid_provider_settings(console_of(call)->openid)->name
					 : NULL);
	json_put(data, "fields", form_page_fields(call, out, &form));
	return page_show(call, out, "account", data);
}

/* The current password is checked like a sign-in, with its delays. Afterwards all sessions have
 * ended, including this one. */
enum result account_send(const struct call *call, struct response *out)
{
	const struct staff_form *form = call->fields;
	const struct console *console = console_of(call);
	struct edit edit = page_edit(call);
	uint64_t staff;
	int64_t wait;
	struct sign_in attempt = { console_user_of(call)->session.email, form->current_password,
		call->request->address, SIGN_IN_OWN, call->now };
	enum result result = sign_in_by_password(
		console->db, call->context, console->secret, &attempt, &staff, &wait);
	if (result == ERR_UNAUTHORIZED)
		return response_field_error(out, ERR_INVALID, "current_password", "is not right");
	if (result == RESULT_OK)
		result = staff_edit_password(&edit, console_user_of(call)->session.staff,
			password_hash(call->context, form->password));
	if (is_success(result))
		console_user_set_cookie(call, out, NULL);
	return page_edited(call, out, &edit, result, "/admin/sign-in", "password-changed");
}
