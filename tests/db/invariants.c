/* SPDX-License-Identifier: MIT */
/* The checks of `dojangctl audit`: sound data passes each of them, and for each one a planted fault
 * is found. */
#include "database.h"

#include "base/memory.h"
#include "command/demo_history.h"
#include "reward/customer_edit.h"
#include "reward/daily_points_edit.h"
#include "reward/event_edit.h"
#include "reward/invariants.h"
#include "reward/milestone_edit.h"
#include "reward/product.h"
#include "reward/stock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static const instant NOON = { 1795316400 }; /* 2026-11-22 in Seoul */
static const date TODAY = { 20779 };

/* --- a shop with three weeks of history --- */

static void make_milestone(struct edit *edit, struct demo_history *history, size_t index,
	uint32_t at, const struct product_draft *draft)
{
	product_id product;
	milestone_id id;
	assert_int_equal(product_create(edit, draft, &product), RESULT_CREATED);
	assert_int_equal(milestone_edit_create(edit,
				 &(struct milestone_draft){ .event = "stamps",
					 .at = at,
					 .product = product,
					 .is_for_those_past = true },
				 &id),
		RESULT_CREATED);
	history->milestones[index] = (struct demo_milestone){ id.value, at,
		draft->kind == PRODUCT_ITEM };
}

static void make_history(struct database *database, struct edit *edit, struct demo_history *history)
{
	struct stock_outcome outcome;
	assert_int_equal(
		customer_issuer(database->db, "https://shop.example/", &history->issuer_id),
		RESULT_OK);
	make_milestone(edit, history, 0, 1,
		&(struct product_draft){
			.name = "100 points", .kind = PRODUCT_POINTS, .points = { true, 100 } });
	make_milestone(edit, history, 1, 5,
		&(struct product_draft){
			.name = "5,000 points", .kind = PRODUCT_POINTS, .points = { true, 5000 } });
	make_milestone(edit, history, 2, 15,
		&(struct product_draft){
			.name = "AirPods", .kind = PRODUCT_ITEM, .stock = { true, 50 } });
	make_milestone(edit, history, 3, 16,
		&(struct product_draft){ .name = "Card", .kind = PRODUCT_ITEM });
	make_milestone(edit, history, 4, 100,
		&(struct product_draft){
			.name = "Car", .kind = PRODUCT_ITEM, .stock = { true, 1 } });
	make_milestone(edit, history, 5, 101,
		&(struct product_draft){
			.name = "House", .kind = PRODUCT_ITEM, .stock = { true, 1 } });
	assert_int_equal(demo_history_load(database->db, database->context, history, 0), RESULT_OK);
	assert_int_equal(stock_change(edit,
				 &(struct stock_change){ .product = { 3 },
					 .delta = -1,
					 .source = "command",
					 .reference = "a",
					 .reason = "broken" },
				 &outcome),
		RESULT_CREATED);
	database_run(database,
		"INSERT INTO outbox_messages (kind, channel, message_key, data, due_at, "
		"created_at, claim_id) "
		"SELECT 'claim.created', 'mail', id, '{}', claimed_at, claimed_at, id FROM claims "
		"WHERE id < 5");
	database_run(database,
		"INSERT INTO outages (event_id, date, reason, state, added, actor, created_at) "
		"VALUES (%d, '2026-11-12', 'down', 'applied', 3, 'command:test', UTC_TIMESTAMP())",
		(int)history->event.value);
	database_run(database,
		"UPDATE attendance SET source = 'outage' WHERE date = '2026-11-12' ORDER BY "
		"user_id LIMIT 3");
	database_run(database,
		"UPDATE attendance SET source = 'shop' WHERE date = '2026-11-13' ORDER BY user_id "
		"LIMIT 1");
	database_run(database,
		"INSERT INTO shop_attendance (reference, event_id, user_id, date, source, "
		"made_day, at) SELECT 'order-1', event_id, user_id, date, 'purchase', 1, at FROM "
		"attendance WHERE source = 'shop'");
	database_run(database,
		"INSERT INTO audit_entries (at, actor, action, subject, subject_id) VALUES "
		"(UTC_TIMESTAMP(), 'command:test', 'outage.applied', 'outage', 1)");
}

/* Two days that staff added with their points; the second one was removed again. */
static void make_payments(struct database *database, struct edit *edit)
{
	uint64_t id;
	const date friday = { TODAY.day - 2 };
	const struct daily_limits limits = { { true, 100 }, { true, 1000 } };
	assert_int_equal(daily_points_add(edit, "stamps", "every", 10, NULL, &id), RESULT_CREATED);
	assert_int_equal(
		daily_points_add(edit, "stamps", "weekday:fri", 5, NULL, &id), RESULT_CREATED);
	assert_int_equal(
		daily_points_add(edit, "stamps", "date:2026-11-20", 1, NULL, &id), RESULT_CREATED);
	assert_int_equal(daily_points_limit(edit, "stamps", &limits, 0), RESULT_OK);
	for (int i = 0; i < 2; i++) {
		struct day_change change = { .event = "stamps",
			.customer = { (uint64_t)database_number(database,
				"SELECT MIN(u.id) FROM users u WHERE u.id NOT IN (SELECT user_id "
				"FROM attendance WHERE date = '2026-11-20')") },
			.day = friday,
			.reason = "the shop's fault",
			.pays = true };
		assert_int_equal(customer_edit_add_day(edit, &change), RESULT_CREATED);
		if (i == 1)
			assert_int_equal(customer_edit_remove_day(edit, &change), RESULT_OK);
	}
}

/* A claim whose payout is due, and a cancelled one whose payout was paid and is taken back. */
static void make_payouts(struct database *database, struct edit *edit)
{
	product_id product;
	milestone_id id;
	assert_int_equal(product_create(edit,
				 &(struct product_draft){ .name = "300 points of the shop",
					 .kind = PRODUCT_POINTS,
					 .points = { true, 300 },
					 .wallet = WALLET_SHOP },
				 &product),
		RESULT_CREATED);
	assert_int_equal(milestone_edit_create(edit,
				 &(struct milestone_draft){ .event = "stamps",
					 .at = 1,
					 .product = product,
					 .is_for_those_past = true },
				 &id),
		RESULT_CREATED);
	database_run(database,
		"INSERT INTO claims (event_id, user_id, milestone_id, product_id, product_name, "
		"kind, points, claimed_at, state) SELECT 1, user_id, %d, %d, 'points', 'points', "
		"300, UTC_TIMESTAMP(), IF(user_id = (SELECT MIN(user_id) FROM attendance), "
		"'claimed', 'cancelled') FROM (SELECT DISTINCT user_id FROM attendance ORDER BY "
		"user_id LIMIT 2) u",
		(int)id.value, (int)product.value);
	database_run(database,
		"INSERT INTO payouts (user_id, event_id, claim_id, points, reason, due_at, state, "
		"settled_at) SELECT user_id, event_id, id, points, product_name, claimed_at, "
		"IF(state = 'claimed', 'due', 'paid'), IF(state = 'claimed', NULL, claimed_at) "
		"FROM claims WHERE product_id = %d",
		(int)product.value);
	database_run(database,
		"INSERT INTO payouts (user_id, event_id, reverses, points, reason, due_at) SELECT "
		"user_id, event_id, id, -points, reason, due_at FROM payouts WHERE state = 'paid'");
}

/* Two check-ins that paid into the shop's own wallet; one of the days was removed. */
static void make_payouts_of_check_ins(struct database *database)
{
	database_run(database,
		"INSERT INTO check_in_payments (event_id, user_id, date, round, points, parts, at, "
		"reversed_at) SELECT event_id, user_id, date, 1, 10, 'every=10', at, IF(user_id = "
		"(SELECT MIN(user_id) FROM attendance WHERE date = '2026-11-18'), NULL, at) FROM "
		"attendance WHERE date = '2026-11-18' ORDER BY user_id LIMIT 2");
	database_run(database, "UPDATE point_budgets SET remaining = remaining - 10 LIMIT 1");
	database_run(database,
		"INSERT INTO payouts (user_id, event_id, check_in, points, reason, due_at, state, "
		"settled_at) SELECT user_id, event_id, CONCAT_WS('-', event_id, user_id, date), "
		"points, 'Stamps', at, IF(reversed_at IS NULL, 'due', 'cancelled'), reversed_at "
		"FROM check_in_payments WHERE date = '2026-11-18'");
}

static int open_shop(void **state)
{
	static struct database database;
	event_id event;
	database = database_make_migrated();
	struct edit edit = { .db = database.db,
		.context = database.context,
		.actor = { "command:test", NULL },
		.now = NOON };
	struct demo_history history = { .others = 60,
		.now = NOON,
		.day_start = zone_day_start("Asia/Seoul", TODAY),
		.today = TODAY };
	assert_int_equal(event_edit_create(&edit,
				 &(struct event_draft){ .slug = "stamps",
					 .name = "Stamps",
					 .mode = MODE_CUMULATIVE,
					 .time_zone = "Asia/Seoul",
					 .window = { { TODAY.day - DEMO_DAYS_BEFORE }, TODAY } },
				 &event),
		RESULT_CREATED);
	history.event = event;
	make_history(&database, &edit, &history);
	make_payments(&database, &edit);
	make_payouts(&database, &edit);
	make_payouts_of_check_ins(&database);
	*state = &database;
	return 0;
}

static int close_shop(void **state)
{
	database_drop(*state);
	return 0;
}

/* --- checks --- */

static struct invariant_finding find(const struct database *database, enum query query)
{
	struct invariant_finding finding = { 0 };
	for (size_t i = 0; i < INVARIANT_COUNT; i++)
		if (INVARIANTS[i].query == query) {
			if (invariants_check(
				    database->db, database->context, &INVARIANTS[i], &finding)
				!= RESULT_OK)
				fail_msg("%s: %s", db_query_name(query),
					db_error_text(database->db));
			return finding;
		}
	fail_msg("%s is not among the invariants", db_query_name(query));
	return finding;
}

static void assert_all_hold(const struct database *database)
{
	for (size_t i = 0; i < INVARIANT_COUNT; i++) {
		struct invariant_finding finding = find(database, INVARIANTS[i].query);
		if (finding.count)
			fail_msg("%s: %s", INVARIANTS[i].promise, finding.faults[0]);
	}
}

static void sound_data_passes(void **state)
{
	const struct database *database = *state;
	assert_true(database_number(database, "SELECT COUNT(*) FROM claims WHERE kind = 'points'")
		> 10);
	assert_true(database_number(
			    database, "SELECT COUNT(*) FROM stock_movements WHERE source = 'claim'")
		> 10);
	assert_true(database_number(database,
			    "SELECT COUNT(*) FROM claims WHERE kind = 'item' AND product_id = 4")
		> 5);
	assert_all_hold(database);
}

/* A fault and the check that must find it. What keeps such faults out (unique keys, CHECKs) is
 * taken away before. */
#define PLANT_A_LOT(amount, remaining, expires_at) \
	"INSERT INTO point_lots (entry_id, user_id, amount, remaining, expires_at) SELECT id, " \
	"user_id, " #amount ", " #remaining ", " expires_at \
	" FROM point_entries WHERE amount > 2 ORDER BY id LIMIT 1"

static const struct {
	enum query query;
	const char *sql;
} PLANTS[] = {
	{ QUERY_INVARIANT_STOCK_SUM, "UPDATE products SET remain = remain + 1 WHERE id = 3" },
	{ QUERY_INVARIANT_STOCK_SUM, "DELETE FROM stock_movements WHERE product_id = 5" },
	{ QUERY_INVARIANT_STOCK_NEGATIVE, "UPDATE products SET remain = -1 WHERE id = 3" },
	{ QUERY_INVARIANT_STOCK_UNLIMITED,
		"UPDATE stock_movements SET product_id = 4 WHERE source = 'command'" },
	{ QUERY_INVARIANT_STOCK_CLAIMS,
		"UPDATE stock_movements SET delta = 3 WHERE product_id = 3 AND source = "
		"'initial'" },
	{ QUERY_INVARIANT_STOCK_CLAIM_MOVEMENT,
		"DELETE FROM stock_movements WHERE source = 'claim' ORDER BY id LIMIT 1" },
	{ QUERY_INVARIANT_STOCK_CLAIM_MOVEMENT,
		"UPDATE stock_movements SET delta = -2 WHERE source = 'claim' ORDER BY id LIMIT "
		"1" },
	{ QUERY_INVARIANT_STOCK_MOVEMENT_CLAIM,
		"DELETE FROM claims WHERE product_id = 3 ORDER BY id LIMIT 1" },
	{ QUERY_INVARIANT_STOCK_COUPONS, "UPDATE products SET kind = 'coupon' WHERE id = 3" },
	{ QUERY_INVARIANT_ATTENDANCE_ONCE,
		"INSERT INTO attendance SELECT * FROM attendance ORDER BY user_id, date LIMIT 1" },
	{ QUERY_INVARIANT_ATTENDANCE_IN_EVENT,
		"UPDATE attendance SET date = '2026-12-24' ORDER BY user_id, date LIMIT 1" },
	{ QUERY_INVARIANT_ATTENDANCE_IN_EVENT,
		"UPDATE attendance SET event_id = 77 ORDER BY user_id, date LIMIT 1" },
	{ QUERY_INVARIANT_ATTENDANCE_USER,
		"UPDATE attendance SET user_id = 7777 ORDER BY user_id, date LIMIT 1" },
	{ QUERY_INVARIANT_ARCHIVE_IN_EVENT,
		"INSERT INTO attendance_archive SELECT * FROM attendance ORDER BY user_id, date "
		"LIMIT 1" },
	{ QUERY_INVARIANT_ARCHIVE_USER,
		"INSERT INTO attendance_archive (event_id, user_id, date, at) VALUES (1, 7777, "
		"'2026-11-20', '2026-11-20')" },
	{ QUERY_INVARIANT_ARCHIVE_WHOLE,
		"INSERT INTO attendance_archive SELECT * FROM attendance ORDER BY user_id, date "
		"LIMIT 1" },
	{ QUERY_INVARIANT_CLAIM_ONCE,
		"INSERT INTO claims (event_id, user_id, milestone_id, product_id, product_name, "
		"kind, claimed_at, state) "
		"SELECT event_id, user_id, milestone_id, product_id, product_name, 'item', "
		"claimed_at, 'cancelled' FROM claims ORDER BY id LIMIT 1" },
	{ QUERY_INVARIANT_CLAIM_ONE_GOOD,
		"INSERT INTO claims (event_id, user_id, milestone_id, product_id, product_name, "
		"kind, claimed_at, round) "
		"SELECT event_id, user_id, milestone_id, product_id, product_name, 'item', "
		"claimed_at, 2 FROM claims ORDER BY id LIMIT 1" },
	{ QUERY_INVARIANT_CLAIM_PARTS, "UPDATE claims SET user_id = 7777 ORDER BY id LIMIT 1" },
	{ QUERY_INVARIANT_CLAIM_PARTS,
		"UPDATE claims SET milestone_id = 7777 ORDER BY id LIMIT 1" },
	{ QUERY_INVARIANT_CLAIM_PARTS, "UPDATE claims SET event_id = 7777 ORDER BY id LIMIT 1" },
	{ QUERY_INVARIANT_CLAIM_EARNED,
		"DELETE FROM attendance WHERE user_id = (SELECT user_id FROM claims WHERE "
		"product_id = 3 ORDER BY id LIMIT 1) "
		"AND date > '2026-11-04'" },
	{ QUERY_INVARIANT_CLAIM_RUN,
		"UPDATE milestones SET basis = 'streak', at = 99 WHERE id = (SELECT "
		"MIN(milestone_id) "
		"FROM claims)" },
	{ QUERY_INVARIANT_OUTAGE_DAYS,
		"UPDATE attendance SET source = 'outage' ORDER BY user_id, date LIMIT 1" },
	{ QUERY_INVARIANT_OUTAGE_DAYS, "UPDATE outages SET state = 'undone'" },
	{ QUERY_INVARIANT_OUTAGE_DAYS, "UPDATE outages SET date = date + INTERVAL 1 DAY" },
	{ QUERY_INVARIANT_OUTAGE_COUNT, "UPDATE outages SET added = 2" },
	{ QUERY_INVARIANT_OUTAGE_COUNT, "UPDATE outages SET taken_back = 1" },
	{ QUERY_INVARIANT_MAKEUPS,
		"UPDATE attendance SET source = 'makeup' WHERE source = 'check_in' LIMIT 1" },
	{ QUERY_INVARIANT_STAMP_DAY, "UPDATE shop_attendance SET date = '2001-01-01'" },
	{ QUERY_INVARIANT_DAY_STAMP, "UPDATE shop_attendance SET removed_at = UTC_TIMESTAMP()" },
	{ QUERY_INVARIANT_POINTS_BALANCE,
		"UPDATE users SET points = points + 1 ORDER BY id LIMIT 1" },
	{ QUERY_INVARIANT_POINTS_BALANCE, "DELETE FROM point_entries ORDER BY id LIMIT 1" },
	{ QUERY_INVARIANT_POINTS_USER,
		"UPDATE point_entries SET user_id = 7777 ORDER BY id LIMIT 1" },
	{ QUERY_INVARIANT_POINTS_ONCE,
		"UPDATE point_entries SET reference = '1' WHERE source = 'claim' ORDER BY id DESC "
		"LIMIT 2" },
	{ QUERY_INVARIANT_POINTS_CHAIN,
		"UPDATE point_entries SET balance = balance + 3 ORDER BY id LIMIT 1" },
	{ QUERY_INVARIANT_POINTS_CLAIM, "DELETE FROM point_entries ORDER BY id LIMIT 1" },
	{ QUERY_INVARIANT_POINTS_CLAIM,
		"UPDATE point_entries SET amount = amount + 1 ORDER BY id LIMIT 1" },
	{ QUERY_INVARIANT_POINTS_ENTRY_CLAIM,
		"DELETE FROM claims WHERE kind = 'points' ORDER BY id LIMIT 1" },
	{ QUERY_INVARIANT_POINTS_CANCELLED,
		"UPDATE claims SET state = 'cancelled' WHERE kind = 'points' ORDER BY id LIMIT 1" },
	{ QUERY_INVARIANT_POINTS_CLAIM, "DELETE FROM payouts" },
	{ QUERY_INVARIANT_PAYOUT_CLAIM, "UPDATE payouts SET points = 301 WHERE state = 'due'" },
	{ QUERY_INVARIANT_PAYOUT_CLAIM, "DELETE FROM claims WHERE product_name = 'points'" },
	{ QUERY_INVARIANT_PAYOUT_CLAIM,
		"INSERT INTO point_entries (user_id, amount, balance, source, reference, reason, "
		"at) SELECT user_id, 0, 0, 'claim', CAST(claim_id AS CHAR), '', due_at FROM "
		"payouts WHERE state = 'paid'" },
	{ QUERY_INVARIANT_PAYOUT_REVERSE,
		"UPDATE payouts SET points = -1 WHERE reverses IS NOT NULL" },
	{ QUERY_INVARIANT_PAYOUT_REVERSE, "UPDATE payouts SET state = 'failed'" },
	{ QUERY_INVARIANT_PAYOUT_CANCELLED, "DELETE FROM payouts WHERE reverses IS NOT NULL" },
	{ QUERY_INVARIANT_PAYOUT_CANCELLED,
		"UPDATE payouts SET state = 'cancelled', settled_at = due_at WHERE state = 'due' "
		"AND claim_id IS NOT NULL" },
	{ QUERY_INVARIANT_PAYOUT_CANCELLED,
		"UPDATE users SET state = 'removed' WHERE id IN (SELECT user_id FROM payouts)" },
	{ QUERY_INVARIANT_PAYOUT_SETTLED, "UPDATE payouts SET settled_at = NULL" },
	{ QUERY_INVARIANT_PAYOUT_CHECK_IN,
		"UPDATE payouts SET points = 11 WHERE check_in IS NOT NULL" },
	{ QUERY_INVARIANT_PAYOUT_CHECK_IN,
		"UPDATE payouts SET check_in = CONCAT(check_in, '-2') WHERE check_in IS NOT NULL" },
	{ QUERY_INVARIANT_PAYMENT_ENTRY, "DELETE FROM payouts WHERE check_in IS NOT NULL" },
	{ QUERY_INVARIANT_PAYMENT_PAYOUT,
		"UPDATE check_in_payments SET reversed_at = NULL WHERE date = '2026-11-18'" },
	{ QUERY_INVARIANT_PAYMENT_PAYOUT,
		"UPDATE payouts SET state = 'cancelled', settled_at = due_at WHERE check_in IS NOT "
		"NULL" },
	{ QUERY_INVARIANT_PAYMENT_ENTRY,
		"UPDATE point_entries SET reference = 'x' WHERE source = 'check_in' LIMIT 1" },
	{ QUERY_INVARIANT_PAYMENT_ENTRY,
		"UPDATE point_entries SET amount = amount + 1 WHERE source = 'check_in' LIMIT 1" },
	{ QUERY_INVARIANT_PAYMENT_REVERSED, "UPDATE check_in_payments SET reversed_at = NULL" },
	{ QUERY_INVARIANT_PAYMENT_REVERSED,
		"DELETE FROM point_entries WHERE source = 'check_in_reversal'" },
	{ QUERY_INVARIANT_PAYMENT_OF_ENTRY,
		"DELETE FROM check_in_payments WHERE reversed_at IS NULL" },
	{ QUERY_INVARIANT_PAYMENT_OF_ENTRY,
		"UPDATE point_entries SET reference = CONCAT(reference, '-2') WHERE source = "
		"'check_in' LIMIT 1" },
	{ QUERY_INVARIANT_LOTS_SUM, PLANT_A_LOT(100000, 100000, "'2026-12-01'") },
	{ QUERY_INVARIANT_LOTS_NEXT, PLANT_A_LOT(1, 1, "'2026-12-01'") },
	{ QUERY_INVARIANT_LOT_USES, PLANT_A_LOT(2, 1, "'2026-12-01'") },
	{ QUERY_INVARIANT_LOT_ENTRY, PLANT_A_LOT(100000, 0, "'2026-12-01'") },
	{ QUERY_INVARIANT_LOT_EXPIRY,
		"INSERT INTO point_entries (user_id, amount, balance, source, reference, reason, "
		"at) VALUES (1, -1, 0, 'expiry', '1', 'x', UTC_TIMESTAMP())" },
	{ QUERY_INVARIANT_LOT_REFUND,
		"INSERT INTO point_refunds (entry_id, spend_id, amount) SELECT MIN(id), MAX(id), 1 "
		"FROM point_entries" },
	{ QUERY_INVARIANT_PAYMENT_ONCE,
		"INSERT INTO check_in_payments (event_id, user_id, date, round, points, parts, at) "
		"SELECT event_id, user_id, date, 2, points, parts, at FROM check_in_payments "
		"WHERE reversed_at IS NULL" },
	{ QUERY_INVARIANT_PAYMENT_DAY, "DELETE FROM attendance WHERE date = '2026-11-20'" },
	{ QUERY_INVARIANT_PAYMENT_PARTS, "UPDATE check_in_payments SET points = points + 1" },
	{ QUERY_INVARIANT_PAYMENT_PARTS,
		"UPDATE check_in_payments SET parts = REPLACE(parts, 'fri', 'sat')" },
	{ QUERY_INVARIANT_PAYMENT_PARTS,
		"UPDATE check_in_payments SET parts = REPLACE(parts, '11-20', '11-21')" },
	{ QUERY_INVARIANT_PAYMENT_PARTS,
		"UPDATE check_in_payments SET points = 0, parts = '' LIMIT 1" },
	{ QUERY_INVARIANT_PAYMENT_CAP, "UPDATE check_in_payments SET points = 101" },
	{ QUERY_INVARIANT_PAYMENT_BUDGET,
		"UPDATE point_budgets SET remaining = remaining - 1 LIMIT 1" },
	{ QUERY_INVARIANT_PAYMENT_BUDGET, "DELETE FROM check_in_payments" },
	{ QUERY_INVARIANT_OUTBOX_ONCE, "UPDATE outbox_messages SET message_key = '1'" },
	{ QUERY_INVARIANT_OUTBOX_STATE,
		"UPDATE outbox_messages SET state = 'sent' ORDER BY id LIMIT 1" },
	{ QUERY_INVARIANT_OUTBOX_STATE,
		"UPDATE outbox_messages SET done_at = due_at ORDER BY id LIMIT 1" },
	{ QUERY_INVARIANT_OUTBOX_CLAIM,
		"UPDATE outbox_messages SET claim_id = 7777 ORDER BY id LIMIT 1" },
	{ QUERY_INVARIANT_OUTBOX_ALERTS, "UPDATE products SET low_announced = 1 WHERE id = 3" },
	{ QUERY_INVARIANT_OUTBOX_ALERTS,
		"UPDATE products SET sold_out_announced = 1 WHERE id = 3" },
	{ QUERY_INVARIANT_OUTBOX_CLOSING,
		"UPDATE outbox_messages SET kind = 'claim.closing', channel = 'webhook', "
		"message_key = '1-7', user_id = 7 ORDER BY id LIMIT 1" },
	{ QUERY_INVARIANT_AUDIT_STOCK, "DELETE FROM audit_entries WHERE action = 'stock.change'" },
	{ QUERY_INVARIANT_AUDIT_STOCK, "DELETE FROM stock_movements WHERE source = 'command'" },
	{ QUERY_INVARIANT_AUDIT_EVENT, "DELETE FROM audit_entries WHERE action = 'event.create'" },
	{ QUERY_INVARIANT_AUDIT_PRODUCT,
		"DELETE FROM audit_entries WHERE action = 'product.create' LIMIT 1" },
	{ QUERY_INVARIANT_AUDIT_MILESTONE,
		"DELETE FROM audit_entries WHERE action = 'milestone.create' LIMIT 1" },
	{ QUERY_INVARIANT_AUDIT_OUTAGE,
		"DELETE FROM audit_entries WHERE action = 'outage.applied'" },
};

static const char *const SAFEGUARDS[] = {
	"ALTER TABLE products DROP CONSTRAINT products_remain",
	"ALTER TABLE attendance DROP PRIMARY KEY, ADD KEY attendance_plain (event_id, user_id, "
	"date)",
	"ALTER TABLE claims DROP KEY claims_once",
	"ALTER TABLE point_entries DROP KEY point_entries_reference",
	"ALTER TABLE outbox_messages DROP KEY outbox_messages_once",
};

static void each_planted_fault_is_found(void **state)
{
	const struct database *database = *state;
	for (size_t i = 0; i < countof(SAFEGUARDS); i++)
		database_run(database, "%s", SAFEGUARDS[i]);
	for (size_t i = 0; i < countof(PLANTS); i++) {
		database_run(database, "BEGIN");
		database_run(database, "%s", PLANTS[i].sql);
		if (find(database, PLANTS[i].query).count == 0)
			fail_msg("%s does not find: %s", db_query_name(PLANTS[i].query),
				PLANTS[i].sql);
		database_run(database, "ROLLBACK");
	}
	assert_all_hold(database);
}

static void no_invariant_is_left_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < INVARIANT_COUNT; i++) {
		size_t plant = 0;
		while (plant < countof(PLANTS) && PLANTS[plant].query != INVARIANTS[i].query)
			plant++;
		if (plant == countof(PLANTS))
			fail_msg("no fault is planted for %s", db_query_name(INVARIANTS[i].query));
	}
	for (enum query query = 0; query < QUERY_COUNT; query++)
		if (strncmp(db_query_name(query), "invariant_", strlen("invariant_")) == 0)
			find(*state, query);
}

static void many_faults_are_cut_short(void **state)
{
	const struct database *database = *state;
	database_run(database, "BEGIN");
	database_run(database, "UPDATE users SET points = points + 1");
	struct invariant_finding finding = find(database, QUERY_INVARIANT_POINTS_BALANCE);
	assert_int_equal(finding.count, INVARIANT_FAULTS_MAXIMUM);
	assert_true(finding.has_more);
	assert_non_null(strstr(finding.faults[0], "user 1:"));
	database_run(database, "ROLLBACK");
}

static void note_table(void *state, const char *table, uint64_t done, uint64_t total)
{
	uint64_t *most = state;
	(void)table, (void)total;
	*most = done > *most ? done : *most;
}

/* More customers than one stretch has, a fault in each of three. */
static void large_tables_are_walked_to_their_end(void **state)
{
	const struct database *database = *state;
	uint64_t most = 0;
	struct invariant_finding *findings = memory_array(database->context,
					 struct invariant_finding, INVARIANT_COUNT),
				 *finding = findings;
	for (size_t i = 0; i < INVARIANT_COUNT; i++)
		if (INVARIANTS[i].query == QUERY_INVARIANT_POINTS_BALANCE)
			finding = &findings[i];
	database_run(database, "BEGIN");
	database_run(database,
		"INSERT INTO users (issuer_id, created_at) SELECT 1, a.at FROM attendance a JOIN "
		"attendance b LIMIT 25000");
	database_run(database,
		"UPDATE users SET points = points + 1 WHERE id IN (1, 15000) OR id = (SELECT id "
		"FROM (SELECT MAX(id) AS id FROM users) u)");
	assert_int_equal(invariants_check_all(database->db, database->context,
				 &(struct invariant_watcher){ note_table, &most }, findings),
		RESULT_OK);
	assert_true(most > 25000);
	assert_int_equal(finding->count, 3);
	database_run(database, "ROLLBACK");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_data_passes),
		cmocka_unit_test(no_invariant_is_left_out),
		cmocka_unit_test(many_faults_are_cut_short),
		cmocka_unit_test(large_tables_are_walked_to_their_end),
		/* last: it takes the safeguards away */
		cmocka_unit_test(each_planted_fault_is_found),
	};
	return cmocka_run_group_tests(tests, open_shop, close_shop);
}
