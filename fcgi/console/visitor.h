/* SPDX-License-Identifier: MIT */
/* From a cookie to a person of staff, and what keeps others from sending forms in that person's
 * name. */
#ifndef DOJANG_CONSOLE_VISITOR_H
#define DOJANG_CONSOLE_VISITOR_H

#include "console/service.h"

/* Fills call->caller for every route, ROLE_ANYONE too. Without a session a page leads to the
 * sign-in; a change is refused. */
enum result visitor_authorize(
	struct call *call, const struct route *route, enum role role, struct response *out);
/* The form came from one of our pages, shown to this very visitor: Origin and token. */
enum result visitor_guard_form(const struct call *call, const struct route *route);
/* For errors before anybody was looked for: the language alone. */
void visitor_guess(struct call *call);

/* The cookie that holds token, or that ends it (NULL). */
void visitor_set_cookie(struct response *out, const char *token);
void visitor_set_language_cookie(struct response *out, enum language language);
/* The cookie of an attempt to sign in by OpenID (auth/openid_attempt.h), or its end (NULL). */
void visitor_set_openid_cookie(struct response *out, const char *value);
const char *visitor_openid(const struct call *call);
/* A word that the next page shows: "done.NAME" of the catalogue; NULL: nothing any more. */
void visitor_set_done_cookie(struct response *out, const char *name);
const char *visitor_done(const struct call *call);

#endif
