/* SPDX-License-Identifier: MIT */
/* List cursors: a position, authenticated with HMAC-SHA256 and bound to the list, its filter and
 * the caller. */
#ifndef DOJANG_WEB_CURSOR_H
#define DOJANG_WEB_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

/* list names the list and its filter ("claims?state=shipped"). caller is the id of the caller; 0
 * when the list is the same for all. */
char *cursor_write(const void *context, const char *secret, const char *list, uint64_t caller,
	uint64_t position);
/* False when the cursor was not made for exactly this list, filter and caller. */
bool cursor_read(const void *context, const char *secret, const char *list, uint64_t caller,
	const char *cursor, uint64_t *position);

/* The same for a list with another sort key: key is the row's value of it (NULL is ""). */
char *cursor_write_sorted(const void *context, const char *secret, const char *list,
	uint64_t caller, const char *key, uint64_t position);
bool cursor_read_sorted(const void *context, const char *secret, const char *list, uint64_t caller,
	const char *cursor, const char **key, uint64_t *position);

#endif
