/* SPDX-License-Identifier: MIT */
/* Bodies of forms with files (multipart/form-data, RFC 7578), into the pairs of any other form. */
#ifndef DOJANG_WEB_MULTIPART_H
#define DOJANG_WEB_MULTIPART_H

#include "web/form.h"

/* Is it such a body, by its type? */
bool multipart_is(const char *content_type);
/* Adds a pair for each part: files lose their names, and a value that is no text (NUL, not UTF-8)
 * is marked and left empty. ERR_BAD_REQUEST where a part does not end, has no name, or comes twice.
 */
enum result multipart_read(
	const struct request *request, const char *body, size_t length, struct form *form);

#endif
