/* SPDX-License-Identifier: MIT */
/* Gets a small document, from nowhere but where it was told. */
#ifndef DOJANG_AUTH_FETCH_H
#define DOJANG_AUTH_FETCH_H

#include <stdbool.h>

enum { FETCH_MILLISECONDS = 2000, FETCH_MAXIMUM = 256 * 1024 };

/* The body of a 200, of FETCH_MAXIMUM bytes at most, without NUL; else NULL, and *fault says why in
 * words. Takes FETCH_MILLISECONDS at most, names and TLS included; follows no redirect; the
 * server's certificate must hold; plain http only where allows_http. */
char *fetch_text(const void *context, const char *uri, bool allows_http, const char **fault);

struct fetch_form {
	const char *uri;
	bool allows_http;
	const char *body;            /* application/x-www-form-urlencoded */
	const char *user, *password; /* HTTP Basic, as they are to be sent; NULL: none */
};

/* The same for a form that is posted. The body of a 400 or 401 is answered too, with *is_refused:
 * it says why in JSON. */
char *fetch_posted(
	const void *context, const struct fetch_form *form, bool *is_refused, const char **fault);

#endif
