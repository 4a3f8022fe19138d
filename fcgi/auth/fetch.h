/* SPDX-License-Identifier: MIT */
/* Fetches a small document, only from the given address. */
#ifndef DOJANG_AUTH_FETCH_H
#define DOJANG_AUTH_FETCH_H

#include <stdbool.h>

enum { FETCH_MILLISECONDS = 2000, FETCH_MAXIMUM = 256 * 1024 };

/* Returns the body of a 200, at most FETCH_MAXIMUM bytes, without NUL and byte order mark.
 * Otherwise returns NULL and sets *fault to a sentence. Takes at most FETCH_MILLISECONDS, including
 * name resolution and TLS. Follows no redirect, verifies the server's certificate, and uses plain
 * http only with allows_http. */
char *fetch_text(const void *context, const char *uri, bool allows_http, const char **fault);

struct fetch_form {
	const char *uri;
	bool allows_http;
	const char *body;            /* application/x-www-form-urlencoded */
	const char *user, *password; /* HTTP Basic, already encoded; NULL: none */
};

/* The same for a POST of a form. Also returns the body of a 400 or 401, with *is_refused set: it
 * has the reason in JSON. */
char *fetch_posted(
	const void *context, const struct fetch_form *form, bool *is_refused, const char **fault);

#endif
