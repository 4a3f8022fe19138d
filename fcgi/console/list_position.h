/* SPDX-License-Identifier: MIT */
/* Where a list continues: after the last row shown, by its sort key and, among equal keys, its id.
 */
#ifndef DOJANG_CONSOLE_LIST_POSITION_H
#define DOJANG_CONSOLE_LIST_POSITION_H

#include "console/list.h"

enum { LIST_VALUES_MAXIMUM = 24 };

struct list_position {
	struct db_value key;
	uint64_t id;
};

struct list_position list_position_start(const struct list *list);
/* Texts are allocated below context. */
struct list_position list_position_of(
	const struct list *list, const struct db_rows *rows, const void *context);
/* All parameters of the list's query; returns their number. */
unsigned list_position_bind(const struct list *list, const struct list_position *position,
	int64_t limit, struct db_value values[LIST_VALUES_MAXIMUM]);

/* The position as a cursor: bound to the list, its filter and the person. */
const char *list_position_write(
	const struct call *call, const struct list *list, const struct list_position *position);
bool list_position_read(const struct call *call, const struct list *list, const char *cursor,
	struct list_position *position);

#endif
