/* SPDX-License-Identifier: MIT */
/* What all changes by staff and commands have in common. */
#include "reward/edit.h"

#include "base/memory.h"

enum result edit_refuse(struct edit *edit, enum result result, const char *field, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	field_errors_add(&edit->errors, edit->context, field, memory_format_list(edit->context, format, list));
	va_end(list);
	return result;
}

struct attempt { struct edit *edit; db_body *body; void *state; };

static enum result afresh(struct db *db, void *pointer)
{
	struct attempt *attempt = pointer;
	struct edit *edit = attempt->edit;
	edit->errors.count = 0;
	edit->is_repeated = edit->form &&
		!db_change_unless_duplicate(db, QUERY_FORM_USE_INSERT, DB_VALUES(db_bytes(edit->form, EDIT_FORM_BYTES), db_time(edit->now)), NULL);
	if (edit->is_repeated)
		return ERR_CONFLICT;
	return attempt->body(db, attempt->state);
}

enum result edit_transaction(struct edit *edit, db_body *body, void *state)
{
	struct attempt attempt = { edit, body, state };
	return db_transaction(edit->db, afresh, &attempt);
}
