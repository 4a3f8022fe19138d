/* SPDX-License-Identifier: MIT */
/* Prints the answer of a command: for people, or as JSON for programs. */
#ifndef DOJANG_COMMAND_OUTPUT_H
#define DOJANG_COMMAND_OUTPUT_H

#include "command/command.h"

enum output_exit { OUTPUT_DONE, OUTPUT_REFUSED, OUTPUT_NOT_UNDERSTOOD };

/* The answer of a command that ran; failure: the text for a result without one. */
enum output_exit output_answer(
	const struct command_answer *answer, enum result result, const char *failure, bool is_json);
/* Reports an error before any command ran; hint may be NULL. Returns exit, for `return`. */
enum output_exit output_error(const void *context, enum output_exit exit, const char *error,
	const char *hint, bool is_json);
/* Reports options that were not understood, or refused fields. */
void output_field_errors(const void *context, const struct field_errors *errors, bool is_json);

#endif
