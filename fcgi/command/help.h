/* SPDX-License-Identifier: MIT */
/* Help, formatted from the tables. */
#ifndef DOJANG_COMMAND_HELP_H
#define DOJANG_COMMAND_HELP_H

#include "command/command.h"

/* The commands that begin with words (count 0: all); NULL when there is none. */
char *help_commands(const void *context, const char *const *words, size_t count);
/* The word for a value of this type, such as DATE. */
const char *help_value(enum field_type type);
/* What a value must be, and the default: "must be …; default: …". */
char *help_remarks(const void *context, const struct field *field);
/* One command with its options. */
char *help_command(const void *context, const struct command *command);

#endif
