/* SPDX-License-Identifier: MIT */
/* Prints answers: one line of JSON, or sentences and tables. Errors for people go to standard
 * error, those for programs to standard output. */
#include "command/output.h"

#include "base/memory.h"
#include "command/columns.h"

#include <stdio.h>

static void print_json(const void *context, json_object *json)
{
	puts(json_text(context, json));
}

static json_object *errors_json(const struct field_errors *errors)
{
	json_object *array = json_new_array();
	for (size_t i = 0; i < errors->count; i++) {
		json_object *item = json_new_object();
		json_put_text(item, "field", errors->items[i].field);
		json_put_text(item, "detail", errors->items[i].detail);
		json_append(array, item);
	}
	return array;
}

void output_field_errors(const void *context, const struct field_errors *errors, bool is_json)
{
	if (!is_json) {
		for (size_t i = 0; i < errors->count; i++)
			fprintf(stderr, "dojangctl: --%s: %s\n", errors->items[i].field,
				errors->items[i].detail);
		return;
	}
	json_object *json = json_attach(context, json_new_object());
	json_put_text(json, "error",
		memory_format(context, "%s: %s", errors->items[0].field, errors->items[0].detail));
	json_put_text(json, "field", errors->items[0].field);
	json_put(json, "errors", errors_json(errors));
	print_json(context, json);
}

enum output_exit output_error(const void *context, enum output_exit exit, const char *error,
	const char *hint, bool is_json)
{
	if (is_json) {
		json_object *json = json_attach(context, json_new_object());
		json_put_text(json, "error", error);
		json_put_null(json, "field");
		print_json(context, json);
		return exit;
	}
	fprintf(stderr, "dojangctl: %s\n", error);
	if (hint)
		fputs(hint, stderr);
	return exit;
}

static void print_answer(const struct command_answer *answer, bool is_json)
{
	if (is_json)
		print_json(answer->context,
			answer->json ? answer->json
				     : json_attach(answer->context, json_new_object()));
	else if (answer->text)
		puts(answer->text);
	else
		columns_print(answer->context, answer->json);
}

enum output_exit output_answer(
	const struct command_answer *answer, enum result result, const char *failure, bool is_json)
{
	if (is_success(result)) {
		print_answer(answer, is_json);
		return OUTPUT_DONE;
	}
	if (answer->errors.count)
		output_field_errors(answer->context, &answer->errors, is_json);
	else if (answer->detail)
		output_error(answer->context, OUTPUT_REFUSED, answer->detail, NULL, is_json);
	else if (answer->json)
		print_answer(answer, is_json); /* a report with faults */
	else
		output_error(answer->context, OUTPUT_REFUSED, failure, NULL, is_json);
	return OUTPUT_REFUSED;
}
