/* SPDX-License-Identifier: MIT */
/* Commands are data: words, options, what they need, a handler and one line of help. A handler
 * receives checked input and answers once for people and for machines alike. */
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
	/* the administrator's connection; below NEEDS_DATABASE, not tried yet */
	struct db *db;
	/* with NEEDS_SETTINGS_ALONE: why there is no db, which is NULL then */
	const char *db_fault;
	const char *actor; /* "command:NAME of the system's user" */
	instant now;
	struct progress *progress;
	const void *input; /* the command's struct, filled and checked */
};

/* What is printed. json is for --json, and the lists in it for people too; text is for people. */
struct command_answer {
	const void *context;
	json_object *json;
	const char *text;
	const char *detail;         /* of a refusal that no field is to blame for */
	struct field_errors errors; /* fields to blame */
};

typedef enum result command_handler(const struct command_call *call, struct command_answer *out);

struct command {
	const char *words; /* "event create"; NULL ends a table */
	enum command_need need;
	command_handler *run;
	const struct field *fields; /* options: "starts" is --starts DATE; NULL: takes none */
	size_t input_size;          /* of the struct that fields fill */
	const char *help;           /* one line */
};

/* --- for handlers --- */

void command_say(struct command_answer *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void command_note_refusal(struct command_answer *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Notes why and answers result, for `return`. As edit_refuse, to be seen through. */
#define command_refuse(out, result, ...) (command_note_refusal((out), __VA_ARGS__), (result))
/* Takes json over: it goes with the call's memory. */
void command_json(struct command_answer *out, json_object *json);

/* Answers {"id":7}, to people and machines alike: what the next command needs. */
void command_answer_id(struct command_answer *out, uint64_t id);

struct edit command_edit(const struct command_call *call);
/* Hands on what was wrong with the edit, its fields named as options are. Answers result, for
 * `return`. */
enum result command_edited(struct command_answer *out, const struct edit *edit, enum result result);

/* Answers a query's rows as a list of objects. */
typedef json_object *command_row(const struct db_rows *row, const void *context);
enum result command_list(const struct command_call *call, struct command_answer *out,
	enum query query, const struct db_value *values, unsigned count, command_row *row_json);

#endif
