/* SPDX-License-Identifier: MIT */
/* Text that grows, and markup: HTML that only this room makes, so that what came from outside
 * cannot be taken for it. */
#ifndef DOJANG_WEB_WRITER_H
#define DOJANG_WEB_WRITER_H

#include <stddef.h>

/* HTML that is safe to show. A type of its own: text becomes markup by being escaped, never by a
 * cast. */
struct markup {
	const char *html;
};

struct writer {
	const void *context; /* the text goes below it */
	/* NULL until something was put; else with a NUL behind it */
	char *text;
	size_t length, room;
};

void writer_put(struct writer *writer, const char *bytes, size_t length);
void writer_put_text(struct writer *writer, const char *text);
/* The same with & < > " ' as HTML entities. */
void writer_put_escaped(struct writer *writer, const char *bytes, size_t length);
/* What was put so far; "" when nothing was. */
const char *writer_text(const struct writer *writer);

struct markup markup_from_text(const void *context, const char *text);

#endif
