/* SPDX-License-Identifier: MIT */
/* Commands are data: words, options, what they need, a handler and a line of help. A handler
 * receives validated input and fills one answer for people and for programs. */
#ifndef DOJANG_COMMAND_COMMAND_H
#define DOJANG_COMMAND_COMMAND_H

#include "base/json.h"
#include "base/settings.h"
#include "command/progress.h"
#include "db/db.h"
#include "records/edit.h"

enum command_need { NEEDS_UNSET, NEEDS_SETTINGS_ALONE, NEEDS_SETTINGS, NEEDS_DATABASE };

struct command_call {
	const void *context;
	const struct settings *settings;
	/* the administrator's connection; below NEEDS_DATABASE it was not tried yet */
	struct db *db;
	/* with NEEDS_SETTINGS_ALONE: why db is NULL */
	const char *db_fault;
	const char *actor; /* "command:NAME of the system's user" */
	instant now;
	struct progress *progress;
	const void *input; /* the struct of the command, filled and validated */
};

/* The output. json is for --json; its lists are also printed for people. text is for people. */
struct command_answer {
	const void *context;
	json_object *json;
	const char *text;
	const char *detail;         /* of a refusal without an invalid field */
	struct field_errors errors; /* invalid fields */
};

typedef enum result command_handler(const struct command_call *call, struct command_answer *out);

struct command {
	const char *words; /* "event create"; NULL ends the table */
	enum command_need need;
	command_handler *run;
	const struct field *fields; /* options: "starts" is --starts DATE; NULL: none */
	size_t input_size;          /* size of the struct that fields fill */
	const char *help;           /* one line */
};

/* --- for handlers --- */

void command_say(struct command_answer *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void command_note_refusal(struct command_answer *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Records the reason and returns result, for `return`. A macro for the same reason as edit_refuse.
 */
#define command_refuse(out, result, ...) (command_note_refusal((out), __VA_ARGS__), (result))
/* Takes ownership of json, which is freed with the call's memory. */
void command_json(struct command_answer *out, json_object *json);

/* Answers {"id":7}, to people and programs: the id that the next command needs. */
void command_answer_id(struct command_answer *out, uint64_t id);

struct edit command_edit(const struct command_call *call);
/* Passes on the errors of the edit, with its fields named like options. Returns result, for
 * `return`. */
enum result command_edited(struct command_answer *out, const struct edit *edit, enum result result);

/* Answers the rows of a query as a list of objects. */
typedef json_object *command_row(const struct db_rows *row, const void *context);
enum result command_list(const struct command_call *call, struct command_answer *out,
	enum query query, const struct db_value *values, unsigned count, command_row *row_json);

#endif
