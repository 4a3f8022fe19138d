/* SPDX-License-Identifier: MIT */
/* From a cookie to a person of staff, and what keeps others from sending forms in that person's
 * name. */
#ifndef DOJANG_CONSOLE_CONSOLE_USER_H
#define DOJANG_CONSOLE_CONSOLE_USER_H

#include "console/service.h"

/* Fills call->caller for every route, ROLE_ANYONE too. Without a session a page leads to the
 * sign-in; a change is refused. */
enum result console_user_authorize(
	struct call *call, const struct route *route, enum role role, struct response *out);
/* The form came from one of our pages, shown to this very console_user: Origin and token. */
enum result console_user_guard_form(const struct call *call, const struct route *route);
/* For errors before anybody was looked for: the language alone. */
void console_user_guess(struct call *call);

/* The cookie that holds token, or that ends it (NULL). */
void console_user_set_cookie(struct response *out, const char *token);
void console_user_set_language_cookie(struct response *out, enum language language);
/* The cookie of an attempt to sign in by OpenID (auth/openid_attempt.h), or its end (NULL). */
void console_user_set_openid_cookie(struct response *out, const char *value);
const char *console_user_openid(const struct call *call);
/* A word that the next page shows: "done.NAME" of the catalogue; NULL: nothing any more. */
void console_user_set_done_cookie(struct response *out, const char *name);
const char *console_user_done(const struct call *call);

#endif
