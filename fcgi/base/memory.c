/* SPDX-License-Identifier: MIT */
/* Implements memory contexts with talloc. They never return NULL. */
#include "base/memory.h"

#include "base/log.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

struct attachment {
	void *thing;
	void (*release)(void *thing);
};

void memory_exhausted(void)
{
	log_emergency("event=out_of_memory\n");
	abort();
}

void memory_give_back(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

static void *checked(void *memory)
{
	if (!memory)
		memory_exhausted();
	return memory;
}

void *memory_context(const void *parent)
{
	return checked(talloc_named_const(parent, 0, "context"));
}

void *memory_pool(const void *parent, size_t size)
{
	return checked(talloc_pool(parent, size));
}

void memory_free(void *context)
{
	if (context && talloc_free(context) != 0)
		abort();
}

void *memory_zeroed(const void *context, size_t size)
{
	return checked(_talloc_zero(context, size, "zeroed"));
}

void *memory_zeroed_array(const void *context, size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes))
		memory_exhausted();
	return memory_zeroed(context, bytes);
}

void *memory_grow_array(const void *context, void *array, size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes))
		memory_exhausted();
	return checked(talloc_realloc_size(context, array, bytes ? bytes : 1));
}

char *memory_copy_text(const void *context, const char *text)
{
	return text ? memory_copy_bytes(context, text, strlen(text)) : NULL;
}

char *memory_copy_bytes(const void *context, const void *bytes, size_t length)
{
	char *copy = checked(talloc_size(context, length + 1));
	if (length)
		memcpy(copy, bytes, length);
	copy[length] = 0;
	return copy;
}

char *memory_format_list(const void *context, const char *format, va_list list)
{
	return checked(talloc_vasprintf(context, format, list));
}

char *memory_format(const void *context, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	char *text = memory_format_list(context, format, list);
	va_end(list);
	return text;
}

static int release_attachment(struct attachment *attachment)
{
	attachment->release(attachment->thing);
	return 0;
}

void memory_attach(const void *context, void *thing, void (*release)(void *thing))
{
	struct attachment *attachment = memory_new(context, struct attachment);
	*attachment = (struct attachment){ thing, release };
	talloc_set_destructor(attachment, release_attachment);
}

void memory_at_end(void *object, int (*end)(void *object))
{
	talloc_set_destructor(object, end);
}
