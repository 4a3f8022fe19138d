/* SPDX-License-Identifier: MIT */
/* Handles cookies, sessions, languages and the protection of forms. */
#include "console/console_user.h"

#include "auth/device.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SECURE_PREFIX "__Host-"
#define SESSION_COOKIE SECURE_PREFIX "dojang"
#define LANGUAGE_COOKIE SECURE_PREFIX "dojang-language"
#define DONE_COOKIE SECURE_PREFIX "dojang-done"
#define DEVICE_COOKIE SECURE_PREFIX "dojang-device"
#define OVERVIEW_COOKIE SECURE_PREFIX "dojang-overview"
#define OPENID_COOKIE SECURE_PREFIX "dojang-openid"

enum { TOKEN_CHARACTERS = 43 };

/* --- language --- */

/* "0.8" as 800; 1000 without a weight. */
static int weight_of(const void *context, const char *item, size_t size)
{
	const char *q = strstr(memory_copy_bytes(context, item, size), "q=");
	return q ? (int)(strtod(q + 2, NULL) * 1000) : 1000;
}

/* The preferred supported language of Accept-Language; Korean when it names none. */
static enum language accepted(const void *context, const char *header)
{
	enum language best = LANGUAGE_KO, language;
	int best_weight = 0;
	for (const char *at = header ? header : ""; *at;) {
		at += strspn(at, ", ");
		size_t size = strcspn(at, ",");
		char code[3] = { 0 };
		memcpy(code, at, size < 2 ? size : 2);
		bool is_two = size >= 2 && (size == 2 || strchr("-; ", at[2]));
		int weight = weight_of(context, at, size);
		if (is_two && language_find(code, &language) && weight > best_weight) {
			best = language;
			best_weight = weight;
		}
		at += size;
	}
	return best;
}

/* --- cookies --- */

/* WebKit browsers such as Safari drop Secure cookies from http://127.0.0.1. */
static bool has_plain_cookies(const struct call *call)
{
	return console_of(call)->settings->demo.has_plain_cookies;
}

/* The name (which has SECURE_PREFIX) as this console uses it. */
static const char *cookie_name(const struct call *call, const char *name)
{
	return has_plain_cookies(call) ? name + strlen(SECURE_PREFIX) : name;
}

static const char *find_cookie(const struct call *call, const char *name)
{
	return request_cookie(call->request, cookie_name(call, name));
}

/* seconds: the lifetime; negative: until the browser is closed. */
static void set_cookie(const struct call *call, struct response *out, const char *name,
	const char *value, int seconds)
{
	const char *age = seconds < 0 ? "" : memory_format(out->context, "; Max-Age=%d", seconds);
	const char *secure = has_plain_cookies(call) ? "" : "Secure; ";
	response_header(out, "Set-Cookie",
		memory_format(out->context, "%s=%s; Path=/; %sHttpOnly; SameSite=Lax%s",
			cookie_name(call, name), value, secure, age));
}

void console_user_set_cookie(const struct call *call, struct response *out, const char *token)
{
	set_cookie(call, out, SESSION_COOKIE, token ? token : "", token ? -1 : 0);
}

void console_user_set_device_cookie(
	const struct call *call, struct response *out, const char *value)
{
	set_cookie(call, out, DEVICE_COOKIE, value, DEVICE_SECONDS);
}

const char *console_user_device(const struct call *call)
{
	return find_cookie(call, DEVICE_COOKIE);
}

void console_user_set_language_cookie(
	const struct call *call, struct response *out, enum language language)
{
	set_cookie(call, out, LANGUAGE_COOKIE, language_code(language), 365 * 86400);
}

void console_user_set_overview_cookie(
	const struct call *call, struct response *out, const char *slug)
{
	set_cookie(call, out, OVERVIEW_COOKIE, slug, -1);
}

const char *console_user_overview(const struct call *call)
{
	return find_cookie(call, OVERVIEW_COOKIE);
}

void console_user_set_done_cookie(const struct call *call, struct response *out, const char *name)
{
	set_cookie(call, out, DONE_COOKIE, name ? name : "", name ? 60 : 0);
}

void console_user_set_openid_cookie(
	const struct call *call, struct response *out, const char *value)
{
	set_cookie(
		call, out, OPENID_COOKIE, value ? value : "", value ? OPENID_ATTEMPT_SECONDS : 0);
}

const char *console_user_openid(const struct call *call)
{
	return find_cookie(call, OPENID_COOKIE);
}

const char *console_user_done(const struct call *call)
{
	return find_cookie(call, DONE_COOKIE);
}

static const char *token_of(const struct call *call)
{
	const char *token = find_cookie(call, SESSION_COOKIE);
	return token && strlen(token) == TOKEN_CHARACTERS ? token : NULL;
}

/* --- who it is --- */

static enum language language_of(const struct call *call, const struct session *session)
{
	enum language language;
	if (session && session->language && language_find(session->language, &language))
		return language;
	if (language_find(find_cookie(call, LANGUAGE_COOKIE), &language))
		return language;
	return accepted(call->context, call->request->accept_language);
}

static enum result find_session(struct call *call, struct console_user *console_user)
{
	console_user->token = token_of(call);
	enum result result = console_user->token ? session_find(console_of(call)->db, call->context,
				     console_user->token, call->now, &console_user->session)
						 : ERR_UNAUTHORIZED;
	console_user->is_signed_in = result == RESULT_OK;
	console_user->language = language_of(
		call, console_user->is_signed_in ? &console_user->session : NULL);
	return result;
}

void console_user_guess(struct call *call)
{
	struct console_user *console_user = memory_new(call->context, struct console_user);
	call->caller = console_user;
	(void)find_session(call, console_user);
}

static enum staff_role least_role(enum role role)
{
	return role == ROLE_VIEWER     ? STAFF_VIEWER
		: role == ROLE_MANAGER ? STAFF_MANAGER
				       : STAFF_OWNER;
}

/* The sign-in redirects to the requested page. */
static const char *sign_in_address(const struct call *call)
{
	const char *target = call->request->target;
	if (strlen(target) > OPENID_BACK_MAXIMUM || text_equals(target, "/admin")
		|| text_equals(target, "/admin/"))
		return "/admin/sign-in";
	return memory_format(call->context, "/admin/sign-in?back=%s",
		text_percent_encode(call->context, target));
}

enum result console_user_authorize(
	struct call *call, const struct route *route, enum role role, struct response *out)
{
	struct console_user *console_user = memory_new(call->context, struct console_user);
	call->caller = console_user;
	enum result result = find_session(call, console_user);
	if (role == ROLE_ANYONE) {
		if (!console_user->token && strcmp(route->method, "GET") == 0)
			console_user->new_token = session_token(call->context);
		return result == ERR_UNAUTHORIZED ? RESULT_OK : result;
	}
	if (result == ERR_UNAUTHORIZED && strcmp(route->method, "GET") != 0)
		return ERR_FORBIDDEN;
	if (result == ERR_UNAUTHORIZED) {
		response_header(out, "Location", sign_in_address(call));
		return RESULT_SEE_OTHER;
	}
	if (result == RESULT_OK && console_user->session.role < least_role(role))
		return ERR_FORBIDDEN;
	return result;
}

/* --- forms --- */

/* Browsers send the origin of each form. */
static bool is_own_origin(const struct request *request)
{
	const char *origin = request->origin;
	if (!origin || !request->host)
		return false;
	const char *host = text_starts_with(origin, "https://") ? origin + 8
		: text_starts_with(origin, "http://")           ? origin + 7
								: "";
	return *host && strcasecmp(host, request->host) == 0;
}

enum result console_user_guard_form(const struct call *call, const struct route *route)
{
	(void)route;
	const char *token = token_of(call);
	if (!token || !is_own_origin(call->request)
		|| !session_csrf_is_good(
			console_of(call)->secret, token, form_text(call->form, "_token")))
		return ERR_FORBIDDEN;
	return RESULT_OK;
}
