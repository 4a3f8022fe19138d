/* SPDX-License-Identifier: MIT */
/* A change by staff or by dojangctl: who makes it, when, and what was wrong with it. */
#ifndef DOJANG_RECORDS_EDIT_H
#define DOJANG_RECORDS_EDIT_H

#include "base/fields.h"
#include "base/json.h"
#include "db/db.h"

/* For the audit log; internal ids only ("staff:3", "command:root"). */
struct actor {
	const char *name, *address;
}; /* address NULL: not over the network */

enum { EDIT_FORM_BYTES = 16 };

struct edit {
	struct db *db;
	const void *context; /* memory of the results */
	struct actor actor;
	instant now;
	/* when the web server received the request, in milliseconds (records/received.h) */
	int64_t received;
	struct field_errors errors; /* filled when the result is not a success */
	/* the one-time id of the form, EDIT_FORM_BYTES; NULL: not from a form */
	const void *form;
	/* the form was used before: ERR_CONFLICT, and nothing was changed now */
	bool is_repeated;
};

/* Records an error of field. Field names use underscores, like columns and arguments. */
void edit_note_refusal(struct edit *edit, const char *field, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same; returns result, for `return`. A macro, so that readers and analyzers see that it is not
 * a success. */
#define edit_refuse(edit, result, field, ...) \
	(edit_note_refusal((edit), (field), __VA_ARGS__), (result))
/* Runs the function as a transaction. It may run several times; only the refusals of the last run
 * are kept. */
enum result edit_transaction(struct edit *edit, db_transaction_function *body, void *state);
/* The fingerprint of an object: a number from 1 to 2^53 - 1 that changes with it, to detect
 * concurrent edits. Takes ownership of json. */
uint64_t edit_fingerprint(const void *context, json_object *json);
/* ERR_INVALID, recorded, unless image is NULL or begins like the address of an image. */
enum result edit_check_image(struct edit *edit, const char *image);

#endif
