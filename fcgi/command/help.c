/* SPDX-License-Identifier: MIT */
/* Formats the help of commands and their options. */
#include "command/help.h"

#include "base/memory.h"
#include "base/text.h"
#include "command/manual.h"
#include "command/table.h"

#include <ctype.h>

static const char COMMON[] =
	"\nOptions of every command\n"
	"  --settings FILE    the settings; else the file that DOJANG_SETTINGS names\n"
	"  --json             one JSON object or array on standard output, errors too\n"
	"  --help             what the command does and which options it takes\n"
	"Exit code 0: done, 1: refused or failed, 2: not understood.\n";

char *help_commands(const void *context, const char *const *words, size_t count)
{
	bool is_any = false;
	char *text = memory_copy_text(context,
		"usage: dojangctl [--settings FILE] [--json] COMMAND [--OPTION VALUE ...]\n\n");
	for (const struct command *const *area = TABLE_AREAS; *area; area++)
		for (const struct command *command = *area; command->words; command++) {
			if (!table_begins(command, words, count))
				continue;
			text = memory_format(
				context, "%s  %-18s %s\n", text, command->words, command->help);
			is_any = true;
		}
	return is_any ? memory_format(context, "%s  %-18s %s\n  %-18s %s\n%s", text, "help COMMAND",
		       "what a command does and which options it takes", "manual NAME",
		       "prints " MANUAL_NAMES, COMMON)
		      : NULL;
}

const char *help_value(enum field_type type)
{
	static const char *const WORDS[FIELD_TYPE_COUNT] = {
		[FIELD_TEXT] = "TEXT",
		[FIELD_LONG_TEXT] = "TEXT",
		[FIELD_SLUG] = "NAME",
		[FIELD_NUMBER] = "N",
		[FIELD_OPTIONAL_NUMBER] = "N|unlimited",
		[FIELD_ID] = "ID",
		[FIELD_YES_NO] = "[yes|no]",
		[FIELD_CHOICE] = "WORD",
		[FIELD_DATE] = "DATE",
		[FIELD_MONTH] = "MONTH",
		[FIELD_TIME] = "TIME",
		[FIELD_ZONE] = "ZONE",
		[FIELD_LIST] = "WORDS",
		[FIELD_FILE] = "FILE",
	};
	return WORDS[type] ? WORDS[type] : "VALUE";
}

static char *usage(const void *context, const struct command *command)
{
	char *text = memory_format(context, "usage: dojangctl %s", command->words);
	for (const struct field *field = command->fields; field && field->name; field++)
		text = memory_format(context, field->is_required ? "%s --%s %s" : "%s [--%s %s]",
			text, field->name, help_value(field->type));
	return text;
}

char *help_remarks(const void *context, const struct field *field)
{
	char *text = memory_copy_text(context, field_expectation(field, context));
	if (field->fallback)
		text = memory_format(context, "%s; default: %s", text, field->fallback);
	return text;
}

char *help_command(const void *context, const struct command *command)
{
	char *text = memory_format(context, "%s\n\n%c%s.\n", usage(context, command),
		toupper((unsigned char)command->help[0]), command->help + 1);
	if (command->fields && command->fields[0].name)
		text = memory_format(context, "%s\n", text);
	for (const struct field *field = command->fields; field && field->name; field++)
		text = memory_format(context, "%s  --%-16s %s%s(%s)\n", text, field->name,
			field->help ? field->help : "", field->help ? " " : "",
			help_remarks(context, field));
	return memory_format(context, "%s%s", text, COMMON);
}
