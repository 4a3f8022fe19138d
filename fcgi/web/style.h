/* SPDX-License-Identifier: MIT */
/* The shop's own style sheet, which replaces the installed one. */
#ifndef DOJANG_WEB_STYLE_H
#define DOJANG_WEB_STYLE_H

#include <stdbool.h>

/* Reads assets/NAME of the directory (may be NULL) into *style, below context; NULL when there is
 * none. False, with *error set, when it cannot be read. */
bool style_load(const void *context, const char *directory, const char *name, const char **style,
	const char **error);

#endif
