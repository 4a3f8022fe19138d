/* SPDX-License-Identifier: MIT */
/* The shop's own style sheet, which takes the place of the one that came with the program. */
#ifndef DOJANG_WEB_STYLE_H
#define DOJANG_WEB_STYLE_H

#include <stdbool.h>

/* *style is assets/NAME below the directory (may be NULL), below context; NULL: there is none.
 * False and *error when it cannot be read. */
bool style_load(const void *context, const char *directory, const char *name, const char **style,
	const char **error);

#endif
