/* SPDX-License-Identifier: MIT */
/* Prints what a command answered: for people, or as JSON for machines. */
#ifndef DOJANG_COMMAND_OUTPUT_H
#define DOJANG_COMMAND_OUTPUT_H

#include "command/command.h"

enum output_exit { OUTPUT_DONE, OUTPUT_REFUSED, OUTPUT_NOT_UNDERSTOOD };

/* The answer of a command that ran; failure: what a result without a word of its own means. */
enum output_exit output_answer(
	const struct command_answer *answer, enum result result, const char *failure, bool is_json);
/* What went wrong before any command ran; hint may be NULL. Answers exit, for `return`. */
enum output_exit output_error(const void *context, enum output_exit exit, const char *error,
	const char *hint, bool is_json);
/* The options that were not understood, or fields that were refused. */
void output_field_errors(const void *context, const struct field_errors *errors, bool is_json);

#endif
