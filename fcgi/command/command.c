/* SPDX-License-Identifier: MIT */
/* Helper functions for handlers of commands. */
#include "command/command.h"

#include "base/memory.h"

void command_say(struct command_answer *out, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	out->text = memory_format_list(out->context, format, list);
	va_end(list);
}

void command_note_refusal(struct command_answer *out, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	out->detail = memory_format_list(out->context, format, list);
	va_end(list);
}

void command_json(struct command_answer *out, json_object *json)
{
	out->json = json_attach(out->context, json);
}

void command_answer_id(struct command_answer *out, uint64_t id)
{
	command_json(out, json_new_object());
	json_put_number(out->json, "id", (int64_t)id);
	out->text = json_text(out->context, out->json);
}

struct edit command_edit(const struct command_call *call)
{
	return (struct edit){ .db = call->db,
		.context = call->context,
		.actor = { call->actor, NULL },
		.now = call->now };
}

static const char *option_name(const void *context, const char *field)
{
	char *name = memory_copy_text(context, field);
	for (char *at = name; *at; at++)
		if (*at == '_')
			*at = '-';
	return name;
}

enum result command_edited(struct command_answer *out, const struct edit *edit, enum result result)
{
	for (size_t i = 0; i < edit->errors.count; i++)
		field_errors_add(&out->errors, out->context,
			option_name(out->context, edit->errors.items[i].field),
			edit->errors.items[i].detail);
	return result;
}

enum result command_list(const struct command_call *call, struct command_answer *out,
	enum query query, const struct db_value *values, unsigned count, command_row *row_json)
{
	json_object *array = json_attach(call->context, json_new_array());
	struct db_rows *rows = db_read(call->db, query, values, count);
	while (db_next(rows))
		json_append(array, row_json(rows, call->context));
	enum result result = db_end_read(call->db);
	if (result == RESULT_OK)
		out->json = array;
	return result;
}
