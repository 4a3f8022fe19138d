/* SPDX-License-Identifier: MIT */
/* dojangctl attendance …: imports attendance. */
#include "command/areas.h"

#include "base/text.h"
#include "reward/attendance_import.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

struct import_input {
	const char *event, *file;
};

static const struct field IMPORT_FIELDS[] = {
	FIELD(struct import_input, event, FIELD_SLUG, .is_required = true, .help = "the event"),
	FIELD(struct import_input, file, FIELD_FILE, .is_required = true,
		.help = "CSV, as a spreadsheet writes it, with the columns subject, date and, of "
			"several issuers, issuer; - is standard input"),
	{ .name = NULL },
};

/* Standard input is copied, since the file is read twice. */
static FILE *copy_of_input(void)
{
	char bytes[8192];
	size_t count;
	FILE *copy = tmpfile();
	while (copy && (count = fread(bytes, 1, sizeof bytes, stdin)) > 0)
		if (fwrite(bytes, 1, count, copy) != count) {
			fclose(copy);
			return NULL;
		}
	return copy;
}

static void watch(void *state, uint64_t done, uint64_t total)
{
	progress_show(state, total ? "importing row" : "checking row", done, total);
}

static enum result import(const struct command_call *call, struct command_answer *out)
{
	const struct import_input *input = call->input;
	struct edit edit = command_edit(call);
	struct attendance_import_outcome outcome;
	const char *error,
		*secret = settings_read_secret(
			call->context, call->settings->server.secret_file, &error);
	if (!secret)
		return command_refuse(out, ERR_INVALID, "%s", error);
	FILE *file = text_equals(input->file, "-") ? copy_of_input() : fopen(input->file, "re");
	if (!file)
		return command_refuse(out, ERR_INVALID, "%s: %s", input->file, strerror(errno));
	enum result result = attendance_import(&edit,
		&(struct attendance_import){
			input->event, file, call->settings, secret, watch, call->progress },
		&outcome);
	fclose(file);
	if (!is_success(result))
		return command_edited(out, &edit, result);
	json_object *json = json_new_object();
	json_put_text(json, "event", input->event);
	json_put_number(json, "rows", (int64_t)outcome.rows);
	json_put_number(json, "added", (int64_t)outcome.added);
	json_put_number(json, "customers", (int64_t)outcome.customers);
	json_put_number(json, "left_out", (int64_t)outcome.left_out);
	json_put(json, "read", spreadsheet_json(outcome.spreadsheet));
	command_json(out, json);
	command_say(out,
		"%" PRIu64 " rows read, %" PRIu64 " check-ins added, %" PRIu64 " customers made",
		outcome.rows, outcome.added, outcome.customers);
	if (outcome.left_out)
		command_say(out, "%s, %" PRIu64 " rows of removed persons left out", out->text,
			outcome.left_out);
	command_say(out, "%s\n%s", out->text,
		spreadsheet_description(outcome.spreadsheet, call->context));
	return result;
}

const struct command ATTENDANCE_COMMANDS[] = {
	{ "attendance import", NEEDS_DATABASE, import, IMPORT_FIELDS, sizeof(struct import_input),
		"takes over check-ins from a CSV file, all or nothing" },
	{ .words = NULL },
};
