/* SPDX-License-Identifier: MIT */
/* Defines the list of commands. */
#include "command/table.h"

#include "base/memory.h"
#include "command/areas.h"
#include "command/options.h"

#include <string.h>

enum { COMMANDS_MAXIMUM = 100 };

const struct command *const TABLE_AREAS[] = {
	EVENT_COMMANDS,
	MILESTONE_COMMANDS,
	DAILY_POINTS_COMMANDS,
	PRODUCT_COMMANDS,
	EDIT_COMMANDS,
	STOCK_COMMANDS,
	COUPON_COMMANDS,
	PAYOUT_COMMANDS,
	ATTENDANCE_COMMANDS,
	OUTAGE_COMMANDS,
	MESSAGES_COMMANDS,
	RECIPIENT_COMMANDS,
	WEBHOOK_COMMANDS,
	TOKEN_COMMANDS,
	KEY_COMMANDS,
	USER_COMMANDS,
	STAFF_COMMANDS,
	DATABASE_COMMANDS,
	IDS_COMMANDS,
	DOCTOR_COMMANDS,
	AUDIT_COMMANDS,
	RETENTION_COMMANDS,
	SETTINGS_COMMANDS,
	DEMO_COMMANDS,
	NULL,
};

bool table_begins(const struct command *command, const char *const *words, size_t count)
{
	const char *at = command->words;
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(words[i]);
		if (strncmp(at, words[i], length) != 0 || (at[length] != ' ' && at[length] != 0))
			return false;
		if (at[length] == 0)
			return i + 1 == count;
		at += length + 1;
	}
	return true;
}

static size_t word_count(const struct command *command)
{
	size_t count = 1;
	for (const char *at = command->words; (at = strchr(at, ' ')) != NULL; at++)
		count++;
	return count;
}

const struct command *table_find(const char *const *words, size_t count, size_t *used)
{
	for (const struct command *const *area = TABLE_AREAS; *area; area++)
		for (const struct command *command = *area; command->words; command++) {
			*used = word_count(command);
			if (*used <= count && table_begins(command, words, *used))
				return command;
		}
	return NULL;
}

size_t table_nearest(const void *context, const char *const *words, size_t count,
	const char **nearest, size_t maximum)
{
	const char *names[COMMANDS_MAXIMUM];
	size_t known = 0;
	char *asked = memory_copy_text(context, words[0]);
	for (size_t i = 1; i < count; i++)
		asked = memory_format(context, "%s %s", asked, words[i]);
	for (const struct command *const *area = TABLE_AREAS; *area; area++)
		for (const struct command *command = *area;
			command->words && known < COMMANDS_MAXIMUM; command++)
			names[known++] = command->words;
	return options_nearest(asked, names, known, nearest, maximum);
}

static const char *command_fault(const void *context, const struct command *command)
{
	if (!command->run || !command->help || command->need == NEEDS_UNSET)
		return memory_format(context, "%s: no handler, need or help", command->words);
	const struct field *fault = command->fields ? field_table_fault(command->fields) : NULL;
	return fault ? memory_format(context, "%s: --%s cannot work", command->words, fault->name)
		     : NULL;
}

const char *table_fault(const void *context)
{
	const char *fault = NULL;
	for (const struct command *const *area = TABLE_AREAS; *area && !fault; area++)
		for (const struct command *command = *area; command->words && !fault; command++)
			fault = command_fault(context, command);
	return fault;
}
