/* SPDX-License-Identifier: MIT */
/* Writes audit rows. */
#include "records/audit.h"

#include "base/memory.h"

static struct db_value taken(const void *context, json_object *object)
{
	return object ? db_text(json_text(context, json_attach(context, object))) : db_null();
}

void audit_write(const struct edit *edit, const char *action, const char *subject, uint64_t id,
	json_object *before, json_object *after)
{
	void *context = memory_context(edit->context);
	db_change(edit->db, QUERY_AUDIT_INSERT,
		DB_PARAMS(db_time(edit->now), db_text(edit->actor.name),
			db_text(edit->actor.address), db_text(action), db_text(subject), db_id(id),
			taken(context, before), taken(context, after)));
	memory_free(context);
}
