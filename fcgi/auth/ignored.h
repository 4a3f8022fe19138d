/* SPDX-License-Identifier: MIT */
/* What an issuer publishes and Dojang does not use, with reasons; for diagnosis. */
#ifndef DOJANG_AUTH_IGNORED_H
#define DOJANG_AUTH_IGNORED_H

#include <stdbool.h>
#include <stddef.h>

struct ignored_item {
	const char *what, *why; /* "key \"abc\"", "its use is not sig" */
	bool is_usual;          /* false: something may not work because of it */
};

struct ignored {
	const void *context;
	struct ignored_item *items;
	size_t count;
};

/* The texts must live as long as the list's context. */
void ignored_add(struct ignored *list, bool is_usual, const char *what, const char *why);

#endif
