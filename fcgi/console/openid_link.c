/* SPDX-License-Identifier: MIT */
/* Links accounts to subjects of the OpenID provider: the own one, by signing in there after the
 * password; any, by an owner. */
#include "console/openid.h"

#include "auth/openid_provider.h"
#include "auth/password.h"
#include "auth/sign_in.h"
#include "auth/token.h"
#include "base/memory.h"
#include "console/form_page.h"
#include "console/routes.h"
#include "console/console_user.h"
#include "records/staff_edit.h"

#include <inttypes.h>

const struct field OPENID_OWN_FIELDS[] = {
	BODY_FIELD(struct openid_own_form, current_password, FIELD_TEXT,
		FIELD_RANGE(1, PASSWORD_MAXIMUM), .is_required = true, .is_secret = true),
	{ 0 },
};
const struct field OPENID_STAFF_ASK_FIELDS[] = {
	PATH_FIELD(struct openid_staff_form, staff, FIELD_ID), { 0 }
};
const struct field OPENID_STAFF_FIELDS[] = {
	PATH_FIELD(struct openid_staff_form, staff, FIELD_ID),
	BODY_FIELD(struct openid_staff_form, subject, FIELD_TEXT, FIELD_RANGE(1, SUBJECT_MAXIMUM)),
	FIELD_NAMED("remove_password", FIELD_BODY, struct openid_staff_form, removes_password,
		FIELD_YES_NO, .fallback = "no"),
	{ 0 },
};

/* subject is NULL for an account that is not linked. */
static enum result read_link(
	const struct call *call, uint64_t staff, const char **subject, const char **name)
{
	struct db *db = console_of(call)->db;
	struct db_rows *row = db_read_one(db, QUERY_STAFF_OPENID, DB_PARAMS(db_id(staff)));
	*subject = db_get_text(row, STAFF_OPENID_OPENID_SUBJECT, call->context);
	*name = db_get_text(row, STAFF_OPENID_NAME, call->context);
	return db_end_read(db);
}

/* --- one's own --- */

/* After the password: the address of the provider. Otherwise NULL, and the password is asked for.
 */
static enum result find_way(const struct call *call, struct response *out, const char **address)
{
	const struct console *console = console_of(call);
	struct openid_attempt attempt;
	const char *why;
	*address = NULL;
	if (!openid_attempt_read(
		    call->context, console->secret, console_user_openid(call), call->now, &attempt)
		|| attempt.staff != console_user_of(call)->session.staff)
		return RESULT_OK;
	*address = openid_provider_address(console->openid, call->context, &attempt, &why);
	if (*address)
		return RESULT_OK;
	openid_log(call, why);
	return openid_tell(call, out, "down", ERR_UNAVAILABLE);
}

enum result openid_own_ask(const struct call *call, struct response *out)
{
	const char *address, *subject, *name;
	struct form_page form = { .name = "openid-own", .table = OPENID_OWN_FIELDS };
	if (!console_of(call)->openid)
		return page_go(call, out, "/admin/account", NULL);
	enum result result = find_way(call, out, &address);
	if (result == RESULT_OK)
		result = read_link(call, console_user_of(call)->session.staff, &subject, &name);
	if (result != RESULT_OK)
		return result;
	json_object *data = page_new(call, "form.openid-own.title", NULL);
	json_put_text(data, "provider", openid_provider_settings(console_of(call)->openid)->name);
	json_put_bool(data, "is_linked", subject);
	json_put_text(data, "address", address);
	json_put(data, "fields", form_page_fields(call, out, &form));
	return page_show(call, out, "openid_own", data);
}

enum result openid_own_send(const struct call *call, struct response *out)
{
	const struct openid_own_form *form = call->fields;
	const struct console *console = console_of(call);
	const struct session *session = &console_user_of(call)->session;
	struct openid_attempt attempt;
	uint64_t staff;
	int64_t wait = 0;
	struct sign_in try = { session->email, form->current_password, call->request->address,
		SIGN_IN_OWN, call->now };
	enum result result = sign_in_by_password(
		console->db, call->context, console->secret, &try, &staff, &wait);
	out->retry_after = (unsigned)wait;
	if (result == ERR_UNAUTHORIZED)
		return response_field_error(out, ERR_INVALID, "current_password", "is not right");
	if (result != RESULT_OK)
		return result;
	openid_attempt_new(
		call->context, console->secret, session->staff, NULL, call->now, &attempt);
	console_user_set_openid_cookie(call, out, attempt.cookie);
	return page_go(call, out, "/admin/account/openid", NULL);
}

/* --- anybody's, by an owner --- */

enum result openid_staff_ask(const struct call *call, struct response *out)
{
	const struct openid_staff_form *fields = call->fields;
	const char *subject, *name,
		*back = memory_format(call->context, "/admin/staff/%" PRIu64, fields->staff);
	if (!console_of(call)->openid)
		return page_go(call, out, back, NULL);
	enum result result = read_link(call, fields->staff, &subject, &name);
	if (result != RESULT_OK)
		return result;
	struct openid_staff_form values = { fields->staff, subject, false };
	json_object *data = page_new(call, "form.staff-openid.title", "staff");
	json_put_text(data, "name", name);
	json_put_text(data, "provider", openid_provider_settings(console_of(call)->openid)->name);
	return form_page_show(call, out,
		&(struct form_page){ .name = "staff-openid",
			.table = OPENID_STAFF_FIELDS,
			.values = &values,
			.back = back },
		data);
}

enum result openid_staff_send(const struct call *call, struct response *out)
{
	const struct openid_staff_form *form = call->fields;
	const struct openid_provider *provider = console_of(call)->openid;
	if (!provider)
		return ERR_NOT_FOUND;
	if (!form->subject && form->removes_password)
		return response_field_error(out, ERR_INVALID, "remove_password", "needs a subject");
	struct edit edit = page_edit(call);
	enum result result = staff_edit_link(&edit,
		&(struct staff_link){ .id = form->staff,
			.subject = form->subject,
			.issuer = openid_provider_settings(provider)->issuer,
			.removes_password = form->removes_password });
	return page_edited(call, out, &edit, result, "/admin/staff",
		form->subject ? "staff-linked" : "staff-unlinked");
}
