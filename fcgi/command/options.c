/* SPDX-License-Identifier: MIT */
/* Parses the command line: global options, words, and the options of the command by its field
 * table. */
#include "command/options.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* a longer word is similar to nothing */
enum { OPTIONS_MAXIMUM = 64, WORD_MAXIMUM = 40 };

static bool is_option(const char *argument)
{
	return text_starts_with(argument, "--") && argument[2];
}

/* "--settings FILE" or "--settings=FILE" */
static void take_settings(
	const void *context, struct options *options, int count, char *const *arguments, int *index)
{
	const char *argument = arguments[*index];
	if (argument[strlen("--settings")] == '=')
		options->settings_file = argument + strlen("--settings=");
	else if (*index + 1 < count && !is_option(arguments[*index + 1]))
		options->settings_file = arguments[++*index];
	else
		options->error = memory_copy_text(context, "--settings needs a FILE");
}

/* Reads a global option; false when it is none. */
static bool take_common(
	const void *context, struct options *options, int count, char *const *arguments, int *index)
{
	const char *argument = arguments[*index];
	if (text_equals(argument, "--settings") || text_starts_with(argument, "--settings="))
		take_settings(context, options, count, arguments, index);
	else if (text_equals(argument, "--json"))
		options->is_json = true;
	else if (text_equals(argument, "--help") || text_equals(argument, "-h"))
		options->wants_help = true;
	else if (text_equals(argument, "--version"))
		options->wants_version = true;
	else
		return false;
	return true;
}

struct options options_read(const void *context, int count, char *const *arguments)
{
	size_t capacity = count > 0 ? (size_t)count + 1 : 1; /* and a final NULL */
	struct options options = {
		.settings_file = getenv("DOJANG_SETTINGS"),
		.words = memory_array(context, const char *, capacity),
		.rest = memory_array(context, const char *, capacity),
	};
	for (int i = 0; i < count; i++) {
		if (take_common(context, &options, count, arguments, &i))
			continue;
		if (options.rest_count == 0 && !is_option(arguments[i]))
			options.words[options.word_count++] = arguments[i];
		else
			options.rest[options.rest_count++] = arguments[i];
	}
	if (options.settings_file && !*options.settings_file)
		options.settings_file = NULL;
	return options;
}

/* --- the command's own --- */

struct filling {
	const struct options *options;
	const struct field *fields;
	const void *context;
	void *target;
	struct field_errors *errors;
	bool is_given[OPTIONS_MAXIMUM];
	size_t at;         /* in options->rest */
	const char *stray; /* the first misplaced word */
};

static const struct field *find(const struct filling *filling, const char *name)
{
	for (const struct field *field = filling->fields; field && field->name; field++)
		if (text_equals(field->name, name))
			return field;
	return NULL;
}

static void complain_unknown(struct filling *filling, const char *name)
{
	const char *names[OPTIONS_MAXIMUM];
	size_t count = 0;
	for (const struct field *field = filling->fields;
		field && field->name && count < OPTIONS_MAXIMUM; field++)
		names[count++] = field->name;
	const char *nearest, *detail = "is not an option of this command";
	if (options_nearest(name, names, count, &nearest, 1))
		detail = memory_format(filling->context,
			"is not an option of this command; did you mean --%s?", nearest);
	field_errors_add(filling->errors, filling->context, name, detail);
}

/* The following value, or NULL. A yes-or-no option alone means yes. */
static const char *following_value(struct filling *filling, const struct field *field)
{
	const struct options *options = filling->options;
	const char *next = filling->at < options->rest_count ? options->rest[filling->at] : NULL;
	if (next && is_option(next))
		next = NULL;
	if (field && field->type == FIELD_YES_NO && !text_equals(next, "yes")
		&& !text_equals(next, "no"))
		return "yes";
	filling->at += next != NULL;
	return next;
}

static void set_field(struct filling *filling, const struct field *field, const char *value)
{
	bool *is_given = &filling->is_given[field - filling->fields];
	const char *detail = NULL;
	if (*is_given)
		detail = "must be given only once";
	else if (!value)
		detail = memory_format(filling->context, "needs a value: %s",
			field_expectation(field, filling->context));
	else
		detail = field_set(field, filling->context, filling->target, value, strlen(value));
	if (detail)
		field_errors_add(filling->errors, filling->context, field->name, detail);
	*is_given = true;
}

static void take_option(struct filling *filling)
{
	const char *argument = filling->options->rest[filling->at++];
	if (!is_option(argument)) {
		if (!filling->stray)
			filling->stray = argument;
		return;
	}
	const char *name = argument + 2, *equals = strchr(name, '=');
	if (equals)
		name = memory_copy_bytes(filling->context, name, (size_t)(equals - name));
	const struct field *field = find(filling, name);
	const char *value = equals ? equals + 1 : following_value(filling, field);
	if (field)
		set_field(filling, field, value);
	else
		complain_unknown(filling, name);
}

const char *options_fill(const struct options *options, const struct field *fields,
	const void *context, void *target, struct field_errors *errors)
{
	struct filling filling = { .options = options,
		.fields = fields,
		.context = context,
		.target = target,
		.errors = errors };
	if (fields)
		field_set_fallbacks(fields, context, target);
	while (filling.at < options->rest_count)
		take_option(&filling);
	for (const struct field *field = fields; field && field->name; field++)
		if (field->is_required && !filling.is_given[field - fields])
			field_errors_add(errors, context, field->name, "is required");
	return filling.stray;
}

/* --- guessing --- */

static size_t smallest(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;
	return least < c ? least : c;
}

/* The number of letters to add, remove or change to turn one word into the other (Levenshtein
 * distance). Words that are too long are far. */
static size_t distance(const char *a, const char *b)
{
	size_t row[WORD_MAXIMUM + 1], length = strlen(b);
	if (strlen(a) > WORD_MAXIMUM || length > WORD_MAXIMUM)
		return WORD_MAXIMUM;
	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= length; j++) {
			size_t above = row[j];
			row[j] = smallest(
				above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[length];
}

size_t options_nearest(const char *word, const char *const *names, size_t count,
	const char **nearest, size_t maximum)
{
	size_t found = 0, limit = strlen(word) / 3 + 2;
	for (size_t steps = 0; steps < (found ? WORD_MAXIMUM : limit) && found < maximum; steps++)
		for (size_t i = 0; i < count && found < maximum; i++)
			if (distance(word, names[i]) == steps)
				nearest[found++] = names[i];
	return found;
}
