/* SPDX-License-Identifier: MIT */
/* Fields of shipping many claims at once. */
#ifndef DOJANG_CONSOLE_SHIPPING_H
#define DOJANG_CONSOLE_SHIPPING_H

#include "base/fields.h"

struct shipping_form {
	struct field_bytes file;
	const char *lines;
	bool is_confirmed;
	bool are_handed_over; /* claims without an address are shipped too */
};
extern const struct field SHIPPING_FIELDS[];

#endif
