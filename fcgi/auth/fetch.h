/* SPDX-License-Identifier: MIT */
/* Gets a small public document, from nowhere but where it was told. */
#ifndef DOJANG_AUTH_FETCH_H
#define DOJANG_AUTH_FETCH_H

#include <stdbool.h>

enum { FETCH_MILLISECONDS = 2000, FETCH_MAXIMUM = 256 * 1024 };

/* The body of a 200, of FETCH_MAXIMUM bytes at most, without NUL; else NULL, and *fault says why in words. Takes FETCH_MILLISECONDS at
 * most, names and TLS included; follows no redirect; the server's certificate must hold; plain http only where allows_http. */
char *fetch_text(const void *context, const char *uri, bool allows_http, const char **fault);

#endif
