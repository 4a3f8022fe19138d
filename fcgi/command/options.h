/* SPDX-License-Identifier: MIT */
/* Parses the command line: global options (--settings, --json, --help, --version), the words of the
 * command, its options. */
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
	/* NULL, or the error of a global option */
	const char *error;
};

/* count and arguments are those of main, without the program's name. */
struct options options_read(const void *context, int count, char *const *arguments);

/* Parses the rest into target by the command's fields. *errors has a row for each unknown,
 * repeated, missing or invalid option. A value that begins with two hyphens is written
 * --name=VALUE. Returns NULL, or the first misplaced word. */
const char *options_fill(const struct options *options, const struct field *fields,
	const void *context, void *target, struct field_errors *errors);

/* Fills nearest with those of names (count of them) that are most similar to word, the most similar
 * first, at most maximum. Returns their number: 0 when not even one is similar. */
size_t options_nearest(const char *word, const char *const *names, size_t count,
	const char **nearest, size_t maximum);

#endif
