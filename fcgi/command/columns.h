/* SPDX-License-Identifier: MIT */
/* Prints a list of objects as columns. */
#ifndef DOJANG_COMMAND_COLUMNS_H
#define DOJANG_COMMAND_COLUMNS_H

#include <json-c/json.h>

/* Prints an array whose objects all have the names of the first one; an empty array as "(none)". */
void columns_print(const void *context, json_object *array);

#endif
