/* SPDX-License-Identifier: MIT */
/* Several statements in one round trip mean the same as one by one: every test here runs both ways,
 * on a real server. */
#include "database.h"

#include "base/memory.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>

/* 2026-11-22 at noon in Seoul */
static const instant NOON = { 1795316400 };
static const date TODAY = { 20779 };

struct shop {
	struct database database;
	struct db *db;
	bool is_one_by_one;
};

#define NUMBER(...) database_number(&shop->database, __VA_ARGS__)

static struct shop *open_shop(bool is_one_by_one)
{
	struct database database = database_make_migrated();
	struct shop *shop = memory_new(database.context, struct shop);
	*shop = (struct shop){ database,
		is_one_by_one ? database_connect_one_by_one(&database) : database.db,
		is_one_by_one };
	database_run(
		&database, "INSERT INTO issuers (id, iss) VALUES (1, 'https://shop.example/')");
	database_run(&database,
		"INSERT INTO users (id, issuer_id, subject, points, created_at) VALUES (41, 1, "
		"'ann', 100, '2026-11-01'), (42, 1, 'bob', 7, '2026-11-01')");
	database_run(&database,
		"INSERT INTO events (id, slug, name, description, mode, time_zone, starts_on, "
		"ends_on, state, version, created_at)"
		" VALUES (3, 'november', 'November', '', 'cumulative', 'Asia/Seoul', '2026-11-01', "
		"'2026-11-30', 'open', 5, '2026-11-01')");
	database_run(&database,
		"INSERT INTO products (id, name, kind, remain, created_at) VALUES (9, 'AirPods', "
		"'item', 1, '2026-11-01')");
	return shop;
}

static int open_together(void **state)
{
	*state = open_shop(false);
	return 0;
}

static int open_one_by_one(void **state)
{
	*state = open_shop(true);
	return 0;
}

static int close_shop(void **state)
{
	struct shop *shop = *state;
	database_drop(&shop->database);
	return 0;
}

/* --- a transaction as a claim's --- */

struct order {
	const char *subject;
	const char *reference;
	uint64_t product;
	enum result end;
	uint64_t user;
	bool is_held, is_taken;
};

static void take_points(struct db *db, struct order *order)
{
	order->is_held = db_change_returning_id(db, QUERY_CLAIM_ADD_POINTS,
		DB_PARAMS(
			db_number(10), db_id(1), db_text(order->subject), db_time((instant){ 0 })),
		&order->user);
}

static void note_later(struct db *db, const struct order *order)
{
	char reference[24];
	snprintf(reference, sizeof reference, "%s", order->reference);
	db_queue(db, QUERY_CLAIM_MOVEMENT_INSERT,
		DB_PARAMS(db_id(order->product), db_text(reference), db_time(NOON)));
	db_queue(db, QUERY_POINTS_NOTE,
		DB_PARAMS(db_id(order->user), db_number(10), db_id(order->user), db_text("claim"),
			db_text(reference), db_text("5 check-ins"), db_time(NOON)));
	/* what waits does not look here again */
	snprintf(reference, sizeof reference, "gone");
}

static enum result order_transaction(struct db *db, void *state)
{
	struct order *order = state;
	take_points(db, order);
	if (!order->is_held)
		return ERR_CONFLICT;
	note_later(db, order);
	order->is_taken = db_change_commit(db, QUERY_CLAIM_TAKE_STOCK,
		DB_PARAMS(db_number(1), db_number(1), db_id(order->product), db_number(1)));
	return order->is_taken ? RESULT_CREATED : ERR_SOLD_OUT;
}

static enum result order(struct shop *shop, struct order *order)
{
	return db_transaction(shop->db, order_transaction, order);
}

static void assert_untouched(const struct shop *shop)
{
	assert_int_equal(NUMBER("SELECT SUM(points) FROM users"), 107);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM stock_movements"), 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM point_entries"), 0);
	assert_int_equal(NUMBER("SELECT remain FROM products WHERE id = 9"), 1);
}

static void all_of_it_is_there(void **state)
{
	struct shop *shop = *state;
	struct order it = { .subject = "bob", .reference = "77", .product = 9 };
	assert_int_equal(order(shop, &it), RESULT_CREATED);
	assert_int_equal(it.user, 42);
	assert_int_equal(NUMBER("SELECT points FROM users WHERE id = 42"), 17);
	assert_int_equal(NUMBER("SELECT points FROM users WHERE id = 41"), 100);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM stock_movements WHERE product_id = 9 AND "
				"delta = -1 AND reference = '77'"),
		1);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM point_entries WHERE user_id = 42 AND balance "
				"= 17 AND reference = '77'"),
		1);
	assert_int_equal(NUMBER("SELECT remain FROM products WHERE id = 9"), 0);
}

static void it_takes_two_round_trips(void **state)
{
	struct shop *shop = *state;
	assert_true(db_is_reachable(shop->db));
	struct order it = { .subject = "bob", .reference = "77", .product = 9 };
	int64_t before = database_status(&shop->database, "Com_stmt_execute");
	assert_int_equal(order(shop, &it), RESULT_CREATED);
	bool is_one_by_one = shop->is_one_by_one || database_is_mysql(&shop->database);
	assert_int_equal(database_status(&shop->database, "Com_stmt_execute") - before,
		is_one_by_one ? 4 : 2);
}

static void an_empty_stock_undoes_all(void **state)
{
	struct shop *shop = *state;
	database_run(&shop->database, "UPDATE products SET remain = 0");
	struct order it = { .subject = "bob", .reference = "77", .product = 9 };
	assert_int_equal(order(shop, &it), ERR_SOLD_OUT);
	database_run(&shop->database, "UPDATE products SET remain = 1");
	assert_untouched(shop);
	assert_int_equal(order(shop, &it), RESULT_CREATED);
}

static void who_is_not_there_gets_nothing(void **state)
{
	struct shop *shop = *state;
	struct order it = { .subject = "ann", .reference = "76", .product = 9 };
	database_run(&shop->database, "UPDATE products SET remain = 2");
	/* LAST_INSERT_ID() is ann's now */
	assert_int_equal(order(shop, &it), RESULT_CREATED);
	struct order none = { .subject = "nobody", .reference = "77", .product = 9 };
	assert_int_equal(order(shop, &none), ERR_CONFLICT);
	assert_false(none.is_held);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM point_entries"), 1);
	assert_int_equal(NUMBER("SELECT remain FROM products WHERE id = 9"), 1);
}

static void what_waits_and_is_refused_fails_it_all(void **state)
{
	struct shop *shop = *state;
	database_run(&shop->database,
		"INSERT INTO point_entries (user_id, amount, balance, source, reference, reason, "
		"at)"
		" VALUES (41, 100, 100, 'claim', '77', 'before', '2026-11-01')");
	struct order it = { .subject = "bob", .reference = "77", .product = 9 };
	assert_int_equal(order(shop, &it), ERR_INTERNAL);
	assert_int_equal(db_error_number(shop->db), 1062);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM point_entries"), 1);
	database_run(&shop->database, "DELETE FROM point_entries");
	assert_untouched(shop);
}

/* --- without a last change --- */

static enum result only_later_transaction(struct db *db, void *state)
{
	struct order *order = state;
	take_points(db, order);
	note_later(db, order);
	return order->end;
}

static void what_waits_goes_with_the_commit(void **state)
{
	struct shop *shop = *state;
	struct order it = { .subject = "ann", .reference = "1", .product = 9, .end = RESULT_OK };
	assert_int_equal(db_transaction(shop->db, only_later_transaction, &it), RESULT_OK);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM point_entries WHERE balance = 110"), 1);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM stock_movements"), 1);
}

static void what_waits_goes_when_the_body_refuses(void **state)
{
	struct shop *shop = *state;
	struct order it = {
		.subject = "ann", .reference = "1", .product = 9, .end = ERR_NOT_ELIGIBLE
	};
	assert_int_equal(db_transaction(shop->db, only_later_transaction, &it), ERR_NOT_ELIGIBLE);
	assert_untouched(shop);
	it.end = RESULT_OK;
	assert_int_equal(db_transaction(shop->db, only_later_transaction, &it), RESULT_OK);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM point_entries"), 1);
}

static enum result look_between_transaction(struct db *db, void *state)
{
	struct order *order = state;
	take_points(db, order);
	note_later(db, order);
	struct db_rows *rows = db_select(db, QUERY_POINTS_OF_REFERENCE,
		DB_PARAMS(db_text("claim"), db_text(order->reference)));
	order->is_taken = db_next(rows);
	return RESULT_OK;
}

static void what_waits_is_there_for_the_next_statement(void **state)
{
	struct shop *shop = *state;
	struct order it = { .subject = "ann", .reference = "1", .product = 9 };
	assert_int_equal(db_transaction(shop->db, look_between_transaction, &it), RESULT_OK);
	assert_true(it.is_taken);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM point_entries"), 1);
}

/* Reads without looking whether there is a row. */
static enum result careless_transaction(struct db *db, void *state)
{
	struct order *order = state;
	struct db_rows *rows = db_select(db, QUERY_POINTS_OF_REFERENCE,
		DB_PARAMS(db_text("claim"), db_text(order->reference)));
	assert_true(db_is_null(rows, POINTS_OF_REFERENCE_ID));
	assert_false(db_get_optional(rows, POINTS_OF_REFERENCE_ID).is_set);
	assert_int_equal(db_get_time(rows, POINTS_OF_REFERENCE_AT).seconds, 0);
	assert_int_equal(db_get_date(rows, POINTS_OF_REFERENCE_AT).day, 0);
	assert_null(db_get_text(rows, POINTS_OF_REFERENCE_REASON, NULL));
	order->user = db_get_id(rows, POINTS_OF_REFERENCE_ID);
	return RESULT_OK;
}

static void rows_of_a_failed_look_read_as_null(void **state)
{
	struct shop *shop = *state;
	struct order it = { .reference = "1", .user = 9 };
	database_run(&shop->database, "ALTER TABLE point_entries RENAME TO gone");
	assert_int_equal(db_autocommit(shop->db, careless_transaction, &it), ERR_UNAVAILABLE);
	assert_int_equal(it.user, 0);
}

static enum result nothing_transaction(struct db *db, void *state)
{
	(void)db;
	return *(enum result *)state;
}

static void a_body_without_statements_is_well(void **state)
{
	struct shop *shop = *state;
	assert_int_equal(db_transaction(shop->db, nothing_transaction, &(enum result){ RESULT_OK }),
		RESULT_OK);
	assert_int_equal(
		db_transaction(shop->db, nothing_transaction, &(enum result){ ERR_CONFLICT }),
		ERR_CONFLICT);
	all_of_it_is_there(state);
}

/* --- a change and a look --- */

struct exchange {
	const char *subject;
	uint64_t version;
	bool is_done, reads_on;
	uint64_t changed, user;
	unsigned dates;
};

static enum result visit_transaction(struct db *db, void *state)
{
	struct exchange *exchange = state;
	struct db_rows *rows;
	exchange->dates = 0;
	exchange->is_done = db_change_and_select(db, QUERY_ATTENDANCE_INSERT,
		DB_PARAMS(db_date(TODAY), db_time(NOON), db_id(1), db_text(exchange->subject),
			db_id(3), db_id(exchange->version)),
		&exchange->changed, QUERY_ATTENDANCE_DATES_OF_INSERTED, DB_PARAMS(db_id(3)), &rows);
	if (exchange->reads_on)
		while (db_next(rows)) {
			exchange->dates++;
			exchange->user = db_get_id(rows, ATTENDANCE_DATES_OF_INSERTED_USER_ID);
		}
	return RESULT_OK;
}

static void the_look_sees_the_change(void **state)
{
	struct shop *shop = *state;
	database_run(&shop->database,
		"INSERT INTO attendance (event_id, user_id, date, at) VALUES (3, 42, '2026-11-20', "
		"'2026-11-20'), (3, 41, '2026-11-19', '2026-11-19')");
	struct exchange exchange = { .subject = "bob", .version = 5, .reads_on = true };
	assert_int_equal(db_autocommit(shop->db, visit_transaction, &exchange), RESULT_OK);
	assert_true(exchange.is_done);
	assert_int_equal(exchange.changed, 1);
	assert_int_equal(exchange.dates, 2);
	assert_int_equal(exchange.user, 42);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM attendance WHERE user_id = 42"), 2);
}

static void where_nothing_changed_there_is_no_look(void **state)
{
	struct shop *shop = *state;
	struct exchange exchange = { .subject = "ann", .version = 5, .reads_on = true };
	/* LAST_INSERT_ID() is ann's now */
	assert_int_equal(db_autocommit(shop->db, visit_transaction, &exchange), RESULT_OK);
	assert_int_equal(exchange.dates, 1);
	assert_int_equal(db_autocommit(shop->db, visit_transaction, &exchange), RESULT_OK);
	/* a second on the same day */
	assert_false(exchange.is_done);
	assert_int_equal(exchange.dates, 0);
	exchange = (struct exchange){ .subject = "bob", .version = 4, .reads_on = true };
	assert_int_equal(db_autocommit(shop->db, visit_transaction, &exchange), RESULT_OK);
	/* of another version of the event */
	assert_true(exchange.is_done);
	assert_int_equal(exchange.changed, 0);
	assert_int_equal(exchange.dates, 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM attendance"), 1);
}

static void rows_that_nobody_reads_are_in_nobodys_way(void **state)
{
	struct shop *shop = *state;
	struct exchange exchange = { .subject = "bob", .version = 5 };
	assert_int_equal(db_autocommit(shop->db, visit_transaction, &exchange), RESULT_OK);
	int64_t before = database_status(&shop->database, "Connections");
	struct order it = { .subject = "bob", .reference = "77", .product = 9 };
	assert_int_equal(order(shop, &it), RESULT_CREATED);
	exchange = (struct exchange){ .subject = "ann", .version = 5 };
	assert_int_equal(db_autocommit(shop->db, visit_transaction, &exchange), RESULT_OK);
	assert_true(db_is_reachable(shop->db));
	exchange = (struct exchange){ .subject = "nobody", .version = 5, .reads_on = true };
	assert_int_equal(db_autocommit(shop->db, visit_transaction, &exchange), RESULT_OK);
	assert_int_equal(exchange.changed, 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM attendance"), 2);
	/* a connection that is out of step is left for another */
	assert_int_equal(database_status(&shop->database, "Connections"), before);
}

static void a_look_within_a_transaction_goes_back_with_it(void **state)
{
	struct shop *shop = *state;
	struct exchange exchange = { .subject = "bob", .version = 5, .reads_on = true };
	assert_int_equal(db_transaction(shop->db, visit_transaction, &exchange), RESULT_OK);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM attendance"), 1);
	assert_int_equal(exchange.user, 42);
}

static void tables_that_were_changed_meanwhile_are_no_obstacle(void **state)
{
	struct shop *shop = *state;
	database_run(&shop->database, "UPDATE products SET remain = 5");
	for (unsigned i = 0; i < 4; i++) {
		struct order it = { .subject = "bob",
			.reference = (const char *const[]){ "1", "2", "3", "4" }[i],
			.product = 9 };
		struct exchange exchange = {
			.subject = i % 2 ? "ann" : "bob", .version = 5, .reads_on = true
		};
		assert_int_equal(order(shop, &it), RESULT_CREATED);
		assert_int_equal(db_autocommit(shop->db, visit_transaction, &exchange), RESULT_OK);
		assert_int_equal(exchange.dates, 1);
		database_run(
			&shop->database, "ALTER TABLE users ADD COLUMN more%u INT NULL FIRST", i);
		database_run(&shop->database,
			"ALTER TABLE point_entries ADD COLUMN more%u INT NULL AFTER id, ADD KEY "
			"more%u (reason)",
			i, i);
		database_run(&shop->database,
			"ALTER TABLE products ADD COLUMN more%u INT NOT NULL DEFAULT 3 FIRST", i);
		database_run(&shop->database,
			"ALTER TABLE attendance ADD COLUMN more%u INT NULL FIRST, ADD KEY more%u "
			"(user_id)",
			i, i);
		database_run(&shop->database, "DELETE FROM attendance");
	}
	assert_int_equal(NUMBER("SELECT remain FROM products WHERE id = 9"), 1);
	assert_int_equal(
		NUMBER("SELECT SUM(amount) FROM point_entries WHERE reason = '5 check-ins'"), 40);
	assert_int_equal(NUMBER("SELECT points FROM users WHERE id = 42"), 47);
}

static void many_times_over_the_server_keeps_no_more(void **state)
{
	struct shop *shop = *state;
	struct exchange exchange = { .subject = "bob", .version = 5 };
	const char *used = database_is_mysql(&shop->database)
		? "SELECT SUM(total_memory) FROM performance_schema.threads WHERE processlist_id "
		  "<> CONNECTION_ID()"
		: "SELECT SUM(memory_used) FROM information_schema.processlist WHERE id "
		  "<> CONNECTION_ID()";
	int64_t before = 0;
	for (unsigned i = 0; i < 3000; i++) {
		assert_int_equal(db_autocommit(shop->db, visit_transaction, &exchange), RESULT_OK);
		if (i == 500)
			before = NUMBER("%s", used);
	}
	assert_true(NUMBER("%s", used) < before + 200 * 1024);
}

#define BOTH(test) \
	cmocka_unit_test_setup_teardown(test, open_together, close_shop), \
	{ \
#test ", one by one", test, open_one_by_one, close_shop, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(all_of_it_is_there),
		BOTH(it_takes_two_round_trips),
		BOTH(an_empty_stock_undoes_all),
		BOTH(who_is_not_there_gets_nothing),
		BOTH(what_waits_and_is_refused_fails_it_all),
		BOTH(what_waits_goes_with_the_commit),
		BOTH(what_waits_goes_when_the_body_refuses),
		BOTH(what_waits_is_there_for_the_next_statement),
		BOTH(rows_of_a_failed_look_read_as_null),
		BOTH(a_body_without_statements_is_well),
		BOTH(the_look_sees_the_change),
		BOTH(where_nothing_changed_there_is_no_look),
		BOTH(rows_that_nobody_reads_are_in_nobodys_way),
		BOTH(a_look_within_a_transaction_goes_back_with_it),
		BOTH(tables_that_were_changed_meanwhile_are_no_obstacle),
		BOTH(many_times_over_the_server_keeps_no_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
