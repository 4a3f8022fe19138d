/* SPDX-License-Identifier: MIT */
/* Fields of the pages about goods that wait to be shipped. */
#ifndef DOJANG_CONSOLE_TO_SHIP_H
#define DOJANG_CONSOLE_TO_SHIP_H

#include "base/fields.h"

struct to_ship_fields {
	const char *cursor;
};
extern const struct field TO_SHIP_FIELDS[];

struct addresses_form {
	const char *reason;
};
extern const struct field ADDRESSES_FIELDS[];

#endif
