/* SPDX-License-Identifier: MIT */
/* Collects what is not used. */
#include "auth/ignored.h"

#include "base/memory.h"

void ignored_add(struct ignored *list, bool is_usual, const char *what, const char *why)
{
	list->items = memory_grow(list->context, list->items, struct ignored_item, list->count + 1);
	list->items[list->count++] = (struct ignored_item){ what, why, is_usual };
}
