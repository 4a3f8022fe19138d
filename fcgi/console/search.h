/* SPDX-License-Identifier: MIT */
/* Fields of the search. */
#ifndef DOJANG_CONSOLE_SEARCH_H
#define DOJANG_CONSOLE_SEARCH_H

#include "base/fields.h"

struct search_fields {
	const char *q;
};
extern const struct field SEARCH_FIELDS[];

#endif
