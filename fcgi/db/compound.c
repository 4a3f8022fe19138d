/* SPDX-License-Identifier: MIT */
/* Builds a compound statement from named queries. */
#include "db/compound.h"

#include "db/fault_calls.h"
#include "db/query_table.h"

#include "base/memory.h"

#include <string.h>

static const char *const ENDS[] = {
	[COMPOUND_ENDS] = "",
	[COMPOUND_COMMITS] = "COMMIT; ",
	[COMPOUND_COMMITS_ONE] = "IF ROW_COUNT() = 1 THEN COMMIT; END IF; ",
	[COMPOUND_TELLS_ID] = "IF ROW_COUNT() = 1 THEN SELECT LAST_INSERT_ID(); END IF; ",
};

bool compound_is_same(const struct compound *a, const struct compound *b)
{
	if (a->begins != b->begins || a->change_count != b->change_count || a->end != b->end
		|| (a->end == COMPOUND_SELECTS && a->select != b->select))
		return false;
	for (unsigned i = 0; i < a->change_count; i++)
		if (a->changes[i] != b->changes[i])
			return false;
	return true;
}

char *compound_text(const void *context, const struct compound *compound)
{
	char *text = memory_copy_text(context,
		compound->begins ? "BEGIN NOT ATOMIC START TRANSACTION; " : "BEGIN NOT ATOMIC ");
	for (unsigned i = 0; i < compound->change_count; i++)
		text = memory_format(
			context, "%s%s; ", text, QUERY_TABLE[compound->changes[i]].sql);
	if (compound->end == COMPOUND_SELECTS)
		return memory_format(context, "%sIF ROW_COUNT() = 1 THEN %s; END IF; END", text,
			QUERY_TABLE[compound->select].sql);
	return memory_format(context, "%s%sEND", text, ENDS[compound->end]);
}

/* Builds with fault points send single statements, as on MySQL: the points are between them. */
bool compound_probe(MYSQL *mysql, bool *is_possible)
{
	enum { SYNTAX_ERROR = 1064 };
	*is_possible = false;
	if (strstr(mysql_get_server_info(mysql), "MariaDB") && FAULT_PERMITS("pipelining")) {
		*is_possible = mysql_query(mysql, "BEGIN NOT ATOMIC DO 0; END") == 0;
		if (*is_possible || mysql_errno(mysql) != SYNTAX_ERROR)
			return *is_possible;
	}
	return mysql_query(mysql, "DO 0") == 0;
}
