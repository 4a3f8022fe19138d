/* SPDX-License-Identifier: MIT */
/* Takes the command line apart: what every command knows (--settings, --json, --help, --version),
 * the command's words, its options. */
#ifndef DOJANG_COMMAND_OPTIONS_H
#define DOJANG_COMMAND_OPTIONS_H

#include "base/fields.h"

struct options {
	const char *settings_file; /* --settings or DOJANG_SETTINGS; NULL: neither */
	bool is_json, wants_help, wants_version;
	const char **words; /* before the first option of the command */
	size_t word_count;
	const char **rest; /* the command's own options and their values */
	size_t rest_count;
	/* NULL, or what is wrong with the options every command knows */
	const char *error;
};

/* count and arguments as main has them, without the program's name. */
struct options options_read(const void *context, int count, char *const *arguments);

/* The rest into target, by the command's fields; *errors has a row for each that is unknown,
 * repeated, missing or wrong. A value that begins with two hyphens is written --name=VALUE. Answers
 * NULL, or the first word that is out of place. */
const char *options_fill(const struct options *options, const struct field *fields,
	const void *context, void *target, struct field_errors *errors);

/* Of names (count of them), the one that word was probably meant to be; NULL: none is near. */
const char *options_nearest(const char *word, const char *const *names, size_t count);

#endif
