/* SPDX-License-Identifier: MIT */
/* Assembles pages and sends them. */
#include "console/page.h"

#include "base/memory.h"
#include "base/log.h"
#include "base/random.h"
#include "base/text.h"
#include "console/routes.h"
#include "console/console_user.h"
#include "web/problem.h"

#include <inttypes.h>
#include <string.h>

/* path: below /admin/, the section of page_new */
static const struct {
	const char *group, *name, *path;
	enum staff_role role;
	bool is_frequent; /* in the bar at the bottom of a phone's screen */
} SECTIONS[] = {
	{ "shop", "overview", "", STAFF_VIEWER, true },
	{ "shop", "events", "events", STAFF_VIEWER, true },
	{ "shop", "claims", "claims", STAFF_VIEWER, true },
	{ "shop", "customers", "customers", STAFF_VIEWER, true },
	{ "shop", "products", "products", STAFF_VIEWER, true },
	{ "shop", "payouts", "payouts", STAFF_VIEWER, false },
	{ "systems", "messages", "messages", STAFF_VIEWER, false },
	{ "systems", "keys", "keys", STAFF_OWNER, false },
	{ "console", "staff", "staff", STAFF_OWNER, false },
	{ "console", "audit", "audit", STAFF_VIEWER, false },
	{ "console", "settings", "settings", STAFF_OWNER, false },
};

const char *page_text(const struct call *call, const char *key)
{
	const struct catalogue_entry *message = catalogue_find(catalogue_of(call), key);
	return message && message->part_count == 1 ? message->parts[0].text : NULL;
}

bool page_is_section(const char *name)
{
	for (size_t i = 0; i < countof(SECTIONS); i++)
		if (text_equals(SECTIONS[i].name, name))
			return true;
	return false;
}

bool page_may(const struct call *call, enum staff_role role)
{
	return console_user_of(call)->is_signed_in && console_user_of(call)->session.role >= role;
}

/* --- what every page has --- */

static json_object *section_json(size_t index, const char *current)
{
	json_object *item = json_new_object();
	json_put_text(item, "section", SECTIONS[index].name);
	json_put_text(item, "path", SECTIONS[index].path);
	json_put_bool(item, "is_current", text_equals(SECTIONS[index].path, current));
	return item;
}

static void put_menu(json_object *data, const struct call *call, const char *current)
{
	json_object *groups = json_new_array(), *frequent = json_new_array(), *items = NULL;
	const char *group = NULL;
	for (size_t i = 0; i < countof(SECTIONS); i++) {
		if (!page_may(call, SECTIONS[i].role))
			continue;
		if (!text_equals(group, SECTIONS[i].group)) {
			json_object *json = json_new_object();
			group = SECTIONS[i].group;
			items = json_new_array();
			json_put_text(json, "group", group);
			json_put(json, "items", items);
			json_append(groups, json);
		}
		json_append(items, section_json(i, current));
		if (SECTIONS[i].is_frequent)
			json_append(frequent, section_json(i, current));
	}
	json_put(data, "menu", groups);
	json_put(data, "frequent", frequent);
}

static void put_person(json_object *data, const struct call *call)
{
	const struct console_user *console_user = console_user_of(call);
	json_put_bool(data, "is_signed_in", console_user->is_signed_in);
	json_put_text(data, "me", console_user->is_signed_in ? console_user->session.name : NULL);
	json_put_text(data, "my_role",
		console_user->is_signed_in ? STAFF_ROLES[console_user->session.role] : NULL);
	json_put_bool(data, "may_manage", page_may(call, STAFF_MANAGER));
	json_put_bool(data, "is_owner", page_may(call, STAFF_OWNER));
	json_put_number(data, "dead_letters",
		console_user->is_signed_in ? console_user->session.dead_letters : 0);
}

/* What makes a form valid: the session's token, and a one-time id. */
static void put_form(json_object *data, const struct call *call)
{
	const struct console_user *console_user = console_user_of(call);
	const char *token = console_user->new_token ? console_user->new_token : console_user->token;
	unsigned char bytes[EDIT_FORM_BYTES];
	random_bytes(bytes, sizeof bytes);
	/* not yet, on a page that refuses before it knows the caller */
	json_put_bool(data, "takes_forms", token != NULL);
	json_put_text(data, "csrf",
		token ? session_csrf(call->context, console_of(call)->secret, token) : "");
	json_put_text(data, "form_id", text_to_base64url(call->context, bytes, sizeof bytes));
}

json_object *page_new(const struct call *call, const char *title, const char *section)
{
	const struct console_user *console_user = console_user_of(call);
	json_object *data = json_attach(call->context, json_new_object());
	const char *done = console_user_done(call);
	bool is_done = done && page_text(call, memory_format(call->context, "done.%s", done));
	json_put_text(data, "language", language_code(console_user->language));
	json_put_text(data, "other_language",
		language_code(console_user->language == LANGUAGE_KO ? LANGUAGE_EN : LANGUAGE_KO));
	json_put_text(data, "style",
		console_of(call)->own_style ? "/admin/console.css" : "/assets/console.css");
	json_put_text(data, "title", title);
	json_put_text(data, "here", call->request->target);
	json_put_text(data, "here_alone",
		memory_format(call->context, "%.*s", (int)strcspn(call->request->target, "?"),
			call->request->target));
	json_put_text(data, "done", is_done ? done : NULL);
	put_menu(data, call, section);
	put_person(data, call);
	put_form(data, call);
	return data;
}

/* --- showing --- */

/* The referrer policy lets forms send their origin; "no-referrer" would make it null. */
static void put_headers(struct response *out)
{
	response_header(out, "Content-Security-Policy",
		"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
		"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
	response_header(out, "Referrer-Policy", "same-origin");
	response_header(out, "Cross-Origin-Opener-Policy", "same-origin");
	response_header(out, "X-Frame-Options", "DENY");
	response_header(out, "Vary", "Cookie, Accept-Language");
}

enum result page_show_view(const struct call *call, struct response *out, const char *name,
	json_object *data, const char *time_zone, const struct template_markup *markups,
	size_t markup_count)
{
	const struct console *console = console_of(call);
	const char *error = NULL;
	struct markup markup;
	const struct template_view view = { .catalogue = catalogue_of(call),
		.markups = markups,
		.markup_count = markup_count,
		.now = call->now,
		.time_zone = time_zone ? time_zone : console->settings->notifier.digest_time_zone };
	if (!template_render(console->templates,
		    memory_format(call->context, "console/%s.html", name), data, &view,
		    call->context, &markup, &error)) {
		log_write("page_failed", LOG_TEXT("program", "console"),
			LOG_TEXT("id", call->request->id), LOG_TEXT("why", error));
		return ERR_INTERNAL;
	}
	if (console_user_of(call)->new_token)
		console_user_set_cookie(call, out, console_user_of(call)->new_token);
	if (console_user_done(call))
		console_user_set_done_cookie(call, out, NULL);
	put_headers(out);
	out->text = markup.html;
	out->content_type = "text/html; charset=utf-8";
	return RESULT_OK;
}

enum result page_show(
	const struct call *call, struct response *out, const char *name, json_object *data)
{
	return page_show_view(call, out, name, data, NULL, NULL, 0);
}

enum result page_style(const struct call *call, struct response *out)
{
	const char *style = console_of(call)->own_style;
	if (!style)
		return page_go(call, out, "/assets/console.css", NULL);
	out->text = style;
	out->content_type = "text/css; charset=utf-8";
	return RESULT_OK;
}

enum result page_go(
	const struct call *call, struct response *out, const char *path, const char *done)
{
	(void)call;
	response_header(out, "Location", path);
	if (done)
		console_user_set_done_cookie(call, out, done);
	return RESULT_SEE_OTHER;
}

/* The texts of an error: "error.404.title" and "error.404.text". */
static int words_of(int status)
{
	static const int KNOWN[] = { 400, 403, 404, 405, 409, 413, 429, 503 };
	for (size_t i = 0; i < countof(KNOWN); i++)
		if (KNOWN[i] == status)
			return status;
	return status < 500 ? 400 : 500;
}

void page_error(struct call *call, struct response *out)
{
	int status = problem_of(out->result)->status;
	if (!call->caller)
		console_user_guess(call);
	json_object *data = page_new(
		call, memory_format(call->context, "error.%d.title", words_of(status)), NULL);
	json_put_number(data, "status", status);
	json_put_text(
		data, "explanation", memory_format(call->context, "%d.text", words_of(status)));
	json_put_text(data, "request_id", call->request->id);
	out->json = NULL;
	if (!is_success(page_show(call, out, "error", data))) {
		out->text = "Something went wrong here.\n";
		out->content_type = "text/plain; charset=utf-8";
	}
}

/* --- changes --- */

struct edit page_edit(const struct call *call)
{
	const char *form = form_text(call->form, "_form");
	unsigned char *bytes = NULL;
	size_t length = 0;
	struct edit edit = { .db = console_of(call)->db,
		.context = call->context,
		.now = call->now,
		.received = call->request->received };
	edit.actor.name = memory_format(
		call->context, "staff:%" PRIu64, console_user_of(call)->session.staff);
	edit.actor.address = call->request->address;
	if (form && text_from_base64url(call->context, form, strlen(form), &bytes, &length)
		&& length == EDIT_FORM_BYTES)
		edit.form = bytes;
	return edit;
}

enum result page_edited(const struct call *call, struct response *out, const struct edit *edit,
	enum result result, const char *path, const char *done)
{
	if (edit->is_repeated)
		return page_go(call, out, path, "repeated");
	if (is_success(result))
		return page_go(call, out, path, done);
	for (size_t i = 0; i < edit->errors.count; i++)
		field_errors_add(&out->errors, out->context, edit->errors.items[i].field,
			edit->errors.items[i].detail);
	return result;
}
