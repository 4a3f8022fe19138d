/* SPDX-License-Identifier: MIT */
/* Fields of the pages about the API keys of the shop's backend, and the page that shows a secret
 * once. */
#ifndef DOJANG_CONSOLE_KEYS_H
#define DOJANG_CONSOLE_KEYS_H

#include "console/page.h"

struct key_form {
	uint64_t key;
	const char *name;
	bool users_read, users_export, users_delete, points_write, claims_write, stock_write,
		events_read, claims_read, stock_read, attendance_write, payouts_write;
	date expires;
	int64_t overlap;
};
extern const struct field KEY_FIELDS[], KEY_NEW_FIELDS[], KEY_ROTATE_FIELDS[];

/* The page that shows a secret once: texts "page.NAME" and "secret.NAME" of the catalogue. It
 * cannot be shown again: a repeated form leads to back. */
struct secret_page {
	const char *name, *section, *secret, *back;
};
enum result secret_page_show(
	const struct call *call, struct response *out, const struct secret_page *page);

#endif
