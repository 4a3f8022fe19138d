/* SPDX-License-Identifier: MIT */
/* Passwords of staff, by crypt(3)'s yescrypt: about 40 ms of one processor each, so never in the
 * customers' pool. */
#ifndef DOJANG_AUTH_PASSWORD_H
#define DOJANG_AUTH_PASSWORD_H

#include <stdbool.h>

enum { PASSWORD_MINIMUM = 12, PASSWORD_MAXIMUM = 200 }; /* characters */

/* The hash to be stored, below context. */
char *password_hash(const void *context, const char *password);
/* hash NULL (there is no such person): takes the same time, and is false. */
bool password_verify(const void *context, const char *password, const char *hash);

#endif
