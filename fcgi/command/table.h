/* SPDX-License-Identifier: MIT */
/* All commands, and finding one by its words. */
#ifndef DOJANG_COMMAND_TABLE_H
#define DOJANG_COMMAND_TABLE_H

#include "command/command.h"

/* The tables of the subjects. Each ends with a row without words, and the list of tables with NULL.
 */
extern const struct command *const TABLE_AREAS[];

/* The command whose words are at the start of words (count of them), or NULL; *used is their
 * number. */
const struct command *table_find(const char *const *words, size_t count, size_t *used);
/* True when words[0] to words[count - 1] are the start of this command's words. */
bool table_begins(const struct command *command, const char *const *words, size_t count);
/* The words of the commands that were probably meant, the most similar first, at most maximum.
 * Returns their number. */
size_t table_nearest(const void *context, const char *const *words, size_t count,
	const char **nearest, size_t maximum);
/* Checks the tables at the start of the program: an option without a type, a command without a
 * handler. Returns NULL, or an error. */
const char *table_fault(const void *context);

#endif
