/* SPDX-License-Identifier: MIT */
/* Implements what all changes by staff and commands have in common. */
#include "records/edit.h"

#include "base/memory.h"
#include "base/text.h"

void edit_note_refusal(struct edit *edit, const char *field, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	field_errors_add(&edit->errors, edit->context, field,
		memory_format_list(edit->context, format, list));
	va_end(list);
}

struct attempt {
	struct edit *edit;
	db_transaction_function *body;
	void *state;
};

static enum result afresh(struct db *db, void *pointer)
{
	struct attempt *attempt = pointer;
	struct edit *edit = attempt->edit;
	edit->errors.count = 0;
	edit->is_repeated = edit->form
		&& !db_change_unless_duplicate(db, QUERY_FORM_USE_INSERT,
			DB_PARAMS(db_bytes(edit->form, EDIT_FORM_BYTES), db_time(edit->now)), NULL);
	if (edit->is_repeated)
		return ERR_CONFLICT;
	return attempt->body(db, attempt->state);
}

enum result edit_transaction(struct edit *edit, db_transaction_function *body, void *state)
{
	struct attempt attempt = { edit, body, state };
	return db_transaction(edit->db, afresh, &attempt);
}

/* FNV-1a. */
uint64_t edit_fingerprint(const void *context, json_object *json)
{
	uint64_t hash = 14695981039346656037u;
	for (const char *at = json_text(context, json_attach(context, json)); *at; at++)
		hash = (hash ^ (unsigned char)*at) * 1099511628211u;
	return hash % (((uint64_t)1 << 53) - 2) + 1;
}

enum result edit_check_image(struct edit *edit, const char *image)
{
	if (!image || text_starts_with(image, "https://") || text_starts_with(image, "http://")
		|| text_starts_with(image, "/"))
		return RESULT_OK;
	return edit_refuse(edit, ERR_INVALID, "image",
		"must be an address that begins with https://, http:// or /");
}
