/* SPDX-License-Identifier: MIT */
/* dojangctl: administration from the command line. */
#include "config.h"

#include "base/calendar.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "command/command.h"
#include "command/connection.h"
#include "command/help.h"
#include "command/manual.h"
#include "command/options.h"
#include "command/output.h"
#include "command/table.h"

#include <ctype.h>
#include <locale.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

enum { ACTOR_NAME_MAXIMUM = 50, NEAREST_COUNT = 3 };

/* The actor for the audit log: ASCII letters only, whatever the system allows in user names. */
static const char *actor(const void *context)
{
	const struct passwd *user = getpwuid(getuid());
	char *name = memory_format(
		context, "command:%.*s", ACTOR_NAME_MAXIMUM, user ? user->pw_name : "unknown");
	for (char *at = name; *at; at++)
		if (!isgraph((unsigned char)*at))
			*at = '_';
	return name;
}

static enum output_exit show_help(
	const void *context, const struct options *options, const char *const *words, size_t count)
{
	size_t used;
	const struct command *command = count ? table_find(words, count, &used) : NULL;
	char *text = command && used == count ? help_command(context, command)
					      : help_commands(context, words, count);
	if (!text)
		return output_error(context, OUTPUT_NOT_UNDERSTOOD,
			"there is no such command: see dojangctl help", NULL, options->is_json);
	fputs(text, stdout);
	return OUTPUT_DONE;
}

/* "; did you mean "event create", "event edit" or "event open"?", or "". */
static const char *guess(const void *context, const char *const *words, size_t count)
{
	const char *nearest[NEAREST_COUNT], *text = "";
	size_t found = table_nearest(context, words, count, nearest, NEAREST_COUNT);
	for (size_t i = 0; i < found; i++)
		text = memory_format(context, "%s%s\"%s\"", text,
			i == 0                  ? "; did you mean "
				: i + 1 < found ? ", "
						: " or ",
			nearest[i]);
	return found ? memory_format(context, "%s?", text) : text;
}

static enum output_exit complain_unknown(const void *context, const struct options *options)
{
	const char *const *words = options->words;
	char *known = help_commands(context, words, options->word_count);
	if (known)
		return output_error(context, OUTPUT_NOT_UNDERSTOOD,
			"that is only the beginning of a command", known, options->is_json);
	const char *error = memory_format(context, "there is no command \"%s%s%s\"%s", words[0],
		options->word_count > 1 ? " " : "", options->word_count > 1 ? words[1] : "",
		guess(context, words, options->word_count));
	return output_error(context, OUTPUT_NOT_UNDERSTOOD, error,
		"dojangctl help lists all commands.\n", options->is_json);
}

/* Runs the command with validated input and with what it needs. */
static enum output_exit run(
	struct command_call *call, const struct command *command, const struct options *options)
{
	const char *error = NULL;
	struct command_answer answer = { .context = call->context };
	if (!options->settings_file)
		return output_error(call->context, OUTPUT_NOT_UNDERSTOOD,
			"no settings file: give --settings FILE or set DOJANG_SETTINGS", NULL,
			options->is_json);
	call->settings = settings_read(call->context, options->settings_file, &error);
	if (call->settings)
		call->db = connection_new(
			call->context, call->settings, call->settings->database.name, &error);
	if (!call->settings || (!call->db && command->need != NEEDS_SETTINGS_ALONE))
		return output_error(call->context, OUTPUT_REFUSED, error, NULL, options->is_json);
	if (command->need == NEEDS_DATABASE && !db_is_reachable(call->db))
		return output_error(call->context, OUTPUT_REFUSED,
			connection_fault(call->context, call->db), NULL, options->is_json);
	call->db_fault = call->db ? NULL : error;
	call->now = clock_now(call->settings->demo.clock_file);
	enum result result = command->run(call, &answer);
	progress_end(call->progress);
	return output_answer(&answer, result,
		call->db ? connection_fault(call->context, call->db) : error, options->is_json);
}

static enum output_exit run_command(
	const void *context, const struct command *command, const struct options *options)
{
	struct field_errors errors = { 0 };
	if (zones_are_missing()) /* before options use a default */
		return output_error(context, OUTPUT_REFUSED, ZONES_MISSING, NULL, options->is_json);
	void *input = memory_zeroed(context, command->input_size ? command->input_size : 1);
	const char *stray = options_fill(options, command->fields, context, input, &errors);
	if (stray)
		return output_error(context, OUTPUT_NOT_UNDERSTOOD,
			memory_format(context, "\"%s\" is not expected here", stray),
			help_command(context, command), options->is_json);
	if (errors.count) {
		output_field_errors(context, &errors, options->is_json);
		if (!options->is_json)
			fprintf(stderr, "dojangctl help %s says which options it takes.\n",
				command->words);
		return OUTPUT_NOT_UNDERSTOOD;
	}
	struct command_call call = { .context = context,
		.actor = actor(context),
		.progress = progress_new(context, options->is_json),
		.input = input };
	return run(&call, command, options);
}

/* What the package is made of: manual pages and the completion of shells. */
static enum output_exit show_manual(const void *context, const struct options *options)
{
	char *text = options->word_count == 2 ? manual_text(context, options->words[1]) : NULL;
	if (!text)
		return output_error(context, OUTPUT_NOT_UNDERSTOOD,
			"manual takes one of " MANUAL_NAMES, NULL, options->is_json);
	fputs(text, stdout);
	return OUTPUT_DONE;
}

static enum output_exit work(const void *context, const struct options *options)
{
	const char *const *words = options->words;
	size_t used, count = options->word_count;
	if (options->wants_version)
		return puts("dojangctl " PACKAGE_VERSION) == EOF ? OUTPUT_REFUSED : OUTPUT_DONE;
	if (count && text_equals(words[0], "help"))
		return show_help(context, options, words + 1, count - 1);
	if (count && text_equals(words[0], "manual") && !options->wants_help)
		return show_manual(context, options);
	if (options->wants_help)
		return show_help(context, options, words, count);
	if (options->error)
		return output_error(
			context, OUTPUT_NOT_UNDERSTOOD, options->error, NULL, options->is_json);
	if (count == 0)
		return output_error(context, OUTPUT_NOT_UNDERSTOOD, "no command",
			help_commands(context, NULL, 0), options->is_json);
	const struct command *command = table_find(words, count, &used);
	if (!command)
		return complain_unknown(context, options);
	if (used < count)
		return output_error(context, OUTPUT_NOT_UNDERSTOOD,
			memory_format(context, "\"%s\" is not expected here", words[used]),
			help_command(context, command), options->is_json);
	return run_command(context, command, options);
}

int main(int count, char **arguments)
{
	void *context = memory_context(NULL);
	const char *fault = table_fault(context);
	setlocale(LC_CTYPE, "");
	if (fault) {
		fprintf(stderr, "dojangctl: %s\n", fault);
		return OUTPUT_NOT_UNDERSTOOD;
	}
	struct options options = options_read(context, count - 1, arguments + 1);
	enum output_exit exit = work(context, &options);
	memory_free(context);
	return (int)(fflush(stdout) == 0 ? exit : OUTPUT_REFUSED);
}
