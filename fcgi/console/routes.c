/* SPDX-License-Identifier: MIT */
/* The console's whole surface: who may see and who may change what. */
#include "console/routes.h"

#include "base/memory.h"
#include "console/events.h"
#include "console/sign_in.h"

enum { NO_BODY = 0, FORM = 48 * 1024 };

#define FIELDS(table, target) .fields = (table), .fields_size = sizeof(target)
#define SEE(path_, role_, table, target, handler_) { "GET", (path_), (role_), 0, NO_BODY, FIELDS(table, target), .handle = (handler_) }
#define SHOW(path_, role_, handler_) { "GET", (path_), (role_), 0, NO_BODY, .handle = (handler_) }
/* A page with a form, and where it is sent: refused, it is shown again. */
#define ASK(path_, role_, shown, table, target, show, send) \
	{ "GET", (path_), (role_), 0, NO_BODY, FIELDS(shown, target), .handle = (show) }, \
	{ "POST", (path_), (role_), 0, FORM, FIELDS(table, target), .handle = (send), .show_again = (show) }
/* A button. */
#define DO(path_, role_, table, target, handler_) { "POST", (path_), (role_), 0, FORM, FIELDS(table, target), .handle = (handler_) }
#define PRESS(path_, role_, handler_) { "POST", (path_), (role_), 0, FORM, .handle = (handler_) }

const struct route CONSOLE_ROUTES[] = {
	SHOW("/admin", ROLE_VIEWER, home),
	SHOW("/admin/", ROLE_VIEWER, home),
	SHOW("/admin/sign-in", ROLE_ANYONE, sign_in_form),
	{ "POST", "/admin/sign-in", ROLE_ANYONE, 0, FORM, FIELDS(SIGN_IN_FIELDS, struct sign_in_fields), .handle = sign_in_send, .show_again = sign_in_form },
	PRESS("/admin/sign-out", ROLE_VIEWER, sign_out),
	PRESS("/admin/sign-out-everywhere", ROLE_VIEWER, sign_out_everywhere),
	DO("/admin/language", ROLE_ANYONE, LANGUAGE_FIELDS, struct language_fields, language_choose),

	SEE("/admin/events", ROLE_VIEWER, EVENT_LIST_FIELDS, struct event_list_fields, event_list),
	SEE("/admin/events.csv", ROLE_VIEWER, EVENT_LIST_FIELDS, struct event_list_fields, event_export),
};
const size_t CONSOLE_ROUTE_COUNT = countof(CONSOLE_ROUTES);
