/* SPDX-License-Identifier: MIT */
/* Migrations, every named query and the programs' rights, on a real server. */
#include "database.h"
#include "query_columns.h"

#include "base/memory.h"
#include "base/text.h"
#include "db/grants.h"
#include "db/migration_table.h"
#include "db/query_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- migrations --- */

static void count_stages(const struct database *database, size_t stages[3])
{
	struct migration_states states;
	assert_null(migrate_read_states(database->db, database->context, &states));
	stages[0] = stages[1] = stages[2] = 0;
	for (size_t i = 0; i < states.count; i++)
		stages[states.items[i].stage]++;
}

static void assert_stages(
	const struct database *database, size_t waiting, size_t started, size_t done)
{
	size_t stages[3];
	count_stages(database, stages);
	assert_int_equal(stages[MIGRATION_WAITING], waiting);
	assert_int_equal(stages[MIGRATION_STARTED], started);
	assert_int_equal(stages[MIGRATION_DONE], done);
}

static void an_empty_database_is_migrated_and_then_left_alone(void **state)
{
	(void)state;
	struct database database = database_make();
	size_t ran;
	assert_stages(&database, MIGRATION_COUNT, 0, 0);
	assert_null(migrate_run(database.db, database.context, &NOBODY, 0, &ran));
	assert_int_equal(ran, MIGRATION_COUNT);
	assert_stages(&database, 0, 0, MIGRATION_COUNT);
	assert_null(migrate_run(database.db, database.context, &NOBODY, 0, &ran));
	assert_int_equal(ran, 0);
	database_drop(&database);
}

struct news {
	unsigned resumed, had_been_done;
};

static void note(void *state, enum migrate_news what, const char *name, size_t done, size_t total)
{
	struct news *news = state;
	(void)name;
	assert_true(done <= total);
	news->resumed += what == MIGRATE_RESUMES;
	news->had_been_done += what == MIGRATE_HAD_BEEN_DONE;
}

static void a_crash_after_a_step_is_noticed_and_resumed(void **state)
{
	(void)state;
	struct database database = database_make_migrated();
	struct news news = { 0 };
	size_t ran;
	database_run(
		&database, "UPDATE migrations SET done_at = NULL WHERE name = 'audit_entries'");
	assert_stages(&database, 0, 1, MIGRATION_COUNT - 1);
	assert_null(migrate_run(
		database.db, database.context, &(struct migrate_watcher){ note, &news }, 0, &ran));
	assert_int_equal(ran, 1);
	assert_int_equal(news.resumed, 1);
	assert_int_equal(news.had_been_done, 1);
	assert_stages(&database, 0, 0, MIGRATION_COUNT);
	database_drop(&database);
}

static void a_crash_before_a_step_took_effect_is_resumed(void **state)
{
	(void)state;
	struct database database = database_make_migrated();
	struct news news = { 0 };
	size_t ran;
	database_run(
		&database, "UPDATE migrations SET done_at = NULL WHERE name = 'audit_entries'");
	database_run(&database, "DROP TABLE audit_entries");
	assert_null(migrate_run(
		database.db, database.context, &(struct migrate_watcher){ note, &news }, 0, &ran));
	assert_int_equal(news.resumed, 1);
	assert_int_equal(news.had_been_done, 0);
	database_run(&database, "DO (SELECT COUNT(*) FROM audit_entries)");
	database_drop(&database);
}

static void a_table_of_somebody_else_is_not_taken_for_ours(void **state)
{
	(void)state;
	struct database database = database_make();
	size_t ran;
	database_run(&database, "CREATE TABLE issuers (id INT PRIMARY KEY)");
	const char *error = migrate_run(database.db, database.context, &NOBODY, 0, &ran);
	assert_non_null(error);
	assert_non_null(strstr(error, "0001_issuers"));
	assert_int_equal(ran, 0);
	database_drop(&database);
}

static void a_database_of_another_line_of_versions_is_refused(void **state)
{
	(void)state;
	struct database database = database_make_migrated();
	size_t ran;
	database_run(&database, "UPDATE migrations SET name = 'something_else' WHERE number = 3");
	const char *error = migrate_run(database.db, database.context, &NOBODY, 0, &ran);
	assert_non_null(error);
	assert_non_null(strstr(error, "something_else"));
	database_drop(&database);
}

static void a_newer_database_is_fine(void **state)
{
	(void)state;
	struct database database = database_make_migrated();
	size_t ran;
	database_run(&database,
		"INSERT INTO migrations VALUES (9999, 'of_the_future', UTC_TIMESTAMP(), "
		"UTC_TIMESTAMP())");
	assert_null(migrate_run(database.db, database.context, &NOBODY, 0, &ran));
	assert_int_equal(ran, 0);
	database_drop(&database);
}

static void only_one_run_works_at_a_time(void **state)
{
	(void)state;
	struct database database = database_make_migrated();
	size_t ran;
	database_run(
		&database, "UPDATE migrations SET done_at = NULL ORDER BY number DESC LIMIT 1");
	database_run(&database,
		"UPDATE migration_lock SET owner = 'another', leased_until = UTC_TIMESTAMP() + "
		"INTERVAL 1 HOUR");
	const char *error = migrate_run(database.db, database.context, &NOBODY, 0, &ran);
	assert_non_null(error);
	assert_non_null(strstr(error, "another"));
	assert_int_equal(ran, 0);
	database_run(&database,
		"UPDATE migration_lock SET leased_until = UTC_TIMESTAMP() - INTERVAL 1 SECOND");
	assert_null(migrate_run(database.db, database.context, &NOBODY, 0, &ran));
	assert_int_equal(ran, 1);
	database_drop(&database);
}

/* A child process of its own connection; its exit code is the number of steps it ran, 255: it
 * failed. */
static pid_t migrate_in_child(const struct database *database)
{
	pid_t child = fork();
	if (child != 0)
		return child;
	size_t ran;
	struct db *db = database_connect(
		database, getenv("DOJANG_TEST_USER"), getenv("DOJANG_TEST_PASSWORD"));
	const char *error = migrate_run(db, database->context, &NOBODY, 60, &ran);
	if (error)
		fprintf(stderr, "%s\n", error);
	_exit(error ? 255 : (int)ran);
}

static void runs_at_the_same_time_share_the_work(void **state)
{
	(void)state;
	enum { RUNS = 4 };
	struct database database = database_make();
	pid_t children[RUNS];
	int total = 0;
	for (size_t i = 0; i < RUNS; i++)
		children[i] = migrate_in_child(&database);
	for (size_t i = 0; i < RUNS; i++) {
		int status;
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status));
		assert_int_not_equal(WEXITSTATUS(status), 255);
		total += WEXITSTATUS(status);
	}
	assert_int_equal(total, MIGRATION_COUNT);
	assert_stages(&database, 0, 0, MIGRATION_COUNT);
	database_drop(&database);
}

/* --- queries and rights --- */

static void every_query_can_be_prepared(void **state)
{
	(void)state;
	struct database database = database_make_migrated();
	for (enum query query = 0; query < QUERY_COUNT; query++)
		if (!db_prepare(database.db, query))
			fail_msg("%s: %s", db_query_name(query), db_error_text(database.db));
	database_drop(&database);
}

static void assert_columns(enum query query, MYSQL_RES *description)
{
	const struct query_columns *columns = &QUERY_COLUMNS[query];
	unsigned count = description ? mysql_num_fields(description) : 0;
	if (columns->count != count)
		fail_msg("%s: %u columns have names, the server answers %u", db_query_name(query),
			columns->count, count);
	for (unsigned i = 0; i < count; i++) {
		const char *name = mysql_fetch_field_direct(description, i)->name;
		if (strcasecmp(columns->names[i], name) != 0) /* SHOW writes them with a capital */
			fail_msg("%s: column %u is called %s, by the server %s",
				db_query_name(query), i, columns->names[i], name);
	}
}

static void columns_are_named_as_the_server_names_them(void **state)
{
	(void)state;
	struct database database = database_make_migrated();
	for (enum query query = 0; query < QUERY_COUNT; query++) {
		const char *sql = QUERY_TABLE[query].sql;
		MYSQL_STMT *statement = mysql_stmt_init(database.reader);
		if (mysql_stmt_prepare(statement, sql, strlen(sql)) != 0)
			fail_msg("%s: %s", db_query_name(query), mysql_stmt_error(statement));
		MYSQL_RES *description = mysql_stmt_result_metadata(statement);
		assert_columns(query, description);
		mysql_free_result(description);
		mysql_stmt_close(statement);
	}
	database_drop(&database);
}

struct rights {
	struct database database;
	struct db *api, *console, *notifier;
};

static struct db *make_account(const struct database *database, const char *program)
{
	size_t given = 0;
	const char *user = memory_format(
		database->context, "%s_%s", program, database->name + strlen("dojang_test_"));
	struct grant_account account = { program, database->name, user, "localhost" };
	const char *error = grants_create_user(
		database->db, database->context, &account, "correct-horse");
	if (!error)
		error = grants_apply(database->db, database->context, &account, &given);
	if (error)
		fail_msg("%s: %s", program, error);
	assert_true(given > 0);
	assert_null(grants_apply(database->db, database->context, &account, &given));
	return database_connect(database, user, "correct-horse");
}

static int make_rights(void **state)
{
	static struct rights rights;
	rights.database = database_make_migrated();
	rights.api = make_account(&rights.database, "api");
	rights.console = make_account(&rights.database, "console");
	rights.notifier = make_account(&rights.database, "notifier");
	*state = &rights;
	return 0;
}

static int drop_rights(void **state)
{
	struct rights *rights = *state;
	static const char *const PROGRAMS[] = { "api", "console", "notifier" };
	for (size_t i = 0; i < countof(PROGRAMS); i++)
		database_run(&rights->database, "DROP USER '%s_%s'@'localhost'", PROGRAMS[i],
			rights->database.name + strlen("dojang_test_"));
	database_drop(&rights->database);
	return 0;
}

/* Which programs run which queries, by the beginning of the name; the first row that fits counts.
 * dojangctl may do anything. */
static const struct {
	const char *prefix;
	bool is_api, is_console, is_notifier;
} USES[] = {
	{ "address_set_erasure", true, true, false },
	{ "address_read", true, true, false },
	{ "address_to_ship", false, true, false },
	{ "address_", true, false, false },
	{ "archive_dates", true, true, false },
	{ "archive_", false, false, false },
	{ "attendance_dates", true, true, false },
	{ "attendance_", true, false, false },
	{ "audit_", true, true, false },
	{ "block_", false, true, false },
	{ "budget_clear", false, true, false },
	{ "budget_insert", false, true, false },
	{ "budget_", true, true, false },
	{ "claim_fulfil", true, true, false },
	{ "claim_lock", true, true, false },
	{ "claim_owner", true, true, false },
	{ "claim_", true, false, false },
	{ "claims_", true, false, false },
	{ "console_participants_batch", true, true, false },
	{ "console_report_claims", true, true, false },
	{ "console_", false, true, false },
	{ "closing_", false, false, true },
	{ "coupon_insert", false, true, false },
	{ "coupon_known", false, true, false },
	{ "coupon_", true, false, false },
	{ "customer_lock", true, true, true },
	{ "customer_", true, false, false },
	{ "daily_points_rules", true, true, false },
	{ "daily_points_", false, true, false },
	{ "dead_letter_", false, true, true },
	{ "demo_", false, false, false },
	{ "digest_", false, false, true },
	{ "doctor_sealed", false, false, false },
	{ "doctor_webhook_secrets", false, false, false },
	{ "doctor_zones", false, false, false },
	{ "doctor_", true, true, true },
	{ "edit_event_hold", true, true, false },
	{ "edit_event_of_slug", true, true, false },
	{ "edit_", false, true, false },
	{ "event_", true, false, false },
	{ "expiry_due", false, false, true },
	{ "fact_", false, false, true },
	{ "form_use", false, true, false },
	{ "ids_", false, false, false },
	{ "import_", false, false, false },
	{ "invariant_", false, false, false },
	{ "issuer_", true, false, false },
	{ "lot_insert", true, false, false },
	{ "lot_mark_user", true, false, false },
	{ "lots_used_by", true, false, false },
	{ "lot_of_grant", false, true, false },
	{ "lots_account", false, true, false },
	{ "lots_to_announce", false, false, true },
	{ "lot_announced", false, false, true },
	{ "lot", true, true, true },
	{ "refund_", true, false, false },
	{ "metrics_stock", true, false, false },
	{ "key_find", true, false, false },
	{ "key_touch", true, false, false },
	{ "key_", false, true, false },
	{ "migration_", false, false, false },
	{ "outage_", false, true, false },
	{ "outbox_insert_webhooks", true, true, true },
	{ "outbox_insert_one", false, true, true },
	{ "outbox_figures", true, false, false },
	{ "outbox_hold_count", true, false, false },
	{ "outbox_retry", false, true, true },
	{ "outbox_discard", false, true, true },
	{ "outbox_", false, false, true },
	{ "payout", true, true, false },
	{ "payments_", true, true, false },
	{ "payment_", false, true, false },
	{ "points_grant", true, true, false },
	{ "points_insert", true, true, true },
	{ "points_note_many", true, true, false },
	{ "points_of_reference", true, true, false },
	{ "points_set_balance", true, true, true },
	{ "points_", true, false, false },
	{ "recipient_find", false, true, true },
	{ "recipient_count", false, true, true },
	{ "recipient_", false, true, false },
	{ "retention_audit", false, false, false },
	{ "retention_", false, false, true },
	{ "person_", false, true, false },
	{ "removal_", true, true, false },
	{ "review_note", false, true, false },
	{ "review_others", false, true, false },
	{ "review_", true, true, false },
	{ "shop_", true, false, false },
	{ "sign_in_", false, true, false },
	{ "staff_", false, true, false },
	{ "stamp_remove_all", false, true, false },
	{ "stamp_", true, false, false },
	{ "stock_", true, true, false },
	{ "walk_", false, false, false },
	{ "webhook_attempts_list", false, true, false },
	{ "webhook_attempt", false, false, true },
	{ "webhook_find", false, true, true },
	{ "webhook_set_state", false, true, true },
	{ "webhook_", false, true, false },
};

static size_t use_of(enum query query)
{
	for (size_t i = 0; i < countof(USES); i++)
		if (text_starts_with(db_query_name(query), USES[i].prefix))
			return i;
	fail_msg("say in USES which programs run %s", db_query_name(query));
	return 0;
}

static void assert_prepares(struct db *db, const char *program, enum query query)
{
	if (!db_prepare(db, query))
		fail_msg("%s may not %s: %s", program, db_query_name(query), db_error_text(db));
}

static void each_program_may_do_its_work(void **state)
{
	struct rights *rights = *state;
	for (enum query query = 0; query < QUERY_COUNT; query++) {
		size_t use = use_of(query);
		if (USES[use].is_api)
			assert_prepares(rights->api, "api", query);
		if (USES[use].is_console)
			assert_prepares(rights->console, "console", query);
		if (USES[use].is_notifier)
			assert_prepares(rights->notifier, "notifier", query);
	}
}

static void assert_refused(struct db *db, const char *program, const char *sql)
{
	if (db_execute_text(db, sql))
		fail_msg("%s may: %s", program, sql);
	unsigned number = db_error_number(db);
	if (number != 1142 && number != 1143)
		fail_msg("%s is refused for another reason: %s: %s", program, sql,
			db_error_text(db));
}

static void nobody_rewrites_the_ledgers(void **state)
{
	static const char *const STATEMENTS[] = {
		"UPDATE point_entries SET amount = 1",
		"DELETE FROM point_entries",
		"UPDATE stock_movements SET delta = 1",
		"DELETE FROM stock_movements",
		"UPDATE audit_entries SET actor = ''",
		"DELETE FROM audit_entries",
		"DROP TABLE claims",
		"UPDATE issuers SET iss = ''",
		"DELETE FROM users",
		"DELETE FROM claims",
		"TRUNCATE TABLE attendance",
		"UPDATE migrations SET done_at = NULL",
		"CREATE TABLE more (id INT)",
	};
	struct rights *rights = *state;
	for (size_t i = 0; i < countof(STATEMENTS); i++) {
		assert_refused(rights->api, "api", STATEMENTS[i]);
		assert_refused(rights->console, "console", STATEMENTS[i]);
		assert_refused(rights->notifier, "notifier", STATEMENTS[i]);
	}
}

static void the_api_changes_nothing_of_the_staff(void **state)
{
	static const char *const STATEMENTS[] = {
		"UPDATE events SET state = 'open'",
		"INSERT INTO events (slug) VALUES ('x')",
		"UPDATE milestones SET at = 1",
		"UPDATE products SET threshold = 1",
		"UPDATE users SET issuer_id = 1",
		"SELECT COUNT(*) FROM audit_entries",
		"SELECT secret FROM webhook_endpoints",
		"UPDATE attendance SET date = date",
	};
	struct rights *rights = *state;
	for (size_t i = 0; i < countof(STATEMENTS); i++)
		assert_refused(rights->api, "api", STATEMENTS[i]);
}

static void rights_are_not_given_to_users_that_do_not_exist(void **state)
{
	struct rights *rights = *state;
	size_t given;
	struct grant_account account = { "api", rights->database.name, "nobody_there",
		"localhost" };
	const char *error = grants_apply(
		rights->database.db, rights->database.context, &account, &given);
	assert_non_null(error);
	assert_non_null(strstr(error, "does not exist"));
	assert_int_equal(given, 0);
	assert_false(db_is_reachable(database_connect(&rights->database, "nobody_there", NULL)));
}

static void odd_names_do_not_get_into_a_statement(void **state)
{
	struct rights *rights = *state;
	size_t given;
	static const char *const NAMES[] = { "a'b", "a b", "a`b", "", "a\\b", "a;b" };
	for (size_t i = 0; i < countof(NAMES); i++) {
		struct grant_account user = { "api", rights->database.name, NAMES[i], "localhost" };
		struct grant_account host = { "api", rights->database.name, "api", NAMES[i] };
		assert_non_null(
			grants_apply(rights->database.db, rights->database.context, &user, &given));
		assert_non_null(
			grants_apply(rights->database.db, rights->database.context, &host, &given));
		assert_non_null(grants_create_database(
			rights->database.db, rights->database.context, NAMES[i]));
	}
	struct grant_account account = { "api", rights->database.name, "fine", "localhost" };
	assert_non_null(grants_create_user(
		rights->database.db, rights->database.context, &account, "a' OR 'b"));
}

int main(void)
{
	const struct CMUnitTest migrations[] = {
		cmocka_unit_test(an_empty_database_is_migrated_and_then_left_alone),
		cmocka_unit_test(a_crash_after_a_step_is_noticed_and_resumed),
		cmocka_unit_test(a_crash_before_a_step_took_effect_is_resumed),
		cmocka_unit_test(a_table_of_somebody_else_is_not_taken_for_ours),
		cmocka_unit_test(a_database_of_another_line_of_versions_is_refused),
		cmocka_unit_test(a_newer_database_is_fine),
		cmocka_unit_test(only_one_run_works_at_a_time),
		cmocka_unit_test(runs_at_the_same_time_share_the_work),
		cmocka_unit_test(every_query_can_be_prepared),
		cmocka_unit_test(columns_are_named_as_the_server_names_them),
	};
	const struct CMUnitTest programs[] = {
		cmocka_unit_test(each_program_may_do_its_work),
		cmocka_unit_test(nobody_rewrites_the_ledgers),
		cmocka_unit_test(the_api_changes_nothing_of_the_staff),
		cmocka_unit_test(rights_are_not_given_to_users_that_do_not_exist),
		cmocka_unit_test(odd_names_do_not_get_into_a_statement),
	};
	return cmocka_run_group_tests(migrations, NULL, NULL)
		+ cmocka_run_group_tests(programs, make_rights, drop_rights);
}
