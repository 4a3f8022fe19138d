/* SPDX-License-Identifier: MIT */
/* Appends to text, and escapes it when it becomes markup. */
#include "web/writer.h"

#include "base/memory.h"

#include <string.h>

enum { INITIAL_CAPACITY = 256 };

static void make_room(struct writer *writer, size_t length)
{
	size_t wanted = writer->length + length + 1;
	if (wanted <= writer->capacity)
		return;
	size_t capacity = writer->capacity ? writer->capacity : INITIAL_CAPACITY;
	while (capacity < wanted)
		capacity *= 2;
	writer->text = memory_grow(writer->context, writer->text, char, capacity);
	writer->capacity = capacity;
}

void writer_put(struct writer *writer, const char *bytes, size_t length)
{
	if (length == 0)
		return;
	make_room(writer, length);
	memcpy(writer->text + writer->length, bytes, length);
	writer->length += length;
	writer->text[writer->length] = 0;
}

void writer_put_text(struct writer *writer, const char *text)
{
	writer_put(writer, text, strlen(text));
}

static const char *entity_of(char character)
{
	switch (character) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

void writer_put_escaped(struct writer *writer, const char *bytes, size_t length)
{
	size_t start = 0;
	for (size_t i = 0; i < length; i++) {
		const char *entity = entity_of(bytes[i]);
		if (!entity)
			continue;
		writer_put(writer, bytes + start, i - start);
		writer_put_text(writer, entity);
		start = i + 1;
	}
	writer_put(writer, bytes + start, length - start);
}

const char *writer_text(const struct writer *writer)
{
	return writer->text ? writer->text : "";
}

struct markup markup_from_text(const void *context, const char *text)
{
	struct writer writer = { .context = context };
	writer_put_escaped(&writer, text, strlen(text));
	return (struct markup){ writer_text(&writer) };
}
