/* SPDX-License-Identifier: MIT */
/* Signs staff in and out, and sets the language of the pages. */
#include "console/sign_in.h"

#include "auth/device.h"
#include "auth/password.h"
#include "auth/sign_in.h"
#include "base/memory.h"
#include "base/text.h"
#include "console/form_page.h"
#include "console/routes.h"
#include "console/console_user.h"

static const char *const LANGUAGES[] = { [LANGUAGE_KO] = "ko", [LANGUAGE_EN] = "en", NULL };

const struct field SIGN_IN_PAGE_FIELDS[] = {
	QUERY_FIELD(struct sign_in_fields, back, FIELD_TEXT, FIELD_RANGE(1, 1000)), { 0 }
};
const struct field SIGN_IN_FIELDS[] = {
	QUERY_FIELD(struct sign_in_fields, back, FIELD_TEXT, FIELD_RANGE(1, 1000)),
	BODY_FIELD(
		struct sign_in_fields, email, FIELD_TEXT, FIELD_RANGE(1, 254), .is_required = true),
	BODY_FIELD(struct sign_in_fields, password, FIELD_TEXT, FIELD_RANGE(1, PASSWORD_MAXIMUM),
		.is_required = true, .is_secret = true),
	{ 0 },
};
const struct field LANGUAGE_FIELDS[] = {
	BODY_FIELD(struct language_fields, language, FIELD_CHOICE, .choices = LANGUAGES,
		.is_required = true),
	BODY_FIELD(struct language_fields, back, FIELD_TEXT, FIELD_RANGE(1, 1000),
		.is_required = true),
	{ 0 },
};

/* --- signing in --- */

/* Accepts only a path of the console: no other host, no line end, nothing that browsers interpret
 * differently. */
static bool is_own_path(const char *path)
{
	if (!text_starts_with(path, "/admin/") && !text_equals(path, "/admin"))
		return false;
	while (*path > ' ' && *path <= '~' && *path != '\\')
		path++;
	return *path == 0;
}

const char *sign_in_return_path(const char *back)
{
	return back && is_own_path(back) && !text_starts_with(back, "/admin/sign-") ? back
										    : "/admin/";
}

static const char *openid_path(const struct call *call)
{
	const struct sign_in_fields *fields = call->fields;
	const char *back = sign_in_return_path(fields->back);
	if (!console_of(call)->openid || text_equals(back, "/admin/"))
		return console_of(call)->openid ? "/admin/sign-in/openid" : NULL;
	return memory_format(call->context, "/admin/sign-in/openid?back=%s",
		text_percent_encode(call->context, back));
}

enum result sign_in_form(const struct call *call, struct response *out)
{
	if (console_user_of(call)->is_signed_in)
		return page_go(call, out, "/admin/", NULL);
	json_object *data = page_new(call, "form.sign-in.title", NULL);
	struct form_page form = { .name = "sign-in", .table = SIGN_IN_FIELDS };
	json_put(data, "fields", form_page_fields(call, out, &form));
	json_put_text(data, "wrong", out->errors.count ? out->errors.items[0].detail : NULL);
	json_put_number(data, "wait", out->retry_after);
	json_put_text(data, "openid", openid_path(call));
	json_put_text(data, "provider",
		console_of(call)->openid ? openid_provider_settings(console_of(call)->openid)->name
					 : NULL);
	return page_show(call, out, "sign_in", data);
}

/* The same answer for an unknown name and a wrong password. */
static enum result refuse(
	const struct call *call, struct response *out, enum result result, int64_t wait)
{
	out->errors.count = 0;
	field_errors_add(&out->errors, out->context, "sign_in",
		result == ERR_TOO_MANY_REQUESTS ? "wait" : "password");
	out->retry_after = (unsigned)wait;
	out->is_shown = is_success(sign_in_form(call, out));
	return result == ERR_UNAUTHORIZED ? ERR_FORBIDDEN : result;
}

enum result sign_in_send(const struct call *call, struct response *out)
{
	const struct sign_in_fields *fields = call->fields;
	const struct console *console = console_of(call);
	uint64_t staff;
	int64_t wait = 0;
	const char *email = sign_in_email(call->context, fields->email),
		   *device = device_read(
			   call->context, console->secret, email, console_user_device(call));
	struct sign_in attempt = { email, fields->password, call->request->address, device,
		call->now };
	enum result result = sign_in_by_password(
		console->db, call->context, console->secret, &attempt, &staff, &wait);
	if (result == ERR_UNAUTHORIZED || result == ERR_TOO_MANY_REQUESTS)
		return refuse(call, out, result, wait);
	if (result == RESULT_OK && console_user_of(call)->is_signed_in)
		result = session_end(console->db, console_user_of(call)->token,
			call->request->address, call->now);
	const char *token = session_token(call->context);
	if (result == RESULT_OK)
		result = session_begin(console->db,
			&(struct session_start){
				staff, token, "password", call->request->address, call->now });
	if (result != RESULT_OK)
		return result;
	console_user_set_cookie(call, out, token);
	if (!device)
		console_user_set_device_cookie(
			call, out, device_issue(call->context, console->secret, email));
	return page_go(call, out, sign_in_return_path(fields->back), NULL);
}

enum result sign_out(const struct call *call, struct response *out)
{
	enum result result = session_end(console_of(call)->db, console_user_of(call)->token,
		call->request->address, call->now);
	if (result != RESULT_OK)
		return result;
	console_user_set_cookie(call, out, NULL);
	return page_go(call, out, "/admin/sign-in", "signed-out");
}

enum result sign_out_everywhere(const struct call *call, struct response *out)
{
	enum result result = session_end_all(console_of(call)->db,
		console_user_of(call)->session.staff, call->request->address, call->now);
	if (result != RESULT_OK)
		return result;
	console_user_set_cookie(call, out, NULL);
	return page_go(call, out, "/admin/sign-in", "signed-out-everywhere");
}

/* --- language --- */

enum result language_choose(const struct call *call, struct response *out)
{
	const struct language_fields *fields = call->fields;
	const struct console_user *console_user = console_user_of(call);
	enum result result = RESULT_OK;
	if (console_user->is_signed_in)
		result = session_choose_language(console_of(call)->db, console_user->session.staff,
			LANGUAGES[fields->language]);
	if (result != RESULT_OK)
		return result;
	console_user_set_language_cookie(call, out, (enum language)fields->language);
	return page_go(call, out, is_own_path(fields->back) ? fields->back : "/admin/", NULL);
}

enum result home(const struct call *call, struct response *out)
{
	return page_go(call, out, "/admin/", NULL);
}
