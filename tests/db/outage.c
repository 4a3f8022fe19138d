/* SPDX-License-Identifier: MIT */
/* Days that count for an outage: who gets one, carrying on after a death in the middle, and taking
 * them back, on a real server. */
#include "database.h"

#include "base/memory.h"
#include "reward/customer_edit.h"
#include "reward/event_edit.h"
#include "reward/invariants.h"
#include "reward/outage.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* 2026-11-22, noon in Seoul */
static const instant NOON = { 1795316400 };
static const date DAY = { 20769 }; /* 2026-11-12 */

enum { USERS = 1300, BATCHES_AT_LEAST = 3 };

struct shop {
	struct database database;
	struct edit edit;
	uint64_t id;
};

static struct edit *edit_of(struct shop *shop)
{
	shop->edit = (struct edit){ .db = shop->database.db,
		.context = shop->database.context,
		.actor = { "command:test", NULL },
		.now = NOON };
	return &shop->edit;
}

#define NUMBER(...) database_number(&shop->database, __VA_ARGS__)
#define RUN(...) database_run(&shop->database, __VA_ARGS__)

/* Of five customers one was there the day before, one the day after, one on both, one on both and
 * the day itself, one two days before. */
static void make_attendance(struct shop *shop)
{
	static const struct {
		const char *day;
		int rests[4];
	} DAYS[] = {
		{ "2026-11-11", { 0, 2, 3, -1 } },
		{ "2026-11-13", { 1, 2, 3, -1 } },
		{ "2026-11-12", { 3, -1, -1, -1 } },
		{ "2026-11-10", { 4, -1, -1, -1 } },
	};
	RUN("INSERT INTO issuers (iss) VALUES ('https://shop.example/')");
	RUN("INSERT INTO users (issuer_id, subject, created_at) WITH RECURSIVE n (i) AS (SELECT 0 "
	    "UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
	    "SELECT 1, a.i * 10 + b.i, UTC_TIMESTAMP() FROM n a JOIN n b ON b.i < 10",
		USERS / 10 - 1);
	for (size_t i = 0; i < sizeof DAYS / sizeof *DAYS; i++)
		RUN("INSERT INTO attendance (event_id, user_id, date, at, source) SELECT 1, id, "
		    "'%s', UTC_TIMESTAMP(), 'check_in' FROM users "
		    "WHERE id %% 5 IN (%d, %d, %d)",
			DAYS[i].day, DAYS[i].rests[0], DAYS[i].rests[1], DAYS[i].rests[2]);
	RUN("UPDATE users SET state = 'removed', subject = NULL WHERE id = 500");
	RUN("UPDATE users SET state = 'blocked' WHERE id = 501");
}

static int open_shop(void **state)
{
	struct database database = database_make_migrated();
	struct shop *shop = memory_new(database.context, struct shop);
	event_id id;
	shop->database = database;
	assert_int_equal(event_edit_create(edit_of(shop),
				 &(struct event_draft){ .slug = "november",
					 .name = "November",
					 .mode = MODE_CUMULATIVE,
					 .time_zone = "Asia/Seoul",
					 .window = { { DAY.day - 11 }, { DAY.day + 18 } },
					 .is_open = true },
				 &id),
		RESULT_CREATED);
	make_attendance(shop);
	*state = shop;
	return 0;
}

static int close_shop(void **state)
{
	struct shop *shop = *state;
	database_drop(&shop->database);
	return 0;
}

static struct db *another_connection(const struct shop *shop)
{
	return database_connect(
		&shop->database, getenv("DOJANG_TEST_USER"), getenv("DOJANG_TEST_PASSWORD"));
}

static enum result plan(struct shop *shop, int32_t days, bool is_today_meant)
{
	return outage_plan(edit_of(shop),
		&(struct outage_plan){
			"november", { DAY.day + days }, "the service was down", is_today_meant },
		&shop->id);
}

static struct outage read_outage(struct shop *shop)
{
	struct outage outage;
	assert_int_equal(outage_read(edit_of(shop), shop->id, &outage), RESULT_OK);
	return outage;
}

/* Answers the number of batches that it took. */
static unsigned work_to_end(struct db *db, uint64_t id)
{
	unsigned batches = 0;
	for (bool is_done = false; !is_done; batches++)
		assert_int_equal(outage_carry_on(db, id, NOON, &is_done), RESULT_OK);
	return batches;
}

static void apply_whole(struct shop *shop)
{
	assert_int_equal(plan(shop, 0, false), RESULT_CREATED);
	assert_int_equal(outage_apply(edit_of(shop), shop->id, DAY), RESULT_OK);
	work_to_end(shop->database.db, shop->id);
}

static void assert_all_hold(struct shop *shop)
{
	struct invariant_finding finding;
	for (size_t i = 0; i < INVARIANT_COUNT; i++) {
		assert_int_equal(invariants_check(shop->database.db, shop->database.context,
					 &INVARIANTS[i], &finding),
			RESULT_OK);
		if (finding.count)
			fail_msg("%s: %s", INVARIANTS[i].promise, finding.faults[0]);
	}
}

/* Customers 0, 1 and 2 of five, without the removed one. */
enum { EXPECTED = USERS / 5 * 3 - 1 };
static const char COUNTED[] = "SELECT COUNT(*) FROM attendance WHERE source = 'outage' AND date = "
			      "'2026-11-12' AND user_id %% 5 IN (0, 1, 2) AND user_id <> 500";
static const char ALL_COUNTED[] = "SELECT COUNT(*) FROM attendance WHERE source = 'outage'";

/* --- planning --- */

static void planning_counts_and_changes_nothing(void **state)
{
	struct shop *shop = *state;
	int64_t was = NUMBER("SELECT COUNT(*) FROM attendance");
	assert_int_equal(plan(shop, 0, false), RESULT_CREATED);
	assert_true(read_outage(shop).is_at_work);
	assert_true(work_to_end(shop->database.db, shop->id) >= BATCHES_AT_LEAST);
	struct outage outage = read_outage(shop);
	assert_false(outage.is_at_work);
	assert_int_equal(outage.expected, EXPECTED);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM attendance"), was);
	/* again, from the beginning */
	assert_int_equal(plan(shop, 0, false), RESULT_CREATED);
	work_to_end(shop->database.db, shop->id);
	assert_int_equal(read_outage(shop).expected, EXPECTED);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM outages"), 1);
	assert_all_hold(shop);
}

static void only_days_that_have_come_can_be_named(void **state)
{
	struct shop *shop = *state;
	assert_int_equal(plan(shop, -12, false), ERR_CONFLICT);
	assert_int_equal(plan(shop, 11, true), ERR_CONFLICT);
	assert_int_equal(plan(shop, 10, false), ERR_CONFLICT);
	assert_string_equal(shop->edit.errors.items[0].field, "is_today_meant");
	assert_int_equal(plan(shop, 10, true), RESULT_CREATED);
	assert_int_equal(outage_plan(edit_of(shop),
				 &(struct outage_plan){ "december", DAY, "x", false }, &shop->id),
		ERR_NOT_FOUND);
	RUN("UPDATE events SET state = 'draft'");
	assert_int_equal(plan(shop, 0, false), ERR_CONFLICT);
}

/* --- applying --- */

static void who_was_there_before_or_after_gets_the_day_once(void **state)
{
	struct shop *shop = *state;
	apply_whole(shop);
	assert_int_equal(NUMBER(COUNTED), EXPECTED);
	assert_int_equal(NUMBER(ALL_COUNTED), EXPECTED);
	work_to_end(shop->database.db, shop->id);
	assert_int_equal(NUMBER(ALL_COUNTED), EXPECTED);
	assert_int_equal(read_outage(shop).added, EXPECTED);
	assert_int_equal(plan(shop, 0, false), ERR_CONFLICT);
	assert_int_equal(outage_apply(edit_of(shop), shop->id, DAY), ERR_CONFLICT);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM audit_entries WHERE action = 'outage.applied' AND "
		       "before_change LIKE '%%\"days\":0%%' "
		       "AND after_change LIKE '%%\"days\":%d%%' AND actor = 'command:test'",
			EXPECTED),
		1);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM outbox_messages"), 0);
	assert_all_hold(shop);
}

static void the_day_is_said_again_before_it_is_done(void **state)
{
	struct shop *shop = *state;
	assert_int_equal(plan(shop, 0, false), RESULT_CREATED);
	assert_int_equal(
		outage_apply(edit_of(shop), shop->id, (date){ DAY.day + 1 }), ERR_CONFLICT);
	assert_string_equal(shop->edit.errors.items[0].field, "day");
	assert_int_equal(outage_undo(edit_of(shop), shop->id, DAY), ERR_CONFLICT);
	assert_int_equal(outage_apply(edit_of(shop), 77, DAY), ERR_NOT_FOUND);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM outages WHERE state = 'planned'"), 1);
}

static void who_carries_on_begins_where_the_last_batch_ended(void **state)
{
	struct shop *shop = *state;
	bool is_done;
	assert_int_equal(plan(shop, 0, false), RESULT_CREATED);
	assert_int_equal(outage_apply(edit_of(shop), shop->id, DAY), RESULT_OK);
	assert_int_equal(outage_carry_on(shop->database.db, shop->id, NOON, &is_done), RESULT_OK);
	assert_false(is_done);
	int64_t first = NUMBER(ALL_COUNTED);
	assert_in_range(first, 1, EXPECTED - 1);
	assert_true(read_outage(shop).is_at_work);
	assert_in_range(read_outage(shop).percent, 1, 99);
	assert_all_hold(shop);
	/* pressed again */
	assert_int_equal(outage_apply(edit_of(shop), shop->id, DAY), RESULT_OK);
	work_to_end(another_connection(shop), shop->id);
	assert_int_equal(NUMBER(ALL_COUNTED), EXPECTED);
	assert_int_equal(read_outage(shop).added, EXPECTED);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM audit_entries WHERE action = 'outage.apply'"), 1);
	assert_all_hold(shop);
}

static void two_at_once_do_it_once(void **state)
{
	struct shop *shop = *state;
	assert_int_equal(plan(shop, 0, false), RESULT_CREATED);
	assert_int_equal(outage_apply(edit_of(shop), shop->id, DAY), RESULT_OK);
	pid_t children[2];
	for (size_t i = 0; i < 2; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			struct db *db = another_connection(shop);
			bool is_done = false;
			enum result result = RESULT_OK;
			while (!is_done && result == RESULT_OK)
				result = outage_carry_on(db, shop->id, NOON, &is_done);
			_exit(result == RESULT_OK ? EXIT_SUCCESS : EXIT_FAILURE);
		}
	}
	for (size_t i = 0; i < 2; i++) {
		int status;
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(NUMBER(ALL_COUNTED), EXPECTED);
	assert_int_equal(NUMBER("SELECT added FROM outages"), EXPECTED);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM audit_entries WHERE action = 'outage.applied'"), 1);
}

/* --- archiving --- */

static enum result add_a_day(struct edit *edit, uint64_t id)
{
	(void)id;
	return customer_edit_add_day(
		edit, &(struct day_change){ "november", { 4 }, DAY, "was there", false });
}

static enum result remove_a_day(struct edit *edit, uint64_t id)
{
	(void)id;
	return customer_edit_remove_day(edit,
		&(struct day_change){ "november", { 5 }, { DAY.day - 1 }, "was not there", false });
}

static enum result plan_a_day(struct edit *edit, uint64_t id)
{
	(void)id;
	return outage_plan(edit,
		&(struct outage_plan){ "november", { DAY.day - 2 }, "the service was down", false },
		&(uint64_t){ 0 });
}

static enum result apply_the_outage(struct edit *edit, uint64_t id)
{
	return outage_apply(edit, id, DAY);
}

/* Waits until the child waits for a lock, or has ended; answers whether it has. InnoDB makes this
 * table anew only for those who have not asked for a tenth of a second. */
static bool has_ended(struct shop *shop, pid_t child, int *status)
{
	const struct timespec pause = { .tv_nsec = 150 * 1000 * 1000 };
	while (nanosleep(&pause, NULL) != 0
		|| NUMBER("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = "
			  "'LOCK WAIT'")
			== 0) {
		pid_t ended = waitpid(child, status, WNOHANG);
		assert_true(ended >= 0);
		if (ended == child)
			return true;
	}
	return false;
}

/* Between the moment when the archiving begins and the commit of that. */
static void nobody_changes_days_of_an_event_whose_archiving_begins(void **state)
{
	static const struct {
		const char *sentence;
		enum result (*act)(struct edit *edit, uint64_t id);
	} ACTS[] = {
		{ "a day is added", add_a_day },
		{ "a day is removed", remove_a_day },
		{ "an outage is named", plan_a_day },
		{ "an outage is applied", apply_the_outage },
	};
	struct shop *shop = *state;
	int64_t was = NUMBER("SELECT COUNT(*) FROM attendance");
	assert_int_equal(plan(shop, 0, false), RESULT_CREATED);
	work_to_end(shop->database.db, shop->id);
	for (size_t i = 0; i < sizeof ACTS / sizeof *ACTS; i++) {
		int status;
		RUN("UPDATE events SET archived_at = NULL");
		RUN("START TRANSACTION");
		RUN("UPDATE events SET archived_at = UTC_TIMESTAMP()");
		pid_t child = fork();
		if (child == 0) {
			struct edit edit = { .db = another_connection(shop),
				.context = shop->database.context,
				.actor = { "command:test", NULL },
				.now = NOON };
			_exit(ACTS[i].act(&edit, shop->id) == ERR_CONFLICT ? EXIT_SUCCESS
									   : EXIT_FAILURE);
		}
		if (has_ended(shop, child, &status))
			fail_msg(
				"%s without a look at the archiving: %d", ACTS[i].sentence, status);
		RUN("COMMIT");
		assert_int_equal(waitpid(child, &status, 0), child);
		if (status != 0)
			fail_msg("%s: %d", ACTS[i].sentence, status);
	}
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM attendance"), was);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM outages WHERE state = 'planned'"), 1);
}

/* --- undoing --- */

static void undoing_takes_back_its_own_days_alone(void **state)
{
	struct shop *shop = *state;
	int64_t was = NUMBER("SELECT COUNT(*) FROM attendance");
	apply_whole(shop);
	assert_int_equal(
		customer_edit_remove_day(edit_of(shop),
			&(struct day_change){ "november", { 5 }, DAY, "was not there", false }),
		RESULT_OK);
	assert_int_equal(
		customer_edit_add_day(edit_of(shop),
			&(struct day_change){ "november", { 5 }, DAY, "was there", false }),
		RESULT_CREATED);
	assert_int_equal(
		customer_edit_remove_day(edit_of(shop),
			&(struct day_change){ "november", { 6 }, DAY, "was not there", false }),
		RESULT_OK);
	assert_all_hold(shop);
	assert_int_equal(outage_undo(edit_of(shop), shop->id, DAY), RESULT_OK);
	assert_true(work_to_end(shop->database.db, shop->id) >= BATCHES_AT_LEAST);
	assert_int_equal(NUMBER(ALL_COUNTED), 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM attendance"), was + 1);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM attendance WHERE user_id = 5 AND source = 'staff'"),
		1);
	assert_int_equal(read_outage(shop).taken_back, EXPECTED - 2);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM audit_entries WHERE action = 'outage.undone' "
				"AND before_change LIKE '%%\"days\":%d}%%' "
				"AND after_change LIKE '%%\"days\":0%%'",
				 EXPECTED - 2),
		1);
	assert_all_hold(shop);
	apply_whole(shop); /* thought better of it */
	assert_int_equal(NUMBER(ALL_COUNTED), EXPECTED - 1);
	assert_all_hold(shop);
}

static void what_is_half_applied_can_be_undone(void **state)
{
	struct shop *shop = *state;
	bool is_done;
	assert_int_equal(plan(shop, 0, false), RESULT_CREATED);
	assert_int_equal(outage_apply(edit_of(shop), shop->id, DAY), RESULT_OK);
	assert_int_equal(outage_carry_on(shop->database.db, shop->id, NOON, &is_done), RESULT_OK);
	assert_int_equal(outage_undo(edit_of(shop), shop->id, DAY), RESULT_OK);
	work_to_end(shop->database.db, shop->id);
	assert_int_equal(NUMBER(ALL_COUNTED), 0);
	assert_int_equal(read_outage(shop).state, OUTAGE_UNDONE);
	assert_all_hold(shop);
}

static void claims_made_by_the_day_stay_when_it_is_undone(void **state)
{
	struct shop *shop = *state;
	apply_whole(shop);
	RUN("INSERT INTO products (name, kind, created_at) VALUES ('Card', 'item', "
	    "UTC_TIMESTAMP())");
	RUN("INSERT INTO milestones (event_id, at, product_id) VALUES (1, 2, 1)");
	RUN("INSERT INTO claims (event_id, user_id, milestone_id, product_id, product_name, kind, "
	    "claimed_at) VALUES (1, 10, 1, 1, 'Card', 'item', '2026-11-22 02:00:00')");
	RUN("INSERT INTO audit_entries (at, actor, action, subject, subject_id) VALUES "
	    "(UTC_TIMESTAMP(), 'x', 'product.create', 'product', 1), "
	    "(UTC_TIMESTAMP(), 'x', 'milestone.create', 'milestone', 1)");
	assert_all_hold(shop);
	assert_int_equal(outage_undo(edit_of(shop), shop->id, DAY), RESULT_OK);
	work_to_end(shop->database.db, shop->id);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM claims WHERE state = 'claimed'"), 1);
	assert_all_hold(shop);
	/* after it was undone nobody could */
	RUN("UPDATE claims SET claimed_at = '2026-11-22 04:00:00'");
	struct invariant_finding finding = { 0 };
	for (size_t i = 0; i < INVARIANT_COUNT; i++)
		if (INVARIANTS[i].query == QUERY_INVARIANT_CLAIM_EARNED)
			assert_int_equal(invariants_check(shop->database.db, shop->database.context,
						 &INVARIANTS[i], &finding),
				RESULT_OK);
	assert_int_equal(finding.count, 1);
}

#define IN_SHOP(test) cmocka_unit_test_setup_teardown(test, open_shop, close_shop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SHOP(planning_counts_and_changes_nothing),
		IN_SHOP(only_days_that_have_come_can_be_named),
		IN_SHOP(who_was_there_before_or_after_gets_the_day_once),
		IN_SHOP(the_day_is_said_again_before_it_is_done),
		IN_SHOP(who_carries_on_begins_where_the_last_batch_ended),
		IN_SHOP(two_at_once_do_it_once),
		IN_SHOP(nobody_changes_days_of_an_event_whose_archiving_begins),
		IN_SHOP(undoing_takes_back_its_own_days_alone),
		IN_SHOP(what_is_half_applied_can_be_undone),
		IN_SHOP(claims_made_by_the_day_stay_when_it_is_undone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
