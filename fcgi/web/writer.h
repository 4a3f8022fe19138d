/* SPDX-License-Identifier: MIT */
/* Growing text, and markup: a type for HTML that only this module creates, so that external text
 * cannot be mistaken for it. */
#ifndef DOJANG_WEB_WRITER_H
#define DOJANG_WEB_WRITER_H

#include <stddef.h>

/* HTML that is safe to show. Text becomes markup only by escaping, never by a cast. */
struct markup {
	const char *html;
};

struct writer {
	const void *context; /* memory for the text */
	/* NULL until something is written; then ended by a NUL */
	char *text;
	size_t length, capacity;
};

void writer_put(struct writer *writer, const char *bytes, size_t length);
void writer_put_text(struct writer *writer, const char *text);
/* The same with & < > " ' as HTML entities. */
void writer_put_escaped(struct writer *writer, const char *bytes, size_t length);
/* The text so far; "" when nothing was written. */
const char *writer_text(const struct writer *writer);

struct markup markup_from_text(const void *context, const char *text);

#endif
