/* SPDX-License-Identifier: MIT */
/* Parses bodies of forms with files (multipart/form-data, RFC 7578) into the same pairs as other
 * forms. */
#ifndef DOJANG_WEB_MULTIPART_H
#define DOJANG_WEB_MULTIPART_H

#include "web/form.h"

/* True for a content type of multipart/form-data. */
bool multipart_is(const char *content_type);
/* Adds a pair for each part. File names are dropped. Of a value that is not text (NUL, not UTF-8)
 * only the bytes are kept. ERR_BAD_REQUEST when a part does not end, has no name, or occurs twice.
 */
enum result multipart_read(
	const struct request *request, const char *body, size_t length, struct form *form);

#endif
