/* SPDX-License-Identifier: MIT */
/* Reads the options of a select element. */
#include "console/choices.h"

#include "base/json.h"
#include "base/memory.h"

/* The columns of the queries for choices. */
enum { VALUE = CONSOLE_EVENT_OPTIONS_VALUE, LABEL = CONSOLE_EVENT_OPTIONS_LABEL };
_Static_assert(
	(int)CONSOLE_PRODUCT_OPTIONS_VALUE == VALUE && (int)CONSOLE_PRODUCT_OPTIONS_LABEL == LABEL,
	"as in the others");
_Static_assert(
	(int)CONSOLE_STAFF_OPTIONS_VALUE == VALUE && (int)CONSOLE_STAFF_OPTIONS_LABEL == LABEL,
	"as in the others");

void choices_add(json_object *choices, const char *value, const char *label)
{
	json_object *choice = json_new_object();
	json_put_text(choice, "value", value);
	json_put_text(choice, "label", label);
	json_append(choices, choice);
}

enum result choices_read(const struct call *call, enum query query, json_object **choices)
{
	struct db *db = console_of(call)->db;
	*choices = json_attach(call->context, json_new_array());
	struct db_rows *rows = db_read(db, query, DB_NO_PARAMS);
	while (db_next(rows))
		choices_add(*choices, db_get_text(rows, VALUE, call->context),
			db_get_text(rows, LABEL, call->context));
	return db_end_read(db);
}
