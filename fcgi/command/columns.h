/* SPDX-License-Identifier: MIT */
/* A list of objects as columns for people. */
#ifndef DOJANG_COMMAND_COLUMNS_H
#define DOJANG_COMMAND_COLUMNS_H

#include <json-c/json.h>

/* Prints an array whose objects all have the names of the first; an empty one as "(none)". */
void columns_print(const void *context, json_object *array);

#endif
