/* SPDX-License-Identifier: MIT */
/* Fields of signing in and of choosing a language. */
#ifndef DOJANG_CONSOLE_SIGN_IN_H
#define DOJANG_CONSOLE_SIGN_IN_H

#include "base/fields.h"

struct sign_in_fields {
	const char *email, *password, *back;
};
extern const struct field SIGN_IN_FIELDS[], SIGN_IN_PAGE_FIELDS[];
struct language_fields {
	int language;
	const char *back;
};
extern const struct field LANGUAGE_FIELDS[];

/* The target after the sign-in: back when it is a page of the console, else the overview. */
const char *sign_in_return_path(const char *back);

#endif
