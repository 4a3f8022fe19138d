/* SPDX-License-Identifier: MIT */
/* Finds the person behind a cookie, and protects forms against forgery. */
#ifndef DOJANG_CONSOLE_CONSOLE_USER_H
#define DOJANG_CONSOLE_CONSOLE_USER_H

#include "console/service.h"

/* Fills call->caller for every route, also for ROLE_ANYONE. Without a session, pages redirect to
 * the sign-in and changes are refused. */
enum result console_user_authorize(
	struct call *call, const struct route *route, enum role role, struct response *out);
/* True when the form is from a page of the console, shown in this session: checks Origin and token.
 */
enum result console_user_guard_form(const struct call *call, const struct route *route);
/* For errors before the route is known: sets who it is, or nobody if there is no session or it
 * cannot be read. */
void console_user_guess(struct call *call);

/* Sets the cookie to token, or deletes it (NULL). */
void console_user_set_cookie(const struct call *call, struct response *out, const char *token);
void console_user_set_language_cookie(
	const struct call *call, struct response *out, enum language language);
/* Sets the cookie of an OpenID sign-in (auth/openid_attempt.h), or deletes it (NULL). */
/* The cookie of a known device (auth/device.h). */
void console_user_set_device_cookie(
	const struct call *call, struct response *out, const char *value);
const char *console_user_device(const struct call *call);
void console_user_set_openid_cookie(
	const struct call *call, struct response *out, const char *value);
const char *console_user_openid(const struct call *call);
/* The event that the overview showed last, until the browser is closed. It may not exist any more.
 */
void console_user_set_overview_cookie(
	const struct call *call, struct response *out, const char *slug);
const char *console_user_overview(const struct call *call);
/* A notice for the next page: "done.NAME" of the catalogue; NULL deletes it. */
void console_user_set_done_cookie(const struct call *call, struct response *out, const char *name);
const char *console_user_done(const struct call *call);

#endif
