/* SPDX-License-Identifier: MIT */
/* Memory contexts (talloc). What is allocated below a context is freed with it. Out of memory ends
 * the process and the supervisor starts another, so no function here returns NULL. */
#ifndef DOJANG_BASE_MEMORY_H
#define DOJANG_BASE_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

#define countof(array) (sizeof(array) / sizeof((array)[0]))

/* A new context below parent; NULL is the top. memory_free frees it with all below it. */
void *memory_context(const void *parent);
/* The same with size bytes allocated in advance: small pieces then need no call of malloc. */
void *memory_pool(const void *parent, size_t size);
void memory_free(void *context);

void *memory_zeroed(const void *context, size_t size);
#define memory_new(context, type) ((type *)memory_zeroed((context), sizeof(type)))
/* Returns zeroed memory. The product is checked for overflow. */
void *memory_zeroed_array(const void *context, size_t count, size_t size);
#define memory_array(context, type, count) \
	((type *)memory_zeroed_array((context), (count), sizeof(type)))
/* Grows an array made by memory_array (or NULL) to count elements; new ones are not zeroed. */
void *memory_grow_array(const void *context, void *array, size_t count, size_t size);
#define memory_grow(context, array, type, count) \
	((type *)memory_grow_array((context), (array), (count), sizeof(type)))

/* NULL stays NULL */
char *memory_copy_text(const void *context, const char *text);
/* appends a NUL */
char *memory_copy_bytes(const void *context, const void *bytes, size_t length);
char *memory_format(const void *context, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
char *memory_format_list(const void *context, const char *format, va_list list)
	__attribute__((format(printf, 2, 0)));

/* Calls release(thing) when context is freed. For objects of other libraries. */
void memory_attach(const void *context, void *thing, void (*release)(void *thing));
/* Calls end(object) when object, allocated by this module, is freed and what is below it still
 * exists. end returns 0. */
void memory_at_end(void *object, int (*end)(void *object));

/* Returns unused memory to the system. Takes some microseconds. */
void memory_give_back(void);

_Noreturn void memory_exhausted(void);

#endif
