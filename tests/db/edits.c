/* SPDX-License-Identifier: MIT */
/* Changes by staff and the command line: events, products, milestones, stock and imports, on a real
 * server. */
#include "database.h"

#include "base/memory.h"
#include "base/text.h"
#include "reward/attendance_import.h"
#include "customer/customer.h"
#include "reward/customer_edit.h"
#include "reward/daily_points_edit.h"
#include "reward/event_archive.h"
#include "reward/event_change.h"
#include "reward/event_edit.h"
#include "reward/milestone_edit.h"
#include "reward/personal_data.h"
#include "reward/retention.h"
#include "reward/product.h"
#include "reward/report.h"
#include "reward/stock.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 2026-11-22, noon in Seoul */
static const instant NOON = { 1795316400 };

static const char SECRET[] = "0123456789abcdef0123456789abcdef";

struct shop {
	struct database database;
	struct edit edit;
	struct settings settings;
	product_id points, item;
};

static date day(const char *text)
{
	date out;
	assert_true(date_parse(text, &out));
	return out;
}

/* --- a shop with an open event and two products --- */

static struct edit *edit_of(struct shop *shop)
{
	shop->edit = (struct edit){ .db = shop->database.db,
		.context = shop->database.context,
		.actor = { "command:test", NULL },
		.now = NOON };
	return &shop->edit;
}

static enum result make_event(
	struct shop *shop, const char *slug, const char *starts, const char *ends)
{
	event_id id;
	return event_edit_create(edit_of(shop),
		&(struct event_draft){ .slug = slug,
			.name = "November 도장",
			.mode = MODE_CUMULATIVE,
			.time_zone = "Asia/Seoul",
			.window = { day(starts), day(ends) },
			.is_open = false },
		&id);
}

static struct shop *shop_of(void **state)
{
	return *state;
}

static int open_shop(void **state)
{
	struct database database = database_make_migrated();
	struct shop *shop = memory_new(database.context, struct shop);
	shop->database = database;
	shop->settings.issuers[0] = (struct issuer_settings){ .name = "demo",
		.iss = "https://shop.example/" };
	shop->settings.issuer_count = 1;
	assert_int_equal(make_event(shop, "november", "2026-11-01", "2026-11-30"), RESULT_CREATED);
	assert_int_equal(product_create(edit_of(shop),
				 &(struct product_draft){ .name = "5,000 points",
					 .kind = PRODUCT_POINTS,
					 .points = { true, 5000 } },
				 &shop->points),
		RESULT_CREATED);
	assert_int_equal(product_create(edit_of(shop),
				 &(struct product_draft){ .name = "AirPods",
					 .kind = PRODUCT_ITEM,
					 .stock = { true, 10 },
					 .threshold = { true, 3 } },
				 &shop->item),
		RESULT_CREATED);
	*state = shop;
	return 0;
}

static int close_shop(void **state)
{
	database_drop(&shop_of(state)->database);
	return 0;
}

static void assert_refusal(const struct shop *shop, const char *field, const char *words)
{
	assert_int_equal(shop->edit.errors.count, 1);
	assert_string_equal(shop->edit.errors.items[0].field, field);
	if (!strstr(shop->edit.errors.items[0].detail, words))
		fail_msg("\"%s\" does not say \"%s\"", shop->edit.errors.items[0].detail, words);
}

#define NUMBER(...) database_number(&shop->database, __VA_ARGS__)

/* --- events --- */

static void an_event_is_made_once_and_written_down(void **state)
{
	struct shop *shop = shop_of(state);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM events WHERE slug = 'november' AND state = "
				"'draft' AND starts_on = '2026-11-01'"),
		1);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM audit_entries WHERE action = 'event.create' "
				"AND actor = 'command:test'"),
		1);
	assert_int_equal(make_event(shop, "november", "2026-11-01", "2026-11-30"), ERR_CONFLICT);
	assert_refusal(shop, "slug", "november");
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM events"), 1);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM audit_entries WHERE action = 'event.create'"), 1);
}

static void an_event_does_not_end_before_it_starts(void **state)
{
	struct shop *shop = shop_of(state);
	assert_int_equal(make_event(shop, "backwards", "2026-11-02", "2026-11-01"), ERR_INVALID);
	assert_refusal(shop, "ends", "before");
	assert_int_equal(make_event(shop, "one-day", "2026-11-02", "2026-11-02"), RESULT_CREATED);
}

static void a_draft_is_opened_once(void **state)
{
	struct shop *shop = shop_of(state);
	event_id id;
	bool was_open;
	assert_int_equal(event_edit_open(edit_of(shop), "november", &id, &was_open), RESULT_OK);
	assert_false(was_open);
	assert_int_equal(NUMBER("SELECT version FROM events WHERE state = 'open'"), 2);
	assert_int_equal(event_edit_open(edit_of(shop), "november", &id, &was_open), RESULT_OK);
	assert_true(was_open);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM audit_entries WHERE action = 'event.open'"), 1);
	assert_int_equal(event_edit_open(edit_of(shop), "december", &id, &was_open), ERR_NOT_FOUND);
	assert_refusal(shop, "event", "december");
}

/* --- products and milestones --- */

static void first_stock_is_a_movement_and_unlimited_has_none(void **state)
{
	struct shop *shop = shop_of(state);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM stock_movements"), 1);
	assert_int_equal(NUMBER("SELECT delta FROM stock_movements WHERE source = 'initial' AND "
				"product_id = %" PRIu64,
				 shop->item.value),
		10);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM products WHERE id = %" PRIu64 " AND remain IS NULL",
			shop->points.value),
		1);
}

static void points_belong_to_products_of_points(void **state)
{
	struct shop *shop = shop_of(state);
	product_id id;
	assert_int_equal(
		product_create(edit_of(shop),
			&(struct product_draft){ .name = "x", .kind = PRODUCT_POINTS }, &id),
		ERR_INVALID);
	assert_refusal(shop, "points", "must");
	assert_int_equal(product_create(edit_of(shop),
				 &(struct product_draft){
					 .name = "x", .kind = PRODUCT_ITEM, .points = { true, 1 } },
				 &id),
		ERR_INVALID);
	assert_refusal(shop, "points", "must not");
	assert_int_equal(
		product_create(edit_of(shop),
			&(struct product_draft){
				.name = "x", .kind = PRODUCT_ITEM, .threshold = { true, 1 } },
			&id),
		ERR_INVALID);
	assert_refusal(shop, "threshold", "unlimited");
}

static enum result make_milestone(struct shop *shop, const char *event, int64_t at,
	uint64_t product, const char *until, bool those_past)
{
	milestone_id id;
	return milestone_edit_create(edit_of(shop),
		&(struct milestone_draft){ .event = event,
			.at = at,
			.product = { product },
			.claim_until = until,
			.is_for_those_past = those_past },
		&id);
}

static void a_milestone_changes_the_event_that_is_kept(void **state)
{
	struct shop *shop = shop_of(state);
	assert_int_equal(make_milestone(shop, "november", 5, shop->points.value, NULL, true),
		RESULT_CREATED);
	assert_int_equal(NUMBER("SELECT version FROM events"), 2);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM milestones WHERE claim_until IS NULL AND "
				"earned_from IS NULL"),
		1);
	assert_int_equal(
		make_milestone(shop, "november", 5, shop->points.value, NULL, true), ERR_CONFLICT);
	assert_refusal(shop, "at", "already");
	assert_int_equal(NUMBER("SELECT version FROM events"), 2);
	assert_int_equal(
		make_milestone(shop, "november", 5, shop->item.value, NULL, true), RESULT_CREATED);
	assert_int_equal(make_milestone(shop, "november", 5, 999, NULL, true), ERR_NOT_FOUND);
	assert_refusal(shop, "product", "999");
	assert_int_equal(
		make_milestone(shop, "december", 5, shop->item.value, NULL, true), ERR_NOT_FOUND);
	assert_refusal(shop, "event", "december");
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM audit_entries WHERE action = 'milestone.create'"), 2);
}

static void those_past_may_be_left_out_from_today_where_the_event_is(void **state)
{
	struct shop *shop = shop_of(state);
	edit_of(shop);
	assert_int_equal(make_milestone(shop, "november", 5, shop->points.value, NULL, false),
		RESULT_CREATED);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM milestones WHERE earned_from = '2026-11-22'"), 1);
}

static void a_deadline_is_a_time_or_the_end_of_a_day(void **state)
{
	struct shop *shop = shop_of(state);
	assert_int_equal(make_milestone(shop, "november", 5, shop->points.value,
				 "2026-12-14T15:00:00+09:00", true),
		RESULT_CREATED);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM milestones WHERE claim_until = '2026-12-14 06:00:00'"),
		1);
	assert_int_equal(
		make_milestone(shop, "november", 6, shop->points.value, "2026-12-14", true),
		RESULT_CREATED);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM milestones WHERE claim_until = '2026-12-14 15:00:00'"),
		1);
	assert_int_equal(make_milestone(shop, "november", 7, shop->points.value, "tomorrow", true),
		ERR_INVALID);
	assert_refusal(shop, "claim_until", "must be");
}

/* --- stock --- */

static enum result change(struct shop *shop, product_id product, int64_t delta,
	const char *reference, struct stock_outcome *outcome)
{
	return stock_change(edit_of(shop),
		&(struct stock_change){ .product = product,
			.delta = delta,
			.source = "command",
			.reference = reference,
			.reason = "counted" },
		outcome);
}

static void stock_never_goes_below_zero(void **state)
{
	struct shop *shop = shop_of(state);
	struct stock_outcome outcome;
	assert_int_equal(change(shop, shop->item, -11, "a", &outcome), ERR_CONFLICT);
	assert_refusal(shop, "delta", "10 left");
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM stock_movements WHERE source = 'command'"), 0);
	assert_int_equal(change(shop, shop->item, -10, "b", &outcome), RESULT_CREATED);
	assert_int_equal(outcome.remain, 0);
	assert_int_equal(change(shop, shop->item, -1, "c", &outcome), ERR_CONFLICT);
	assert_int_equal(NUMBER("SELECT remain FROM products WHERE remain IS NOT NULL"), 0);
	assert_int_equal(NUMBER("SELECT SUM(delta) FROM stock_movements"), 0);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM audit_entries WHERE action = 'stock.change'"), 1);
}

static void what_cannot_change_is_said(void **state)
{
	struct shop *shop = shop_of(state);
	struct stock_outcome outcome;
	assert_int_equal(change(shop, shop->points, 1, "a", &outcome), ERR_CONFLICT);
	assert_refusal(shop, "product", "unlimited");
	assert_int_equal(change(shop, (product_id){ 999 }, 1, "a", &outcome), ERR_NOT_FOUND);
	assert_refusal(shop, "product", "999");
	assert_int_equal(change(shop, shop->item, 0, "a", &outcome), ERR_INVALID);
	database_run(&shop->database, "UPDATE products SET remain = 1999999999 WHERE id = %" PRIu64,
		shop->item.value);
	assert_int_equal(change(shop, shop->item, 1000000, "a", &outcome), ERR_CONFLICT);
	assert_refusal(shop, "delta", "too much");
}

static void the_same_reference_changes_once(void **state)
{
	struct shop *shop = shop_of(state);
	struct stock_outcome first, again;
	assert_int_equal(change(shop, shop->item, -2, "a", &first), RESULT_CREATED);
	assert_int_equal(change(shop, shop->item, -2, "a", &again), RESULT_OK);
	assert_true(again.is_repeated);
	assert_int_equal(again.movement, first.movement);
	assert_int_equal(again.remain, 8);
	assert_int_equal(change(shop, shop->item, -3, "a", &again), ERR_CONFLICT);
	assert_refusal(shop, "reference", "another");
	assert_int_equal(NUMBER("SELECT remain FROM products WHERE remain IS NOT NULL"), 8);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM audit_entries WHERE action = 'stock.change'"), 1);
}

/* The threshold is 3, the stock 10. */
static const struct {
	const char *sentence;
	int64_t delta;
	int64_t low, sold_out;
} ALERTS[] = {
	{ "10 to 4: enough", -6, 0, 0 },
	{ "4 to 3: at the threshold", -1, 1, 0 },
	{ "3 to 2: still low, and someone looked at it", -1, 2, 0 },
	{ "2 to 3: more, but still low", 1, 3, 0 },
	{ "3 to 9: a restock above it", 6, 3, 0 },
	{ "9 to 0: low and sold out", -9, 4, 1 },
	{ "0 to 4: a restock", 4, 4, 1 },
};

static void alerts_are_counted_by_what_is_left(void **state)
{
	struct shop *shop = shop_of(state);
	struct stock_outcome outcome;
	for (size_t i = 0; i < countof(ALERTS); i++) {
		char reference[8];
		snprintf(reference, sizeof reference, "r%zu", i);
		assert_int_equal(change(shop, shop->item, ALERTS[i].delta, reference, &outcome),
			RESULT_CREATED);
		int64_t low = NUMBER("SELECT low_alerts FROM products WHERE remain IS NOT NULL");
		int64_t sold_out = NUMBER(
			"SELECT sold_out_alerts FROM products WHERE remain IS NOT NULL");
		if (low != ALERTS[i].low || sold_out != ALERTS[i].sold_out)
			fail_msg("%s: %" PRId64 " and %" PRId64, ALERTS[i].sentence, low, sold_out);
	}
}

/* --- imports --- */

static enum result import_file(
	struct shop *shop, FILE *file, struct attendance_import_outcome *outcome)
{
	return attendance_import(edit_of(shop),
		&(struct attendance_import){ .event = "november",
			.file = file,
			.settings = &shop->settings,
			.secret = SECRET },
		outcome);
}

static enum result import_text(
	struct shop *shop, const char *csv, struct attendance_import_outcome *outcome)
{
	FILE *file = tmpfile();
	assert_non_null(file);
	assert_true(fputs(csv, file) >= 0);
	enum result result = import_file(shop, file, outcome);
	fclose(file);
	return result;
}

static void check_ins_are_taken_over_with_their_customers(void **state)
{
	struct shop *shop = shop_of(state);
	struct attendance_import_outcome outcome;
	static const char CSV[] = "subject,date\nminji,2026-11-01\nminji,2026-11-22\n\"Minji\","
				  "2026-11-01\nminji ,2026-11-01\n";
	assert_int_equal(import_text(shop, CSV, &outcome), RESULT_OK);
	assert_int_equal(outcome.rows, 4);
	assert_int_equal(outcome.added, 4);
	assert_int_equal(outcome.customers, 3);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM users WHERE subject IN ('minji', 'Minji', "
				"'minji ') AND username = subject"),
		3);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM attendance WHERE source = 'import'"), 4);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM audit_entries WHERE action = 'attendance.import'"), 1);
	assert_int_equal(import_text(shop, CSV, &outcome), RESULT_OK);
	assert_int_equal(outcome.added, 0);
	assert_int_equal(outcome.customers, 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM attendance"), 4);
}

static void a_check_in_that_is_there_keeps_its_row(void **state)
{
	struct shop *shop = shop_of(state);
	struct attendance_import_outcome outcome;
	assert_int_equal(
		import_text(shop, "subject,date\nminji,2026-11-02\n", &outcome), RESULT_OK);
	database_run(&shop->database,
		"INSERT INTO attendance (event_id, user_id, date, at) SELECT event_id, user_id, "
		"'2026-11-03', at FROM attendance");
	assert_int_equal(
		import_text(shop, "date,subject\n2026-11-03,minji\n2026-11-04,minji\n", &outcome),
		RESULT_OK);
	assert_int_equal(outcome.added, 1);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM attendance WHERE source = 'check_in'"), 1);
}

static void files_of_spreadsheets_are_taken_over(void **state)
{
	struct shop *shop = shop_of(state);
	struct attendance_import_outcome outcome;
	static const char *const FILES[] = {
		"회원 번호;메모;날짜;;\r\nminji\u00a0;x;2026. 11. 1;;\r\n;;;;\r\n",
		"\xb3\xaf\xc2\xa5\t\xbe\xc6\xc0\xcc\xb5\xf0\r2026-11-01\tminji\r",
	};
	assert_int_equal(import_text(shop, FILES[0], &outcome), RESULT_OK);
	assert_int_equal(outcome.added, 1);
	assert_int_equal(import_text(shop, FILES[1], &outcome), RESULT_OK);
	assert_int_equal(outcome.rows, 1);
	assert_int_equal(outcome.added, 0);
	assert_string_equal(spreadsheet_description(outcome.spreadsheet, shop->database.context),
		"read as CP949, separated by tabs; subject is column 2 (아이디); date is column 1 "
		"(날짜)");
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM users"), 1);
}

static const struct {
	const char *sentence, *csv, *words;
} FAULTS[] = {
	{ "an empty file", "", "line 1: the first line must name the columns" },
	{ "no headings", "minji,2026-11-02\n", "line 1: the first line must name the columns" },
	{ "a column twice", "subject,date,date\n",
		"line 1, date: more than one heading names this column" },
	{ "a column missing", "subject\nminji\n", "line 1, date: no heading names this column" },
	{ "not a date", "subject,date\nminji,2026-11-02\nminji,2026-02-30\n",
		"line 3, date: \"2026-02-30\" is not a date" },
	{ "a date with the day first", "subject,date\nminji,11/22/2026\n",
		"line 2, date: \"11/22/2026\" is not a date" },
	{ "a day before the event", "subject,date\nminji,2026-10-31\n",
		"line 2, date: 2026-10-31 is not a day of the event" },
	{ "a day after the event", "subject,date\nminji,2026-12-01\n", "line 2" },
	{ "tomorrow", "subject,date\nminji,2026-11-23\n",
		"line 2, date: 2026-11-23 is yet to come" },
	{ "a cell too many", "subject,date\nminji,2026-11-02,x\n",
		"line 2: there are more cells than columns" },
	{ "a cell missing", "subject,date\nminji\n", "line 2, date: the cell is empty" },
	{ "no subject", "subject,date\n,2026-11-02\n", "line 2, subject: the cell is empty" },
	{ "a subject that is too long",
		"subject,date\n"
		"0123456789012345678901234567890123456789012345678901234567890123"
		"0123456789012345678901234567890123456789012345678901234567890123"
		"0123456789012345678901234567890123456789012345678901234567890123"
		"0123456789012345678901234567890123456789012345678901234567890123,2026-11-02\n",
		"line 2, subject: the subject must have 1 to 255 bytes" },
	{ "a subject that a spreadsheet damaged", "subject,date\n6.2345E+11,2026-11-02\n",
		"line 2, subject: the spreadsheet wrote the number in scientific notation" },
	{ "rounded subjects",
		"subject,date\n12345678901234500,2026-11-02\n12345678901234600,2026-11-02\n",
		"line 2, subject: the spreadsheet rounded long numbers" },
	{ "a line break in a subject", "subject,date\nsora,2026-11-02\n\"mi\nnji\",2026-11-02\n",
		"line 3, subject: there is a line break" },
	{ "a fault after a quoted line break", "subject,date\n\"mi\nnji\",2026-11-02\nx,y\n",
		"line 2" },
	{ "no encoding", "subject,date\nmin\xffji,2026-11-02\n",
		"line 2: the text is not UTF-8, UTF-16 or CP949" },
	{ "an issuer that is not known",
		"subject,date,issuer\nminji,2026-11-02,https://other.example/\n",
		"line 2, issuer: the settings have no issuer" },
	{ "an open quote", "subject,date\n\"minji,2026-11-02\n", "line 2: a quote is not closed" },
};

static void a_faulty_file_changes_nothing(void **state)
{
	struct shop *shop = shop_of(state);
	struct attendance_import_outcome outcome;
	for (size_t i = 0; i < countof(FAULTS); i++) {
		if (import_text(shop, FAULTS[i].csv, &outcome) != ERR_INVALID)
			fail_msg("%s: was not refused", FAULTS[i].sentence);
		assert_refusal(shop, "file", FAULTS[i].words);
	}
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM attendance"), 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM users"), 0);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM audit_entries WHERE action = 'attendance.import'"), 0);
}

/* Called between the look at the file and the import. */
static void archive_the_event(void *state, uint64_t done, uint64_t total)
{
	struct shop *shop = state;
	struct event_archive_outcome outcome;
	if (total > 0)
		return;
	struct db *db = database_connect(
		&shop->database, getenv("DOJANG_TEST_USER"), getenv("DOJANG_TEST_PASSWORD"));
	struct edit edit = { .db = db,
		.context = shop->database.context,
		.actor = { "command:test", NULL },
		.now = NOON };
	assert_int_equal(event_archive(&edit, "november", NULL, &outcome), RESULT_OK);
	assert_int_equal(done, 2000);
}

static void an_event_that_is_archived_while_the_file_is_looked_at_gets_no_days(void **state)
{
	struct shop *shop = shop_of(state);
	struct attendance_import_outcome outcome;
	FILE *file = tmpfile();
	assert_non_null(file);
	fputs("subject,date\n", file);
	for (unsigned i = 0; i < 2000; i++)
		fprintf(file, "c%u,2026-11-02\n", i);
	assert_int_equal(
		import_text(shop, "subject,date\nc1,2026-11-01\nc1,2026-11-02\n", &outcome),
		RESULT_OK);
	database_run(&shop->database,
		"UPDATE events SET ends_on = '2026-11-15', state = 'open' WHERE slug = 'november'");
	assert_int_equal(attendance_import(edit_of(shop),
				 &(struct attendance_import){ .event = "november",
					 .file = file,
					 .settings = &shop->settings,
					 .secret = SECRET,
					 .watch = archive_the_event,
					 .watch_state = shop },
				 &outcome),
		ERR_CONFLICT);
	fclose(file);
	assert_refusal(shop, "event", "is archived");
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM attendance"), 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM attendance_archive"), 2);
}

static void issuers_are_told_apart(void **state)
{
	struct shop *shop = shop_of(state);
	struct attendance_import_outcome outcome;
	shop->settings.issuers[shop->settings.issuer_count++] =
		(struct issuer_settings){ .name = "app", .iss = "https://app.example/" };
	assert_int_equal(
		import_text(shop, "subject,date\nminji,2026-11-02\n", &outcome), ERR_INVALID);
	assert_refusal(shop, "file", "issuer");
	assert_int_equal(import_text(shop,
				 "subject,issuer,date\nminji,demo,2026-11-02\nminji,https://"
				 "app.example/,2026-11-02\n",
				 &outcome),
		RESULT_OK);
	assert_int_equal(outcome.customers, 2);
	assert_int_equal(
		NUMBER("SELECT COUNT(DISTINCT issuer_id) FROM users WHERE subject = 'minji'"), 2);
}

/* How many hashes of removed persons are forgotten now. */
static uint64_t forgotten_subjects(const struct shop *shop)
{
	static const struct settings SETTINGS_OF_NOBODY;
	uint64_t erased = 0;
	bool has_more;
	for (size_t i = 0; i < RETENTION_RULE_COUNT; i++)
		if (strcmp(RETENTION_RULES[i].name, "removed subjects") == 0)
			assert_int_equal(retention_erase(shop->database.db, &RETENTION_RULES[i],
						 &SETTINGS_OF_NOBODY, NOON, &erased, &has_more),
				RESULT_OK);
	return erased;
}

static void removed_persons_do_not_come_back_by_an_import(void **state)
{
	struct shop *shop = shop_of(state);
	struct attendance_import_outcome outcome;
	uint64_t issuer;
	assert_int_equal(
		import_text(shop, "subject,date\nminji,2026-11-02\n", &outcome), RESULT_OK);
	assert_int_equal(
		customer_issuer(shop->database.db, "https://shop.example/", &issuer), RESULT_OK);
	assert_int_equal(
		personal_data_erase(edit_of(shop),
			&(struct subject){ .issuer_id = issuer, .subject = "minji" }, SECRET, NULL),
		RESULT_NO_CONTENT);
	assert_int_equal(
		import_text(shop,
			"subject,date\nminji,2026-11-03\nminji,2026-11-04\njun,2026-11-03\n",
			&outcome),
		RESULT_OK);
	assert_int_equal(outcome.left_out, 2);
	assert_int_equal(outcome.added, 1);
	assert_int_equal(outcome.customers, 1);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM users WHERE subject = 'minji'"), 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM attendance"), 2);
	database_run(&shop->database, "UPDATE removed_subjects SET keep_until = '2026-11-01'");
	assert_int_equal(
		import_text(shop, "subject,date\nminji,2026-11-03\n", &outcome), RESULT_OK);
	assert_int_equal(outcome.left_out, 1); /* its event's end is what it is now */
	assert_int_equal(forgotten_subjects(shop), 0);
	database_run(&shop->database,
		"UPDATE events SET starts_on = '2026-10-01', ends_on = '2026-10-31'");
	assert_int_equal(forgotten_subjects(shop), 1);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM removed_subject_events"), 0);
	database_run(&shop->database,
		"UPDATE events SET starts_on = '2026-11-01', ends_on = '2026-11-30'");
	assert_int_equal(
		import_text(shop, "subject,date\nminji,2026-11-03\n", &outcome), RESULT_OK);
	assert_int_equal(outcome.left_out, 0);
	assert_int_equal(outcome.customers, 1);
}

static void a_failure_in_a_late_batch_undoes_the_early_ones(void **state)
{
	enum { CUSTOMERS = 5000 };
	struct shop *shop = shop_of(state);
	struct attendance_import_outcome outcome;
	FILE *file = tmpfile();
	assert_non_null(file);
	fputs("subject,date\n", file);
	for (int i = 0; i < CUSTOMERS; i++)
		fprintf(file, "customer-%d,2026-11-02\n", i);
	database_run(&shop->database,
		"CREATE TRIGGER refuse BEFORE INSERT ON users FOR EACH ROW "
		"IF NEW.subject = 'customer-4999' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = "
		"'no'; END IF");
	assert_int_equal(import_file(shop, file, &outcome), ERR_INTERNAL);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM users"), 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM attendance"), 0);
	database_run(&shop->database, "DROP TRIGGER refuse");
	assert_int_equal(import_file(shop, file, &outcome), RESULT_OK);
	fclose(file);
	assert_int_equal(outcome.added, CUSTOMERS);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM attendance"), CUSTOMERS);
}

/* --- days put right --- */

/* Days 1 to 4 and 6 of November of one customer, in an event that wants three in a row or three at
 * all; the third was claimed. */
static customer_id make_claimed(struct shop *shop, enum event_mode mode)
{
	struct database *database = &shop->database;
	struct customer customer;
	struct subject subject = { .subject = "minji", .username = "minji" };
	assert_int_equal(customer_issuer(database->db, "https://shop.example/", &subject.issuer_id),
		RESULT_OK);
	assert_int_equal(customer_enter(database->db, database->context, &subject, NOON, &customer),
		RESULT_OK);
	database_run(database, "UPDATE events SET mode = '%s' WHERE slug = 'november'",
		mode == MODE_CONSECUTIVE ? "consecutive" : "cumulative");
	milestone_id milestone;
	assert_int_equal(milestone_edit_create(edit_of(shop),
				 &(struct milestone_draft){ .event = "november",
					 .at = 3,
					 .product = shop->points,
					 .is_for_those_past = true },
				 &milestone),
		RESULT_CREATED);
	database_run(database,
		"INSERT INTO attendance (event_id, user_id, date, at) SELECT e.id, %lu, d.date, "
		"d.date FROM events e JOIN "
		"(SELECT DATE '2026-11-01' AS date UNION SELECT '2026-11-02' UNION SELECT "
		"'2026-11-03' UNION SELECT '2026-11-04' UNION SELECT '2026-11-06') d "
		"WHERE e.slug = 'november'",
		(unsigned long)customer.id.value);
	database_run(database,
		"INSERT INTO claims (event_id, user_id, milestone_id, product_id, product_name, "
		"kind, points, claimed_at) "
		"SELECT e.id, %lu, %lu, %lu, 'x', 'points', 5000, NOW() FROM events e WHERE e.slug "
		"= 'november'",
		(unsigned long)customer.id.value, (unsigned long)milestone.value,
		(unsigned long)shop->points.value);
	return customer.id;
}

static enum result remove_day(struct shop *shop, customer_id customer, const char *text)
{
	return customer_edit_remove_day(edit_of(shop),
		&(struct day_change){ .event = "november",
			.customer = customer,
			.day = day(text),
			.reason = "a mistake" });
}

static void a_day_that_a_claimed_run_needs_stays(void **state)
{
	struct shop *shop = shop_of(state);
	customer_id customer = make_claimed(shop, MODE_CONSECUTIVE);
	assert_int_equal(remove_day(shop, customer, "2026-11-06"), RESULT_OK);
	assert_int_equal(remove_day(shop, customer, "2026-11-02"), ERR_CONFLICT);
	assert_int_equal(database_number(&shop->database, "SELECT COUNT(*) FROM attendance"), 4);
	assert_int_equal(remove_day(shop, customer, "2026-11-01"), RESULT_OK);
	assert_int_equal(remove_day(shop, customer, "2026-11-04"), ERR_CONFLICT);
	database_run(&shop->database, "UPDATE claims SET state = 'cancelled'");
	assert_int_equal(remove_day(shop, customer, "2026-11-04"), RESULT_OK);
}

static void a_day_that_a_claimed_count_needs_stays(void **state)
{
	struct shop *shop = shop_of(state);
	customer_id customer = make_claimed(shop, MODE_CUMULATIVE);
	assert_int_equal(remove_day(shop, customer, "2026-11-02"), RESULT_OK);
	assert_int_equal(remove_day(shop, customer, "2026-11-03"), RESULT_OK);
	assert_int_equal(remove_day(shop, customer, "2026-11-04"), ERR_CONFLICT);
	assert_int_equal(remove_day(shop, customer, "2026-11-05"), ERR_CONFLICT);
	assert_int_equal(database_number(&shop->database, "SELECT COUNT(*) FROM attendance"), 3);
}

/* --- figures --- */

static enum result add_paid_day(
	struct shop *shop, customer_id customer, const char *text, bool pays)
{
	return customer_edit_add_day(edit_of(shop),
		&(struct day_change){ .event = "november",
			.customer = customer,
			.day = day(text),
			.reason = "the shop's fault",
			.pays = pays });
}

/* The points of all customers, which are those of the ledger. */
static int64_t points_in_all(struct shop *shop)
{
	int64_t points = NUMBER("SELECT SUM(points) FROM users");
	assert_int_equal(points, NUMBER("SELECT SUM(amount) FROM point_entries"));
	return points;
}

static int64_t budget_left(struct shop *shop)
{
	return NUMBER("SELECT SUM(remaining) FROM point_budgets");
}

/* Days 1 to 4 and 6 are there. */
static void an_added_day_pays_only_if_staff_choose_so(void **state)
{
	struct shop *shop = shop_of(state);
	uint64_t id;
	customer_id customer = make_claimed(shop, MODE_CUMULATIVE);
	assert_int_equal(daily_points_add(edit_of(shop), "november", "every", 10, NULL, &id),
		RESULT_CREATED);
	assert_int_equal(daily_points_add(edit_of(shop), "november", "streak:5", 50, NULL, &id),
		RESULT_CREATED);
	assert_int_equal(add_paid_day(shop, customer, "2026-11-08", false), RESULT_CREATED);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM check_in_payments"), 0);
	assert_int_equal(add_paid_day(shop, customer, "2026-11-05", true), RESULT_CREATED);
	assert_int_equal(points_in_all(shop), 60);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM check_in_payments WHERE points = 60 AND parts "
		       "= 'every=10 streak:5=50'"),
		1);
}

static void a_removed_day_gives_back_what_it_paid(void **state)
{
	struct shop *shop = shop_of(state);
	uint64_t id;
	customer_id customer = make_claimed(shop, MODE_CUMULATIVE);
	const struct daily_limits limits = { { false, 0 }, { true, 100 } };
	assert_int_equal(daily_points_add(edit_of(shop), "november", "every", 10, NULL, &id),
		RESULT_CREATED);
	assert_int_equal(daily_points_limit(edit_of(shop), "november", &limits, 0), RESULT_OK);
	for (int64_t round = 1; round <= 3; round++) {
		assert_int_equal(add_paid_day(shop, customer, "2026-11-08", true), RESULT_CREATED);
		assert_int_equal(points_in_all(shop), 10);
		assert_int_equal(budget_left(shop), 90);
		assert_int_equal(NUMBER("SELECT MAX(round) FROM check_in_payments"), round);
		assert_int_equal(remove_day(shop, customer, "2026-11-08"), RESULT_OK);
		assert_int_equal(points_in_all(shop), 0);
		assert_int_equal(budget_left(shop), 100);
	}
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM check_in_payments WHERE reversed_at IS NULL"), 0);
	assert_int_equal(remove_day(shop, customer, "2026-11-06"), RESULT_OK);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM point_entries"), 6);
}

/* What was spent meanwhile is owed. */
static void points_that_were_spent_are_taken_back_too(void **state)
{
	struct shop *shop = shop_of(state);
	uint64_t id;
	customer_id customer = make_claimed(shop, MODE_CUMULATIVE);
	assert_int_equal(daily_points_add(edit_of(shop), "november", "every", 10, NULL, &id),
		RESULT_CREATED);
	assert_int_equal(add_paid_day(shop, customer, "2026-11-08", true), RESULT_CREATED);
	assert_int_equal(
		customer_edit_points(edit_of(shop),
			&(struct points_adjustment){ customer, -10, "spent", NULL, "form-1" }),
		RESULT_CREATED);
	assert_int_equal(remove_day(shop, customer, "2026-11-08"), RESULT_OK);
	assert_int_equal(points_in_all(shop), -10);
}

static void a_day_within_no_budget_is_added_without_points(void **state)
{
	struct shop *shop = shop_of(state);
	uint64_t id;
	customer_id customer = make_claimed(shop, MODE_CUMULATIVE);
	const struct daily_limits limits = { { false, 0 }, { true, 19 } };
	assert_int_equal(daily_points_add(edit_of(shop), "november", "every", 10, NULL, &id),
		RESULT_CREATED);
	assert_int_equal(daily_points_limit(edit_of(shop), "november", &limits, 0), RESULT_OK);
	assert_int_equal(add_paid_day(shop, customer, "2026-11-08", true), RESULT_CREATED);
	assert_int_equal(add_paid_day(shop, customer, "2026-11-09", true), RESULT_CREATED);
	assert_int_equal(points_in_all(shop), 10);
	assert_int_equal(budget_left(shop), 9);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM check_in_payments WHERE withheld = 'budget'"), 1);
}

static void a_copied_event_pays_the_same_from_a_budget_of_its_own(void **state)
{
	struct shop *shop = shop_of(state);
	uint64_t id;
	customer_id customer = make_claimed(shop, MODE_CUMULATIVE);
	const struct daily_limits limits = { { true, 500 }, { true, 1000 } };
	assert_int_equal(daily_points_add(edit_of(shop), "november", "every", 10, NULL, &id),
		RESULT_CREATED);
	assert_int_equal(daily_points_limit(edit_of(shop), "november", &limits, 0), RESULT_OK);
	assert_int_equal(add_paid_day(shop, customer, "2026-11-08", true), RESULT_CREATED);
	assert_int_equal(event_change_copy(edit_of(shop), "november",
				 &(struct event_draft){ .slug = "december",
					 .name = "December",
					 .window = { day("2026-12-01"), day("2026-12-31") } }),
		RESULT_CREATED);
	struct daily_points_record record;
	assert_int_equal(daily_points_read(edit_of(shop), "december", &record), RESULT_OK);
	assert_true(record.event.pays_check_ins);
	assert_int_equal(record.event.daily_points.count, 1);
	assert_int_equal(record.event.daily_points.cap.value, 500);
	assert_int_equal(record.left, 1000);
	assert_int_equal(record.paid, 0);
}

static int64_t counted_at(const struct shop *shop, event_id event, int64_t seconds)
{
	json_object *report;
	instant at;
	assert_int_equal(report_count(shop->database.db, event, (instant){ seconds }), RESULT_OK);
	assert_int_equal(
		report_read(shop->database.db, shop->database.context, event, &report, &at),
		RESULT_OK);
	return at.seconds;
}

static void figures_that_take_long_are_counted_seldom(void **state)
{
	struct shop *shop = shop_of(state);
	event_id event = { 1 };
	const int64_t noon = 1795316400;
	assert_int_equal(counted_at(shop, event, noon), noon);
	assert_int_equal(counted_at(shop, event, noon + 61), noon + 61);
	database_run(
		&shop->database, "UPDATE summaries SET data = JSON_SET(data, '$.took_ms', 10000)");
	assert_int_equal(counted_at(shop, event, noon + 260), noon + 61);
	assert_int_equal(counted_at(shop, event, noon + 261), noon + 261);
}

#define IN_SHOP(test) cmocka_unit_test_setup_teardown(test, open_shop, close_shop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SHOP(a_day_that_a_claimed_run_needs_stays),
		IN_SHOP(a_day_that_a_claimed_count_needs_stays),
		IN_SHOP(an_added_day_pays_only_if_staff_choose_so),
		IN_SHOP(a_removed_day_gives_back_what_it_paid),
		IN_SHOP(points_that_were_spent_are_taken_back_too),
		IN_SHOP(a_day_within_no_budget_is_added_without_points),
		IN_SHOP(a_copied_event_pays_the_same_from_a_budget_of_its_own),
		IN_SHOP(figures_that_take_long_are_counted_seldom),
		IN_SHOP(an_event_is_made_once_and_written_down),
		IN_SHOP(an_event_does_not_end_before_it_starts),
		IN_SHOP(a_draft_is_opened_once),
		IN_SHOP(first_stock_is_a_movement_and_unlimited_has_none),
		IN_SHOP(points_belong_to_products_of_points),
		IN_SHOP(a_milestone_changes_the_event_that_is_kept),
		IN_SHOP(those_past_may_be_left_out_from_today_where_the_event_is),
		IN_SHOP(a_deadline_is_a_time_or_the_end_of_a_day),
		IN_SHOP(stock_never_goes_below_zero),
		IN_SHOP(what_cannot_change_is_said),
		IN_SHOP(the_same_reference_changes_once),
		IN_SHOP(alerts_are_counted_by_what_is_left),
		IN_SHOP(check_ins_are_taken_over_with_their_customers),
		IN_SHOP(a_check_in_that_is_there_keeps_its_row),
		IN_SHOP(files_of_spreadsheets_are_taken_over),
		IN_SHOP(a_faulty_file_changes_nothing),
		IN_SHOP(an_event_that_is_archived_while_the_file_is_looked_at_gets_no_days),
		IN_SHOP(issuers_are_told_apart),
		IN_SHOP(removed_persons_do_not_come_back_by_an_import),
		IN_SHOP(a_failure_in_a_late_batch_undoes_the_early_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
