/* SPDX-License-Identifier: MIT */
/* All commands, and finding one among them. */
#ifndef DOJANG_COMMAND_TABLE_H
#define DOJANG_COMMAND_TABLE_H

#include "command/command.h"

/* The tables of the areas; each ends with a row without words, the list of them with NULL. */
extern const struct command *const TABLE_AREAS[];

/* The command whose words come first among words (count of them), or NULL; *used says how many
 * words it has. */
const struct command *table_find(const char *const *words, size_t count, size_t *used);
/* Is words[0] to words[count - 1] the beginning of this command's words? */
bool table_begins(const struct command *command, const char *const *words, size_t count);
/* The words of the command that was probably meant, or NULL. */
const char *table_nearest(const void *context, const char *const *words, size_t count);
/* What is wrong with the tables (an option without a type, a command without a handler); NULL:
 * nothing. For the start. */
const char *table_fault(const void *context);

#endif
