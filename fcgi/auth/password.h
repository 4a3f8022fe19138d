/* SPDX-License-Identifier: MIT */
/* Passwords of staff, hashed with yescrypt of crypt(3). Takes about 40 ms of CPU, so it is never
 * used in the customers' pool. */
#ifndef DOJANG_AUTH_PASSWORD_H
#define DOJANG_AUTH_PASSWORD_H

#include <stdbool.h>

enum { PASSWORD_MINIMUM = 12, PASSWORD_MAXIMUM = 200 }; /* characters */

/* The hash to be stored, below context. */
char *password_hash(const void *context, const char *password);
/* With hash NULL (no such person) it takes the same time and returns false. */
bool password_verify(const void *context, const char *password, const char *hash);

#endif
