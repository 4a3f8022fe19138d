/* SPDX-License-Identifier: MIT */
/* Asks for a spreadsheet and shows how it was read. */
#include "console/spreadsheet_page.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

/* --- what was sent --- */

static void close_file(void *file)
{
	fclose(file);
}

FILE *spreadsheet_page_file(const struct call *call, struct response *out,
	const struct field_bytes *file, const char *typed)
{
	if (file->bytes ? typed != NULL : !typed) {
		response_note_field(out, "file", typed ? "is one too many" : "is required");
		return NULL;
	}
	/* fmemopen only reads from it */
	void *bytes = memory_copy_bytes(call->context, file->bytes ? file->bytes : typed,
		file->bytes ? file->length : strlen(typed));
	FILE *stream = fmemopen(bytes, file->bytes ? file->length : strlen(typed), "r");
	if (!stream)
		memory_exhausted();
	memory_attach(call->context, stream, close_file);
	return stream;
}

/* --- how it was read --- */

static json_object *wrong_json(const struct spreadsheet_faults *faults)
{
	json_object *lines = json_new_array();
	for (size_t i = 0; i < faults->count && i < SPREADSHEET_WRONG_MAXIMUM; i++) {
		const struct spreadsheet_wrong *wrong = &faults->items[i];
		json_object *line = json_new_object();
		json_put_number(line, "line", (int64_t)wrong->line);
		json_put_text(line, "column", wrong->column);
		json_put_text(line, "text", wrong->text);
		json_put_text(line, "fault", wrong->fault);
		json_append(lines, line);
	}
	return lines;
}

void spreadsheet_page_put(json_object *data, const struct spreadsheet *spreadsheet,
	const struct spreadsheet_faults *faults)
{
	json_object *read = spreadsheet_json(spreadsheet);
	json_put_bool(read, "has_ignored",
		json_object_array_length(json_object_object_get(read, "ignored")) > 0);
	json_put(data, "read", read);
	json_put_bool(data, "has_figures", false);
	json_put_number(data, "wrong_count", (int64_t)faults->count);
	json_put(data, "wrong_lines", wrong_json(faults));
}

/* --- the form --- */

static const char *error_key(
	const struct call *call, const struct response *out, const struct spreadsheet_input *input)
{
	const char *detail = out->errors.count ? out->errors.items[0].detail : NULL;
	if (!detail)
		return NULL;
	if (text_equals(detail, "is required"))
		return "sheet.missing";
	if (text_equals(detail, "is one too many"))
		return "sheet.both";
	if (text_starts_with(detail, "must"))
		return "sheet.text";
	return memory_format(call->context, "sheet.%s", input->name);
}

enum result spreadsheet_page_ask(const struct call *call, struct response *out,
	const struct spreadsheet_input *input, json_object *data)
{
	const char *typed = call->form ? form_text(call->form, input->field) : NULL;
	json_put_text(data, "name", input->name);
	json_put_text(data, "field", input->field);
	json_put_text(data, "back", input->back);
	json_put_text(data, "intro", memory_format(call->context, "%s.intro", input->name));
	json_put_text(data, "send", memory_format(call->context, "%s.send", input->name));
	json_put_number(data, "megabytes", SPREADSHEET_MAXIMUM >> 20);
	json_put_text(data, "wrong", error_key(call, out, input));
	json_put_text(data, "typed", typed ? typed : "");
	if (!json_object_object_get_ex(data, "read", NULL)) {
		json_put_null(data, "read");
		json_put_bool(data, "has_figures", false);
		json_put_number(data, "wrong_count", 0);
	}
	return page_show(call, out, "sheet", data);
}
