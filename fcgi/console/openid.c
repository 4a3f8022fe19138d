/* SPDX-License-Identifier: MIT */
/* Signs staff in at the shop's OpenID provider. The start is a link, since the content security
 * policy of the page would block the redirect of a form. */
#include "console/openid.h"

#include "auth/openid_provider.h"
#include "auth/openid_staff.h"
#include "auth/sign_in.h"
#include "auth/sign_in_log.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "console/page.h"
#include "console/routes.h"
#include "console/sign_in.h"
#include "console/console_user.h"
#include "records/staff_edit.h"

#include <inttypes.h>

const struct field OPENID_RETURN_FIELDS[] = { QUERY_FIELD(struct openid_return_fields, code,
						      FIELD_TEXT, FIELD_RANGE(1, 3000)),
	QUERY_FIELD(struct openid_return_fields, state, FIELD_TEXT, FIELD_RANGE(1, 200)),
	QUERY_FIELD(struct openid_return_fields, iss, FIELD_TEXT, FIELD_RANGE(1, 255)),
	QUERY_FIELD(struct openid_return_fields, error, FIELD_TEXT, FIELD_RANGE(1, 200)), { 0 } };

enum { DOWN_RETRY_SECONDS = 5 };

/* --- in words --- */

void openid_log(const struct call *call, const char *why)
{
	log_write("openid_failed", LOG_TEXT("program", "console"),
		LOG_TEXT("id", call->request->id), LOG_TEXT("why", why));
}

enum result openid_tell(
	const struct call *call, struct response *out, const char *outcome, enum result result)
{
	json_object *data = page_new(call, "openid.title", NULL);
	/* not the current address: it contains the provider's parameters */
	json_put_text(data, "here", "/admin/sign-in");
	json_put_text(data, "outcome", outcome);
	json_put_text(data, "provider", openid_provider_settings(console_of(call)->openid)->name);
	json_put_number(data, "wait", out->retry_after);
	console_user_set_openid_cookie(call, out, NULL);
	out->is_shown = is_success(page_show(call, out, "openid", data));
	return result;
}

static enum result tell_down(const struct call *call, struct response *out, const char *why)
{
	openid_log(call, why);
	out->retry_after = DOWN_RETRY_SECONDS;
	return openid_tell(call, out, "down", ERR_UNAVAILABLE);
}

/* --- there --- */

enum result openid_begin(const struct call *call, struct response *out)
{
	const struct sign_in_fields *fields = call->fields;
	const struct console *console = console_of(call);
	struct openid_attempt attempt;
	const char *why;
	if (!console->openid || console_user_of(call)->is_signed_in)
		return page_go(call, out, console->openid ? "/admin/" : "/admin/sign-in", NULL);
	openid_attempt_new(call->context, console->secret, 0, fields->back, call->now, &attempt);
	const char *address = openid_provider_address(
		console->openid, call->context, &attempt, &why);
	if (!address)
		return tell_down(call, out, why);
	console_user_set_openid_cookie(call, out, attempt.cookie);
	return page_go(call, out, address, NULL);
}

/* --- and back --- */

static enum result refuse(const struct call *call, struct response *out, const char *why)
{
	json_object *after = json_attach(call->context, json_new_object());
	json_put_text(after, "by", "openid");
	json_put_text(after, "why", "token");
	openid_log(call, why);
	enum result result = sign_in_log_refused(console_of(call)->db, console_of(call)->secret,
		&(struct sign_in_note){
			"sign-in.refused", 0, call->request->address, call->now, after });
	return result == RESULT_OK ? openid_tell(call, out, "refused", ERR_FORBIDDEN) : result;
}

/* The person has proved to be this subject at the provider, and to own this account by the
 * password. */
static enum result link_account(const struct call *call, struct response *out,
	const struct openid_attempt *attempt, const struct id_token *token)
{
	const struct console *console = console_of(call);
	struct edit edit = { .db = console->db, .context = call->context, .now = call->now };
	edit.actor.name = memory_format(call->context, "staff:%" PRIu64, attempt->staff);
	edit.actor.address = call->request->address;
	enum result result = staff_edit_link(&edit,
		&(struct staff_link){ .id = attempt->staff,
			.is_own = true,
			.issuer = openid_provider_settings(console->openid)->issuer,
			.subject = token->subject });
	if (result == ERR_CONFLICT)
		return openid_tell(call, out, "taken", result);
	if (result != RESULT_OK)
		return result;
	console_user_set_openid_cookie(call, out, NULL);
	return page_go(call, out, "/admin/account", "linked");
}

static enum result admit(const struct call *call, struct response *out,
	const struct openid_attempt *attempt, const struct id_token *token)
{
	const struct console *console = console_of(call);
	const char *session = session_token(call->context);
	enum result result = openid_staff_admit(console->db, call->context,
		&(struct openid_entry){ console->secret, openid_provider_settings(console->openid),
			token, session, call->request->address, call->now });
	if (result == ERR_UNAUTHORIZED || result == ERR_FORBIDDEN)
		return openid_tell(
			call, out, result == ERR_FORBIDDEN ? "group" : "unknown", ERR_FORBIDDEN);
	if (result == RESULT_OK && console_user_of(call)->is_signed_in)
		result = session_end(console->db, console_user_of(call)->token,
			call->request->address, call->now);
	if (result != RESULT_OK)
		return result;
	console_user_set_openid_cookie(call, out, NULL);
	console_user_set_cookie(call, out, session);
	return page_go(call, out, sign_in_return_path(attempt->back), NULL);
}

/* Asks the provider. Too many requests from one address must wait. */
static enum result identify(
	const struct call *call, struct response *out, const struct openid_attempt *attempt)
{
	const struct openid_return_fields *fields = call->fields;
	const struct console *console = console_of(call);
	struct id_token token;
	const char *why;
	struct sign_in_openid count = { .address = call->request->address, .now = call->now };
	enum result result = sign_in_count_openid(
		console->db, call->context, console->secret, &count);
	out->retry_after = (unsigned)count.wait;
	if (result != RESULT_OK)
		return result == ERR_TOO_MANY_REQUESTS ? openid_tell(call, out, "wait", result)
						       : result;
	enum openid_outcome outcome = openid_provider_identify(console->openid, call->context,
		attempt, &(struct openid_answer){ fields->code, fields->iss }, call->now, &token,
		&why);
	if (outcome == OPENID_REFUSED)
		return refuse(call, out, why);
	if (outcome == OPENID_GOOD)
		result = attempt->staff ? link_account(call, out, attempt, &token)
					: admit(call, out, attempt, &token);
	if (outcome == OPENID_DOWN || is_success(result))
		(void)sign_in_forget_openid(console->db, call->context, console->secret, &count);
	return outcome == OPENID_DOWN ? tell_down(call, out, why) : result;
}

/* The person who started linking must still be signed in. */
static bool is_same_person(const struct call *call, const struct openid_attempt *attempt)
{
	const struct console_user *console_user = console_user_of(call);
	return attempt->staff == 0
		|| (console_user->is_signed_in && console_user->session.staff == attempt->staff);
}

enum result openid_return(const struct call *call, struct response *out)
{
	const struct openid_return_fields *fields = call->fields;
	const struct console *console = console_of(call);
	struct openid_attempt attempt;
	enum result result;
	if (!console->openid)
		return page_go(call, out, "/admin/sign-in", NULL);
	if (!openid_attempt_read(
		    call->context, console->secret, console_user_openid(call), call->now, &attempt)
		|| !openid_attempt_has_state(&attempt, fields->state)
		|| !is_same_person(call, &attempt))
		return openid_tell(call, out, "expired", ERR_FORBIDDEN);
	if (!openid_staff_use(console->db, &attempt, call->now, &result))
		return result == ERR_CONFLICT ? openid_tell(call, out, "expired", ERR_FORBIDDEN)
					      : result;
	if (!fields->error)
		return identify(call, out, &attempt);
	openid_log(call, memory_format(call->context, "the provider says %s", fields->error));
	return openid_tell(call, out,
		text_equals(fields->error, "access_denied") ? "cancelled" : "refused",
		ERR_FORBIDDEN);
}
