/* SPDX-License-Identifier: MIT */
/* Parses bodies of HTML forms: application/x-www-form-urlencoded, and multipart/form-data for forms
 * with files. The values are not validated yet. */
#ifndef DOJANG_WEB_FORM_H
#define DOJANG_WEB_FORM_H

#include "web/request.h"

enum { FORM_PAIRS_MAXIMUM = 64 };

struct form_pair {
	struct request_text name, value;
	const char *bytes; /* the value as it came, for files that are not UTF-8 */
	size_t size;
};
struct form {
	struct form_pair pairs[FORM_PAIRS_MAXIMUM];
	size_t count;
};

/* Reads the body of the request, at most limit bytes. RESULT_OK; ERR_TOO_LARGE; ERR_BAD_REQUEST
 * when it does not decode, has a name twice or too many names. */
enum result form_read(const struct request *request, size_t limit, struct form *form);
/* The text of a field; NULL when it was not sent. */
const char *form_text(const struct form *form, const char *name);

#endif
