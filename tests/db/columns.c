/* SPDX-License-Identifier: MIT */
/* Result columns have types that db/ reads, and the same kinds on MariaDB and on MySQL. */
#include "database.h"

#include "db/internal.h"
#include "db/query_table.h"

#include "base/memory.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <mysql.h>
#include <stdlib.h>
#include <string.h>

static const char *const KINDS[] = {
	[STATEMENT_UNSUPPORTED] = "unsupported",
	[STATEMENT_NUMBER] = "number",
	[STATEMENT_DATE] = "date",
	[STATEMENT_TIME] = "time",
	[STATEMENT_BYTES] = "bytes",
};

/* --- one column --- */

static const struct {
	const char *sql;
	enum statement_column_kind kind;
} EXPRESSIONS[] = {
	{ "SELECT CAST(1 AS SIGNED)", STATEMENT_NUMBER },
	{ "SELECT CAST(1 AS UNSIGNED)", STATEMENT_NUMBER },
	{ "SELECT 1 = 1", STATEMENT_NUMBER },
	{ "SELECT SUM(1)", STATEMENT_NUMBER },
	{ "SELECT CAST(1 AS DECIMAL(20, 0))", STATEMENT_NUMBER },
	{ "SELECT DATE '2026-01-01'", STATEMENT_DATE },
	{ "SELECT TIMESTAMP '2026-01-01 00:00:00'", STATEMENT_TIME },
	{ "SELECT 'text'", STATEMENT_BYTES },
	{ "SELECT X'00'", STATEMENT_BYTES },
	{ "SELECT REPEAT('x', 100000)", STATEMENT_BYTES },
	{ "SELECT NULL", STATEMENT_BYTES },
	{ "SELECT 1e0", STATEMENT_UNSUPPORTED },
	{ "SELECT RAND()", STATEMENT_UNSUPPORTED },
	{ "SELECT AVG(1)", STATEMENT_UNSUPPORTED },
	{ "SELECT 1 / 3", STATEMENT_UNSUPPORTED },
	{ "SELECT 0.5", STATEMENT_UNSUPPORTED },
	{ "SELECT CAST('10:00:00' AS TIME)", STATEMENT_UNSUPPORTED },
	{ "SELECT 1, 'text', 1e0", STATEMENT_UNSUPPORTED },
};

static void a_type_that_cannot_be_read_is_refused(void **state)
{
	(void)state;
	struct database database = database_make();
	for (size_t i = 0; i < countof(EXPRESSIONS); i++) {
		unsigned number = 0;
		char text[256];
		struct statement *statement = statement_prepare(database.context, database.reader,
			EXPRESSIONS[i].sql, &number, text, sizeof text);
		if (EXPRESSIONS[i].kind != STATEMENT_UNSUPPORTED) {
			if (!statement || statement->columns[0].kind != EXPRESSIONS[i].kind)
				fail_msg("%s is not a %s: %s", EXPRESSIONS[i].sql,
					KINDS[EXPRESSIONS[i].kind], statement ? "" : text);
			continue;
		}
		if (statement)
			fail_msg("%s is accepted", EXPRESSIONS[i].sql);
		assert_int_equal(number, STATEMENT_UNSUPPORTED_ERROR);
		assert_non_null(strstr(text, "unsupported type"));
	}
	database_drop(&database);
}

/* --- in a transaction --- */

struct reading {
	void (*read)(const struct db_rows *rows);
	bool was_reached;
};

static enum result read_key(struct db *db, void *state)
{
	struct reading *reading = state;
	struct db_rows *rows = db_select(db, QUERY_KEY_FIND, DB_PARAMS(db_id(1)));
	if (db_next(rows)) {
		reading->was_reached = true;
		reading->read(rows);
	}
	return RESULT_OK;
}

static struct database database_with_key(void)
{
	struct database database = database_make_migrated();
	database_run(&database,
		"INSERT INTO api_keys (id, name, secret_hash, scopes, created_at) VALUES "
		"(1, 'key', REPEAT('x', 32), 3, '2026-01-01 00:00:00')");
	return database;
}

static void read_scopes(const struct db_rows *rows)
{
	assert_int_equal(db_get_number(rows, KEY_FIND_SCOPE_BITS), 3);
}

static void scopes_are_a_number(void **state)
{
	(void)state;
	struct database database = database_with_key();
	struct reading reading = { .read = read_scopes };
	assert_int_equal(db_autocommit(database.db, read_key, &reading), RESULT_OK);
	assert_true(reading.was_reached);
	database_drop(&database);
}

static void a_column_of_another_type_fails_the_work(void **state)
{
	(void)state;
	struct database database = database_with_key();
	struct reading reading = { .read = read_scopes };
	database_run(&database, "ALTER TABLE api_keys MODIFY expires_at DOUBLE NULL");
	assert_int_equal(db_autocommit(database.db, read_key, &reading), ERR_INTERNAL);
	assert_false(reading.was_reached);
	assert_int_equal(db_error_number(database.db), STATEMENT_UNSUPPORTED_ERROR);
	assert_non_null(strstr(db_error_text(database.db), "expires_at"));
	database_drop(&database);
}

static void read_number_as_text(const struct db_rows *rows)
{
	assert_null(db_get_text(rows, KEY_FIND_SCOPE_BITS, NULL));
}
static void read_number_as_time(const struct db_rows *rows)
{
	assert_int_equal(db_get_time(rows, KEY_FIND_SCOPE_BITS).seconds, 0);
}
static void read_bytes_as_number(const struct db_rows *rows)
{
	assert_int_equal(db_get_number(rows, KEY_FIND_SECRET_HASH), 0);
}
static void read_bytes_as_date(const struct db_rows *rows)
{
	assert_int_equal(db_get_date(rows, KEY_FIND_SECRET_HASH).day, 0);
}

static void reading_a_column_as_another_type_fails_the_work(void **state)
{
	(void)state;
	static void (*const READINGS[])(const struct db_rows *) = { read_number_as_text,
		read_number_as_time, read_bytes_as_number, read_bytes_as_date };
	struct database database = database_with_key();
	for (size_t i = 0; i < countof(READINGS); i++) {
		struct reading reading = { .read = READINGS[i] };
		assert_int_equal(db_autocommit(database.db, read_key, &reading), ERR_INTERNAL);
		assert_true(reading.was_reached);
		assert_int_equal(db_error_number(database.db), STATEMENT_UNSUPPORTED_ERROR);
	}
	database_drop(&database);
}

/* --- all queries, on both servers --- */

static const struct statement *prepare(const struct database *database, enum query query)
{
	if (!db_prepare(database->db, query))
		fail_msg("%s: %s", db_query_name(query), db_error_text(database->db));
	return database->db->statements[query];
}

static void assert_same_columns(
	enum query query, const struct statement *here, const struct statement *there)
{
	if (here->column_count != there->column_count)
		fail_msg("%s has %u columns on one server and %u on the other",
			db_query_name(query), here->column_count, there->column_count);
	for (unsigned i = 0; i < here->column_count; i++)
		if (here->columns[i].kind != there->columns[i].kind)
			fail_msg("%s: column %u is a %s on one server and a %s on the other",
				db_query_name(query), i + 1, KINDS[here->columns[i].kind],
				KINDS[there->columns[i].kind]);
}

static void every_query_has_the_same_columns_on_both_servers(void **state)
{
	(void)state;
	const char *other = getenv("DOJANG_TEST_OTHER_HOSTS");
	if (!other)
		skip();
	struct database here = database_make_migrated();
	setenv("DOJANG_TEST_HOSTS", other, 1);
	struct database there = database_make_migrated();
	assert_true(database_is_mysql(&here) != database_is_mysql(&there));
	for (enum query query = 0; query < QUERY_COUNT; query++)
		assert_same_columns(query, prepare(&here, query), prepare(&there, query));
	database_drop(&there);
	database_drop(&here);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_type_that_cannot_be_read_is_refused),
		cmocka_unit_test(scopes_are_a_number),
		cmocka_unit_test(a_column_of_another_type_fails_the_work),
		cmocka_unit_test(reading_a_column_as_another_type_fails_the_work),
		cmocka_unit_test(every_query_has_the_same_columns_on_both_servers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
