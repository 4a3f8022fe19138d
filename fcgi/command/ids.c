/* SPDX-License-Identifier: MIT */
/* dojangctl ids raise: after a restore, no number that was given since the backup is given again.
 */
#include "command/areas.h"

#include "base/memory.h"
#include "records/audit.h"

#include <inttypes.h>

struct input {
	int64_t by;
};

static const struct field FIELDS[] = {
	FIELD(struct input, by, FIELD_NUMBER, FIELD_RANGE(1, 100000000), .fallback = "1000000",
		.help = "more than what a table can have got since the backup"),
	{ .name = NULL },
};

/* MySQL answers from a cache that is a day old. MariaDB reads the first comment as one. */
static const char WITHOUT_CACHE[] =
	"/*!80000 SET SESSION information_schema_stats_expiry = 0 */ /*M! DO 0 */";

static enum result read_next(struct db *db, const char *table, uint64_t *next)
{
	struct db_rows *row = db_read_one(db, QUERY_IDS_NEXT, DB_PARAMS(db_text(table)));
	*next = db_get_id(row, IDS_NEXT_NEXT_ID);
	return db_end_read(db);
}

/* Database and tables are the program's own, so that nothing else of a shared database changes. */
static enum result raise_table(struct db *db, const void *context, const char *table, uint64_t to)
{
	uint64_t next;
	const char *sql = memory_format(
		context, "ALTER TABLE %s AUTO_INCREMENT = %" PRIu64, table, to);
	if (!db_execute_text(db, sql))
		return ERR_INTERNAL;
	enum result result = read_next(db, table, &next);
	return result == RESULT_OK && next < to ? ERR_CONFLICT : result;
}

static json_object *void_json(const char *table, uint64_t from, uint64_t to)
{
	json_object *json = json_new_object();
	json_put_text(json, "table", table);
	json_put_number(json, "from", (int64_t)from);
	json_put_number(json, "to", (int64_t)to);
	return json;
}

static enum result list_tables(
	struct db *db, const void *context, const char ***tables, size_t *count)
{
	struct db_rows *rows = db_read(db, QUERY_IDS_TABLES, DB_NO_PARAMS);
	*tables = NULL;
	for (*count = 0; db_next(rows); (*count)++) {
		*tables = memory_grow(context, *tables, const char *, *count + 1);
		(*tables)[*count] = db_get_text(rows, IDS_TABLES_TABLE_NAME, context);
	}
	return db_end_read(db);
}

static enum result raise_all(const struct command_call *call, json_object *list)
{
	const struct input *input = call->input;
	const char **tables;
	size_t count;
	enum result result = list_tables(call->db, call->context, &tables, &count);
	for (size_t i = 0; i < count && result == RESULT_OK; i++) {
		uint64_t next, to;
		result = read_next(call->db, tables[i], &next);
		to = next + (uint64_t)input->by;
		if (result == RESULT_OK)
			result = raise_table(call->db, call->context, tables[i], to);
		if (result == RESULT_OK)
			json_append(list, void_json(tables[i], next, to - 1));
	}
	return result;
}

struct work {
	struct edit *edit;
	json_object *list;
};

static enum result note(struct db *db, void *state)
{
	struct work *work = state;
	(void)db;
	json_object *after = json_new_object();
	json_put(after, "void", json_object_get(work->list));
	audit_write(work->edit, "ids.raise", "database", 0, NULL, after);
	return RESULT_OK;
}

static const char *describe(const void *context, json_object *list)
{
	const char *text =
		"These numbers are void. The programs before the restore may have given them to "
		"others:\n";
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		json_object *item = json_object_array_get_idx(list, i);
		text = memory_format(context, "%s  %-18s %" PRId64 " to %" PRId64 "\n", text,
			json_object_get_string(json_object_object_get(item, "table")),
			json_object_get_int64(json_object_object_get(item, "from")),
			json_object_get_int64(json_object_object_get(item, "to")));
	}
	return text;
}

static enum result raise_ids(const struct command_call *call, struct command_answer *out)
{
	struct edit edit = command_edit(call);
	json_object *list = json_new_array();
	command_json(out, json_new_object());
	json_put(out->json, "void", list);
	if (!db_execute_text(call->db, WITHOUT_CACHE))
		return ERR_INTERNAL;
	enum result result = raise_all(call, list);
	if (result == RESULT_OK)
		result = edit_transaction(&edit, note, &(struct work){ &edit, list });
	if (result != RESULT_OK)
		return command_refuse(out, result, "the numbers could not be raised: %s",
			db_error_text(call->db));
	command_say(out,
		"%sWhat the shop or a customer holds with such a number is not what this "
		"database calls by it.",
		describe(call->context, list));
	return RESULT_OK;
}

const struct command IDS_COMMANDS[] = {
	{ "ids raise", NEEDS_DATABASE, raise_ids, FIELDS, sizeof(struct input),
		"after a restore: makes sure that no number is given twice, and says which are "
		"void" },
	{ .words = NULL },
};
