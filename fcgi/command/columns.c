/* SPDX-License-Identifier: MIT */
/* Aligns columns by the width of characters on a terminal: Korean characters are two columns wide.
 */
#include "config.h"

#include "command/columns.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { COLUMNS_MAXIMUM = 12 };

static int width_of(const char *text)
{
	int width = 0;
	mbstate_t state = { 0 };
	for (size_t length = strlen(text), used; length; text += used, length -= used) {
		wchar_t letter;
		used = mbrtowc(&letter, text, length, &state);
		if (used == 0 || used > length)
			return width + (int)length; /* invalid in this locale's encoding */
		int places = wcwidth(letter);
		width += places > 0 ? places : 0;
	}
	return width;
}

static const char *cell(json_object *value)
{
	return value ? json_object_get_string(value) : "-";
}

static void widen(int *widths, json_object *row)
{
	struct json_object_iterator at = json_object_iter_begin(row),
				    end = json_object_iter_end(row);
	for (unsigned column = 0; column < COLUMNS_MAXIMUM && !json_object_iter_equal(&at, &end);
		column++, json_object_iter_next(&at)) {
		int wanted = width_of(cell(json_object_iter_peek_value(&at)));
		if (widths[column] == 0)
			widths[column] = width_of(json_object_iter_peek_name(&at));
		if (widths[column] < wanted)
			widths[column] = wanted;
	}
}

static void print_row(const int *widths, json_object *row, bool is_head)
{
	struct json_object_iterator at = json_object_iter_begin(row),
				    end = json_object_iter_end(row);
	for (unsigned column = 0; column < COLUMNS_MAXIMUM && !json_object_iter_equal(&at, &end);
		column++) {
		const char *text = is_head ? json_object_iter_peek_name(&at)
					   : cell(json_object_iter_peek_value(&at));
		json_object_iter_next(&at);
		fputs(text, stdout);
		if (!json_object_iter_equal(&at, &end))
			printf("%*s", widths[column] - width_of(text) + 2, "");
	}
	putchar('\n');
}

void columns_print(const void *context, json_object *array)
{
	size_t count = json_object_array_length(array);
	int *widths = memory_array(context, int, COLUMNS_MAXIMUM);
	for (size_t i = 0; i < count; i++)
		widen(widths, json_object_array_get_idx(array, i));
	if (count == 0)
		puts("(none)");
	else
		print_row(widths, json_object_array_get_idx(array, 0), true);
	for (size_t i = 0; i < count; i++)
		print_row(widths, json_object_array_get_idx(array, i), false);
}
