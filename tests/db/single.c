/* SPDX-License-Identifier: MIT */
/* db_read and db_write: single statements without a transaction function, on a real server. */
#include "database.h"

#include "base/memory.h"
#include "db/internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_database(void **state)
{
	static struct database database;
	database = database_make_migrated();
	database_run(&database,
		"INSERT INTO events (id, slug, name, description, mode, time_zone, starts_on, "
		"ends_on, state, created_at) VALUES "
		"(3, 'november', 'November', '', 'cumulative', 'Asia/Seoul', '2026-11-01', "
		"'2026-11-30', 'open', '2026-11-01'), "
		"(4, 'december', 'December', '', 'cumulative', 'Asia/Seoul', '2026-12-01', "
		"'2026-12-31', 'open', '2026-11-01')");
	*state = &database;
	return 0;
}

static int close_database(void **state)
{
	database_drop(*state);
	return 0;
}

/* The server ends the connection, without the client's knowledge. */
static void lose_connection(const struct database *database)
{
	int64_t id = (int64_t)mysql_thread_id(database->db->mysql);
	mysql_query(database->reader, memory_format(database->context, "KILL %d", (int)id));
	while (database_number(database,
		       "SELECT COUNT(*) FROM information_schema.processlist WHERE id = %d", (int)id)
		> 0)
		usleep(1000);
}

/* --- reads --- */

static int64_t count_events(struct db *db, enum result expected)
{
	int64_t count = 0;
	struct db_rows *rows = db_read(db, QUERY_EDIT_EVENT_LIST, DB_NO_PARAMS);
	while (db_next(rows)) {
		assert_true(db_get_id(rows, EDIT_EVENT_LIST_ID) > 0);
		count++;
	}
	assert_int_equal(db_end_read(db), expected);
	return count;
}

static void rows_are_read(void **state)
{
	struct database *database = *state;
	assert_int_equal(count_events(database->db, RESULT_OK), 2);
	/* rows that are left do not matter */
	db_next(db_read(database->db, QUERY_EDIT_EVENT_LIST, DB_NO_PARAMS));
	assert_int_equal(db_end_read(database->db), RESULT_OK);
	assert_int_equal(count_events(database->db, RESULT_OK), 2);
}

static void one_row_is_there_at_once(void **state)
{
	struct database *database = *state;
	struct db_rows *row = db_read_one(
		database->db, QUERY_EDIT_EVENT_OF_SLUG, DB_PARAMS(db_text("december")));
	assert_int_equal(db_get_id(row, EDIT_EVENT_OF_SLUG_ID), 4);
	assert_int_equal(db_end_read(database->db), RESULT_OK);
}

static void a_missing_row_reads_as_null(void **state)
{
	struct database *database = *state;
	struct db_rows *row = db_read_one(
		database->db, QUERY_EDIT_EVENT_OF_SLUG, DB_PARAMS(db_text("nothing")));
	assert_true(db_is_null(row, EDIT_EVENT_OF_SLUG_ID));
	assert_int_equal(db_get_id(row, EDIT_EVENT_OF_SLUG_ID), 0);
	assert_null(db_get_text(row, EDIT_EVENT_OF_SLUG_STATE, NULL));
	assert_false(db_next(row));
	assert_int_equal(db_end_read(database->db), ERR_NOT_FOUND);
}

static void a_read_is_repeated_on_a_new_connection(void **state)
{
	struct database *database = *state;
	assert_int_equal(count_events(database->db, RESULT_OK), 2);
	lose_connection(database);
	assert_int_equal(count_events(database->db, RESULT_OK), 2);
	lose_connection(database);
	struct db_rows *row = db_read_one(
		database->db, QUERY_EDIT_EVENT_OF_SLUG, DB_PARAMS(db_text("december")));
	assert_int_equal(db_get_id(row, EDIT_EVENT_OF_SLUG_ID), 4);
	assert_int_equal(db_end_read(database->db), RESULT_OK);
}

static void a_failed_read_has_no_rows(void **state)
{
	struct database *database = *state;
	database_run(database, "ALTER TABLE events RENAME TO gone");
	assert_int_equal(count_events(database->db, ERR_UNAVAILABLE), 0);
	struct db_rows *row = db_read_one(
		database->db, QUERY_EDIT_EVENT_OF_SLUG, DB_PARAMS(db_text("december")));
	assert_int_equal(db_get_id(row, EDIT_EVENT_OF_SLUG_ID), 0);
	assert_int_equal(db_end_read(database->db), ERR_UNAVAILABLE);
	database_run(database, "ALTER TABLE gone RENAME TO events");
	assert_int_equal(count_events(database->db, RESULT_OK), 2);
}

static void an_error_while_reading_is_the_result(void **state)
{
	struct database *database = *state;
	struct db_rows *rows = db_read(database->db, QUERY_EDIT_EVENT_LIST, DB_NO_PARAMS);
	assert_true(db_next(rows));
	assert_int_equal(db_get_number(rows, EDIT_EVENT_LIST_NAME), 0);
	assert_false(db_next(rows));
	assert_int_equal(db_end_read(database->db), ERR_INTERNAL);
	assert_int_equal(db_error_number(database->db), STATEMENT_UNSUPPORTED_ERROR);
	assert_int_equal(count_events(database->db, RESULT_OK), 2);
}

/* --- writes --- */

static void a_write_counts_its_rows(void **state)
{
	struct database *database = *state;
	uint64_t changed = 7;
	assert_int_equal(db_write(database->db, QUERY_WEBHOOK_TOUCH_EVENTS, DB_NO_PARAMS, &changed),
		RESULT_OK);
	assert_int_equal(changed, 2);
	assert_int_equal(db_write(database->db, QUERY_EDIT_EVENT_TOUCH,
				 DB_PARAMS(db_text("nothing")), &changed),
		RESULT_OK);
	assert_int_equal(changed, 0);
	assert_int_equal(db_write(database->db, QUERY_EDIT_EVENT_TOUCH,
				 DB_PARAMS(db_text("november")), NULL),
		RESULT_OK);
	assert_int_equal(database_number(database, "SELECT version FROM events WHERE id = 3")
			- database_number(database, "SELECT version FROM events WHERE id = 4"),
		1);
}

static void a_write_is_repeated_on_a_new_connection(void **state)
{
	struct database *database = *state;
	int64_t version = database_number(database, "SELECT version FROM events WHERE id = 3");
	lose_connection(database);
	assert_int_equal(db_write(database->db, QUERY_EDIT_EVENT_TOUCH,
				 DB_PARAMS(db_text("november")), NULL),
		RESULT_OK);
	assert_int_equal(
		database_number(database, "SELECT version FROM events WHERE id = 3"), version + 1);
}

static void a_failed_write_changes_nothing(void **state)
{
	struct database *database = *state;
	uint64_t changed = 7;
	assert_int_equal(db_write(database->db, QUERY_ISSUER_INSERT,
				 DB_PARAMS(db_text("https://shop.example/")), NULL),
		RESULT_OK);
	assert_int_equal(db_write(database->db, QUERY_ISSUER_INSERT,
				 DB_PARAMS(db_text("https://shop.example/")), &changed),
		ERR_INTERNAL);
	assert_int_equal(changed, 0);
}

/* --- misuse --- */

static enum result do_nothing(struct db *db, void *state)
{
	(void)db;
	(void)state;
	return RESULT_OK;
}

static void run_in_between(struct db *db)
{
	db_read(db, QUERY_EDIT_EVENT_LIST, DB_NO_PARAMS);
	db_transaction(db, do_nothing, NULL);
}

static void read_in_between(struct db *db)
{
	db_read(db, QUERY_EDIT_EVENT_LIST, DB_NO_PARAMS);
	db_read(db, QUERY_EDIT_EVENT_LIST, DB_NO_PARAMS);
}

static void read_after_the_end(struct db *db)
{
	struct db_rows *rows = db_read(db, QUERY_EDIT_EVENT_LIST, DB_NO_PARAMS);
	db_next(rows);
	db_end_read(db);
	db_get_id(rows, EDIT_EVENT_LIST_ID);
}

static void read_column_of_another_query(struct db *db)
{
	struct db_rows *rows = db_read(db, QUERY_EDIT_EVENT_LIST, DB_NO_PARAMS);
	db_next(rows);
	db_is_null(rows, EDIT_EVENT_LIST_COLUMNS);
}

static enum result read_inside(struct db *db, void *state)
{
	(void)state;
	db_read(db, QUERY_EDIT_EVENT_LIST, DB_NO_PARAMS);
	return db_end_read(db);
}

static void read_inside_a_transaction(struct db *db)
{
	db_transaction(db, read_inside, NULL);
}

/* In a child process, on a connection of its own. */
static void assert_aborts(const struct database *database, void misuse(struct db *db))
{
	pid_t child = fork();
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		misuse(database_connect(
			database, getenv("DOJANG_TEST_USER"), getenv("DOJANG_TEST_PASSWORD")));
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void misuse_aborts(void **state)
{
	static void (*const MISUSES[])(struct db *) = { run_in_between, read_in_between,
		read_after_the_end, read_column_of_another_query, read_inside_a_transaction };
	for (size_t i = 0; i < countof(MISUSES); i++)
		assert_aborts(*state, MISUSES[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_read),
		cmocka_unit_test(one_row_is_there_at_once),
		cmocka_unit_test(a_missing_row_reads_as_null),
		cmocka_unit_test(a_read_is_repeated_on_a_new_connection),
		cmocka_unit_test(a_failed_read_has_no_rows),
		cmocka_unit_test(an_error_while_reading_is_the_result),
		cmocka_unit_test(a_write_counts_its_rows),
		cmocka_unit_test(a_write_is_repeated_on_a_new_connection),
		cmocka_unit_test(a_failed_write_changes_nothing),
		cmocka_unit_test(misuse_aborts),
	};
	return cmocka_run_group_tests(tests, open_database, close_database);
}
