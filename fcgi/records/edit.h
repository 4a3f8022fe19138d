/* SPDX-License-Identifier: MIT */
/* A change made by staff or by the command line: who makes it, when, and what was wrong with it. */
#ifndef DOJANG_RECORDS_EDIT_H
#define DOJANG_RECORDS_EDIT_H

#include "base/fields.h"
#include "base/json.h"
#include "db/db.h"

/* Goes into the audit log: internal ids only ("staff:3", "command:root"). */
struct actor {
	const char *name, *address;
}; /* address NULL: not from the network */

enum { EDIT_FORM_BYTES = 16 };

struct edit {
	struct db *db;
	const void *context; /* memory of what is answered */
	struct actor actor;
	instant now;
	struct field_errors errors; /* filled when the answer is not a success */
	/* the one-time id of the form that asks for it, EDIT_FORM_BYTES; NULL: not from a form */
	const void *form;
	/* the form has done its work before: ERR_CONFLICT, and nothing was changed now */
	bool is_repeated;
};

/* Notes what is wrong with field: its name uses underscores and is a column's or an argument's. */
void edit_note_refusal(struct edit *edit, const char *field, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* ... and answers result, for `return`. Not a function: whoever reads the caller, an analyzer too,
 * is to see that it is no success. */
#define edit_refuse(edit, result, field, ...) \
	(edit_note_refusal((edit), (field), __VA_ARGS__), (result))
/* Runs body as a transaction; it may run several times, and only the last run's refusals are kept.
 */
enum result edit_transaction(struct edit *edit, db_transaction_function *body, void *state);
/* A number from 1 to 2^53 - 1 that changes when the object does: what someone has seen. Takes json
 * over. */
uint64_t edit_fingerprint(const void *context, json_object *json);
/* ERR_INVALID, noted, unless image is NULL or begins as the address of an image does. */
enum result edit_check_image(struct edit *edit, const char *image);

#endif
