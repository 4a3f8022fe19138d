/* SPDX-License-Identifier: MIT */
/* Points that expire, on a real server: random sequences against a model that knows every single
 * point, the cases that others got wrong, and a ledger that the previous release wrote to. */
#include "database.h"

#include "base/memory.h"
#include "reward/claim.h"
#include "reward/claim_cancel.h"
#include "reward/event_edit.h"
#include "reward/invariants.h"
#include "reward/milestone_edit.h"
#include "reward/point_lots.h"
#include "reward/product.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static const instant NOON = { 1795316400 }; /* 2026-11-22 in Seoul */
enum { DAY = 86400, REFUND_DAYS = 3 };
static const char ZONE[] = "Asia/Seoul";

struct ledger {
	struct database database;
	uint64_t issuer;
	int customers, references;
	customer_id customer;
	const char *subject;
	instant now;
};

static struct ledger *ledger_of(void **state)
{
	return *state;
}

static int open_ledger(void **state)
{
	struct database database = database_make_migrated();
	struct ledger *ledger = memory_new(database.context, struct ledger);
	ledger->database = database;
	assert_int_equal(
		customer_issuer(database.db, "https://shop.example/", &ledger->issuer), RESULT_OK);
	*state = ledger;
	return 0;
}

static int close_ledger(void **state)
{
	database_drop(&ledger_of(state)->database);
	return 0;
}

static struct customer enter(struct ledger *ledger)
{
	struct customer customer;
	struct subject subject = { .issuer_id = ledger->issuer, .subject = ledger->subject };
	assert_int_equal(customer_enter(ledger->database.db, ledger->database.context, &subject,
				 ledger->now, &customer),
		RESULT_OK);
	return customer;
}

static void new_customer(struct ledger *ledger)
{
	ledger->now = NOON;
	ledger->subject = memory_format(
		ledger->database.context, "customer-%d", ledger->customers++);
	ledger->customer = enter(ledger).id;
}

static int64_t balance(struct ledger *ledger)
{
	return enter(ledger).points;
}

/* --- what the programs do --- */

struct granting {
	struct ledger *ledger;
	int64_t amount;
	instant expires_at;
	const char *reference;
};

/* As a claim does: the balance first, then the entry, then the lot. */
static enum result grant_transaction(struct db *db, void *pointer)
{
	const struct granting *granting = pointer;
	const struct ledger *ledger = granting->ledger;
	const void *context = ledger->database.context;
	struct account account;
	customer_lock_account(db, ledger->customer, &account);
	if (account_is_due(&account, ledger->now))
		lots_settle(db, context, ledger->customer, ledger->now, &account);
	points_append(db,
		&(struct point_change){ .customer = ledger->customer,
			.balance_before = account.points,
			.amount = granting->amount,
			.source = "command",
			.reference = granting->reference,
			.reason = "grant",
			.at = ledger->now });
	if (granting->expires_at.seconds)
		lots_grant_later(db, ledger->customer, granting->amount, granting->expires_at);
	return RESULT_OK;
}

static const char *next_reference(struct ledger *ledger)
{
	return memory_format(ledger->database.context, "r%d", ledger->references++);
}

/* expires_at 0: never. */
static const char *grant(struct ledger *ledger, int64_t amount, int64_t expires_at)
{
	struct granting granting = { ledger, amount, { expires_at }, next_reference(ledger) };
	assert_int_equal(
		db_transaction(ledger->database.db, grant_transaction, &granting), RESULT_OK);
	return granting.reference;
}

static enum result change(
	struct ledger *ledger, int64_t amount, const char *reference, const char *refund_of)
{
	struct point_entry entry;
	return points_change(ledger->database.db, ledger->database.context,
		&(struct point_change){ .customer = ledger->customer,
			.amount = amount,
			.source = "shop",
			.reference = reference,
			.reason = "order",
			.at = ledger->now,
			.refund_of = refund_of,
			.terms = { ZONE, REFUND_DAYS } },
		&entry);
}

static enum result cancel_transaction(struct db *db, void *pointer)
{
	const struct granting *granting = pointer;
	const struct ledger *ledger = granting->ledger;
	const void *context = ledger->database.context;
	struct account account;
	customer_lock_account(db, ledger->customer, &account);
	uint64_t lot = lots_begin_take_back(db, context, ledger->customer, ledger->now, "command",
		granting->reference, &account);
	uint64_t entry = points_append(db,
		&(struct point_change){ .customer = ledger->customer,
			.balance_before = account.points,
			.amount = -granting->amount,
			.source = "cancellation",
			.reference = granting->reference,
			.reason = "cancelled",
			.at = ledger->now });
	lots_end_take_back(db, context, ledger->customer, &account, entry, lot, granting->amount);
	return RESULT_OK;
}

static void cancel(struct ledger *ledger, const char *reference, int64_t amount)
{
	struct granting granting = { ledger, amount, { 0 }, reference };
	assert_int_equal(
		db_transaction(ledger->database.db, cancel_transaction, &granting), RESULT_OK);
}

static void settle_all(struct ledger *ledger)
{
	size_t settled = 1;
	while (settled > 0)
		assert_int_equal(lots_expire_due(ledger->database.db, ledger->database.context,
					 ledger->now, &settled),
			RESULT_OK);
}

static void assert_all_hold(const struct ledger *ledger)
{
	for (size_t i = 0; i < INVARIANT_COUNT; i++) {
		struct invariant_finding finding;
		const char *name = db_query_name(INVARIANTS[i].query);
		bool is_of_points = strstr(name, "lot") || strstr(name, "points_balance")
			|| strstr(name, "points_chain");
		if (!is_of_points)
			continue;
		assert_int_equal(invariants_check(ledger->database.db, ledger->database.context,
					 &INVARIANTS[i], &finding),
			RESULT_OK);
		if (finding.count > 0)
			fail_msg("%s", finding.faults[0]);
	}
}

#define NUMBER(...) database_number(&ledger->database, __VA_ARGS__)

static int64_t entries(struct ledger *ledger, const char *source)
{
	return NUMBER("SELECT COUNT(*) FROM point_entries WHERE user_id = %" PRIu64
		      " AND source = '%s'",
		ledger->customer.value, source);
}

/* --- a model that knows every single point --- */

enum { POINTS_MAX = 400, STEPS = 12, SEQUENCES = 500 };
enum where { OPEN, SPENT, EXPIRED, GONE };
struct model_point {
	enum where where;
	int grant, spend;
};
struct model {
	struct model_point points[POINTS_MAX];
	int count;
	int64_t debt;
	struct {
		const char *reference;
		int64_t amount;
		int64_t expires_at; /* of grants; INT64_MAX: never */
		bool is_over;
	} grants[STEPS], spends[STEPS];
	int grant_count, spend_count;
};

static int64_t model_expiry(const struct model *model, const struct model_point *point)
{
	return model->grants[point->grant].expires_at;
}

static void model_expire(struct model *model, int64_t now)
{
	for (int i = 0; i < model->count; i++)
		if (model->points[i].where == OPEN && model_expiry(model, &model->points[i]) <= now)
			model->points[i].where = EXPIRED;
}

static int64_t model_balance(const struct model *model)
{
	int64_t sum = -model->debt;
	for (int i = 0; i < model->count; i++)
		sum += model->points[i].where == OPEN;
	return sum;
}

/* The first open point in the order in which they are spent. */
static struct model_point *model_first(struct model *model)
{
	struct model_point *first = NULL;
	for (int i = 0; i < model->count; i++) {
		struct model_point *point = &model->points[i];
		if (point->where == OPEN
			&& (!first || model_expiry(model, point) < model_expiry(model, first)))
			first = point;
	}
	return first;
}

/* The last one that a spend used and that was not refunded. */
static struct model_point *model_last_of(struct model *model, int spend)
{
	struct model_point *last = NULL;
	for (int i = 0; i < model->count; i++) {
		struct model_point *point = &model->points[i];
		if (point->where == SPENT && point->spend == spend
			&& (!last || model_expiry(model, point) >= model_expiry(model, last)))
			last = point;
	}
	return last;
}

static void model_grant(struct model *model, int64_t amount, int64_t expires_at)
{
	for (int64_t i = 0; i < amount; i++) {
		bool pays_debt = model->debt > 0;
		model->debt -= pays_debt;
		model->points[model->count++] = (struct model_point){ pays_debt ? GONE : OPEN,
			model->grant_count, -1 };
	}
	model->grants[model->grant_count].expires_at = expires_at;
}

static void model_spend(struct model *model, int64_t amount)
{
	for (int64_t i = 0; i < amount; i++) {
		struct model_point *point = model_first(model);
		point->where = SPENT;
		point->spend = model->spend_count;
	}
}

static int64_t model_refund(struct model *model, int spend, int64_t amount, int64_t now)
{
	int64_t expires_at = expiry_after_refund(REFUND_DAYS, ZONE, (instant){ now }).seconds;
	for (int64_t i = 0; i < amount; i++) {
		struct model_point *point = model_last_of(model, spend);
		if (!point)
			return i;
		point->where = OPEN;
		if (model_expiry(model, point) <= now) /* its whole lot gets more days */
			model->grants[point->grant].expires_at = expires_at;
	}
	return amount;
}

/* Its own points first, and those that have expired count as taken. Points that never expire are
 * all alike. */
static void model_cancel(struct model *model, int grant)
{
	int64_t left = model->grants[grant].amount;
	bool never_expires = model->grants[grant].expires_at == INT64_MAX;
	for (int i = 0; i < model->count && left > 0; i++) {
		struct model_point *point = &model->points[i];
		bool is_own = never_expires ? model_expiry(model, point) == INT64_MAX
					    : point->grant == grant;
		if (is_own && (point->where == OPEN || point->where == EXPIRED)) {
			point->where = GONE;
			left--;
		}
	}
	for (; left > 0; left--) {
		struct model_point *point = model_first(model);
		if (point)
			point->where = GONE;
		else
			model->debt++;
	}
}

/* Points with a date; those without are the rest of the balance. */
static int64_t model_with_date(const struct model *model)
{
	int64_t sum = 0;
	for (int i = 0; i < model->count; i++)
		sum += model->points[i].where == OPEN
			&& model_expiry(model, &model->points[i]) != INT64_MAX;
	return sum;
}

static int64_t open_lots(struct ledger *ledger)
{
	return NUMBER("SELECT COALESCE(SUM(remaining), 0) FROM point_lots WHERE user_id = %" PRIu64
		      " AND expires_at > FROM_UNIXTIME(%" PRId64 ")",
		ledger->customer.value, ledger->now.seconds);
}

static int64_t below(int64_t limit)
{
	return rand() % limit; /* NOLINT */
}

static void step_grant(struct ledger *ledger, struct model *model)
{
	int64_t amount = 1 + below(20);
	/* some lots end together, and some points never expire */
	int64_t expires_at = below(4) == 0 ? 0 : ledger->now.seconds + (1 + below(6)) * DAY;
	model_grant(model, amount, expires_at ? expires_at : INT64_MAX);
	model->grants[model->grant_count].amount = amount;
	model->grants[model->grant_count++].reference = grant(ledger, amount, expires_at);
}

static void step_spend(struct ledger *ledger, struct model *model)
{
	int64_t amount = 1 + below(25), had = model_balance(model);
	const char *reference = next_reference(ledger);
	enum result result = change(ledger, -amount, reference, NULL);
	assert_int_equal(result, amount > had ? ERR_INSUFFICIENT_POINTS : RESULT_CREATED);
	if (result != RESULT_CREATED)
		return;
	model_spend(model, amount);
	model->spends[model->spend_count].amount = amount;
	model->spends[model->spend_count++].reference = reference;
}

static void step_refund(struct ledger *ledger, struct model *model)
{
	if (model->spend_count == 0 || model->debt > 0)
		return;
	int spend = (int)below(model->spend_count);
	int64_t amount = 1 + below(model->spends[spend].amount);
	int64_t had = 0;
	for (int i = 0; i < model->count; i++)
		had += model->points[i].where == SPENT && model->points[i].spend == spend;
	enum result result = change(
		ledger, amount, next_reference(ledger), model->spends[spend].reference);
	assert_int_equal(result, amount > had ? ERR_CONFLICT : RESULT_CREATED);
	if (result == RESULT_CREATED)
		assert_int_equal(model_refund(model, spend, amount, ledger->now.seconds), amount);
}

static void step_cancel(struct ledger *ledger, struct model *model)
{
	if (model->grant_count == 0)
		return;
	int which = (int)below(model->grant_count);
	if (model->grants[which].is_over)
		return;
	model->grants[which].is_over = true;
	model_cancel(model, which);
	cancel(ledger, model->grants[which].reference, model->grants[which].amount);
}

static void step(struct ledger *ledger, struct model *model)
{
	switch (below(7)) {
	case 0:
	case 1: step_grant(ledger, model); break;
	case 2:
	case 3: step_spend(ledger, model); break;
	case 4: step_refund(ledger, model); break;
	case 5: step_cancel(ledger, model); break;
	default:
		ledger->now.seconds += below(3 * DAY);
		model_expire(model, ledger->now.seconds);
		if (below(3) == 0) /* the notifier came by; without it nothing is different */
			lots_settle_customer(ledger->database.db, ledger->database.context,
				ledger->customer, ledger->now);
	}
}

static void random_sequences_equal_a_model(void **state)
{
	struct ledger *ledger = ledger_of(state);
	const char *seed = getenv("DOJANG_TEST_SEED"), *many = getenv("DOJANG_TEST_SEQUENCES");
	unsigned count = many ? (unsigned)strtoul(many, NULL, 10) : SEQUENCES;
	unsigned start = seed ? (unsigned)strtoul(seed, NULL, 10) : 20261201;
	for (unsigned sequence = 0; sequence < count; sequence++) {
		struct model model = { .count = 0 };
		void *own = ledger->database.context;
		ledger->database.context = memory_context(own);
		srand(start + sequence);
		new_customer(ledger);
		for (int i = 0; i < STEPS; i++) {
			step(ledger, &model);
			if (balance(ledger) != model_balance(&model))
				fail_msg("seed %u, step %d: the balance is %" PRId64
					 ", the model's %" PRId64,
					start + sequence, i, balance(ledger),
					model_balance(&model));
			if (open_lots(ledger) != model_with_date(&model))
				fail_msg("seed %u, step %d: the open lots have %" PRId64
					 ", the model's %" PRId64,
					start + sequence, i, open_lots(ledger),
					model_with_date(&model));
		}
		memory_free(ledger->database.context);
		ledger->database.context = own;
	}
	assert_all_hold(ledger);
	ledger->now.seconds += 400 * (int64_t)DAY;
	settle_all(ledger);
	assert_all_hold(ledger);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM point_lots WHERE remaining > 0"), 0);
}

/* --- what others got wrong --- */

/* Granted, spent, expired: the balance was 0 and stays 0. */
static void spent_points_do_not_expire_again(void **state)
{
	struct ledger *ledger = ledger_of(state);
	new_customer(ledger);
	grant(ledger, 100, NOON.seconds + DAY);
	const char *order = next_reference(ledger);
	assert_int_equal(change(ledger, -100, order, NULL), RESULT_CREATED);
	assert_int_equal(change(ledger, -100, order, NULL), RESULT_OK);
	ledger->now.seconds += 2 * DAY;
	assert_int_equal(balance(ledger), 0);
	settle_all(ledger);
	assert_int_equal(balance(ledger), 0);
	assert_int_equal(entries(ledger, "expiry"), 0);
	assert_all_hold(ledger);
}

static void points_are_gone_at_their_second_without_a_job(void **state)
{
	struct ledger *ledger = ledger_of(state);
	new_customer(ledger);
	grant(ledger, 100, NOON.seconds + DAY);
	grant(ledger, 7, 0);
	ledger->now.seconds = NOON.seconds + DAY - 1;
	assert_int_equal(balance(ledger), 107);
	ledger->now.seconds++;
	assert_int_equal(balance(ledger), 7);
	assert_int_equal(entries(ledger, "expiry"), 0);
	assert_int_equal(change(ledger, -8, next_reference(ledger), NULL), ERR_INSUFFICIENT_POINTS);
	assert_int_equal(change(ledger, -7, next_reference(ledger), NULL), RESULT_CREATED);
	assert_int_equal(entries(ledger, "expiry"), 1);
	assert_int_equal(balance(ledger), 0);
}

static void expiry_is_written_once(void **state)
{
	struct ledger *ledger = ledger_of(state);
	new_customer(ledger);
	grant(ledger, 100, NOON.seconds + DAY);
	ledger->now.seconds += 2 * DAY;
	settle_all(ledger);
	settle_all(ledger);
	assert_int_equal(entries(ledger, "expiry"), 1);
	assert_int_equal(
		NUMBER("SELECT points FROM users WHERE id = %" PRIu64, ledger->customer.value), 0);
	assert_int_equal(NUMBER("SELECT expires_at IS NULL FROM users WHERE id = %" PRIu64,
				 ledger->customer.value),
		1);
}

static void a_refund_of_what_has_expired_gets_more_days(void **state)
{
	struct ledger *ledger = ledger_of(state);
	new_customer(ledger);
	grant(ledger, 100, NOON.seconds + DAY);
	const char *order = next_reference(ledger), *refund = next_reference(ledger);
	assert_int_equal(change(ledger, -100, order, NULL), RESULT_CREATED);
	ledger->now.seconds += 2 * DAY;
	assert_int_equal(change(ledger, 60, refund, order), RESULT_CREATED);
	assert_int_equal(change(ledger, 60, refund, order), RESULT_OK);
	assert_int_equal(change(ledger, 60, refund, NULL), ERR_CONFLICT);
	assert_int_equal(change(ledger, 41, next_reference(ledger), order), ERR_CONFLICT);
	assert_int_equal(change(ledger, 1, next_reference(ledger), refund), ERR_CONFLICT);
	assert_int_equal(balance(ledger), 60);
	ledger->now = expiry_after_refund(REFUND_DAYS, ZONE, ledger->now);
	assert_int_equal(balance(ledger), 0);
	settle_all(ledger);
	assert_int_equal(entries(ledger, "expiry"), 1);
	assert_all_hold(ledger);
}

/* The claim's points have expired: they are not taken a second time. */
static void a_cancelled_grant_is_taken_back_once(void **state)
{
	struct ledger *ledger = ledger_of(state);
	new_customer(ledger);
	grant(ledger, 50, 0);
	const char *reference = grant(ledger, 100, NOON.seconds + DAY);
	assert_int_equal(change(ledger, -30, next_reference(ledger), NULL), RESULT_CREATED);
	ledger->now.seconds += 2 * DAY;
	settle_all(ledger);
	cancel(ledger, reference, 100);
	assert_int_equal(balance(ledger), 20);
	assert_int_equal(entries(ledger, "expiry_reversal"), 1);
	assert_all_hold(ledger);
}

/* The previous release knows no lots: it spends 70 of 100, of which 40 were to expire first. */
static void spends_of_the_previous_release_are_reconciled(void **state)
{
	struct ledger *ledger = ledger_of(state);
	new_customer(ledger);
	grant(ledger, 40, NOON.seconds + DAY);
	grant(ledger, 60, NOON.seconds + 5 * DAY);
	database_run(&ledger->database,
		"INSERT INTO point_entries (user_id, amount, balance, source, reference, reason, "
		"at) "
		"VALUES (%" PRIu64 ", -70, 30, 'shop', 'old-1', 'order', UTC_TIMESTAMP())",
		ledger->customer.value);
	database_run(&ledger->database, "UPDATE users SET points = 30 WHERE id = %" PRIu64,
		ledger->customer.value);
	assert_int_equal(balance(ledger), 30);
	ledger->now.seconds += 2 * DAY;
	assert_int_equal(balance(ledger), 30);
	settle_all(ledger);
	assert_int_equal(balance(ledger), 30);
	assert_int_equal(entries(ledger, "expiry"), 0);
	assert_all_hold(ledger);
	ledger->now.seconds += 4 * DAY;
	assert_int_equal(balance(ledger), 0);
}

static void what_expires_next_is_listed_by_day(void **state)
{
	struct ledger *ledger = ledger_of(state);
	struct expiring items[EXPIRING_MAX];
	size_t count;
	char on[DATE_TEXT];
	new_customer(ledger);
	/* midnight in Seoul */
	int64_t midnight = zone_day_start(ZONE, zone_date(ZONE, NOON)).seconds;
	for (int i = 7; i > 0; i--)
		grant(ledger, 10 * i, midnight + i * DAY);
	grant(ledger, 1, midnight + 2 * DAY);
	ledger->now.seconds = midnight + DAY;
	struct customer customer = enter(ledger);
	assert_int_equal(lots_expiring(ledger->database.db, ledger->database.context, &customer,
				 ZONE, ledger->now, items, &count),
		RESULT_OK);
	assert_int_equal(count, EXPIRING_MAX);
	assert_int_equal(items[0].points, 21);
	assert_string_equal(date_format(items[0].on, on), "2026-11-23");
	assert_int_equal(items[4].points, 60);
}

/* --- claims --- */

static struct edit edit_of(const struct ledger *ledger)
{
	return (struct edit){ .db = ledger->database.db,
		.context = ledger->database.context,
		.actor = { "command:test", NULL },
		.now = ledger->now };
}

static milestone_id make_milestone(
	struct ledger *ledger, const char *slug, int64_t points, struct expiry expiry)
{
	product_id product;
	milestone_id id;
	struct edit edit = edit_of(ledger);
	assert_int_equal(product_create(&edit,
				 &(struct product_draft){ .name = "points",
					 .kind = PRODUCT_POINTS,
					 .points = { true, points },
					 .expiry = expiry },
				 &product),
		RESULT_CREATED);
	assert_int_equal(milestone_edit_create(&edit,
				 &(struct milestone_draft){ .event = slug,
					 .at = 1,
					 .product = product,
					 .is_for_those_past = true },
				 &id),
		RESULT_CREATED);
	return id;
}

static void make_event(struct ledger *ledger, const char *slug)
{
	event_id id;
	struct edit edit = edit_of(ledger);
	date today = zone_date(ZONE, NOON);
	assert_int_equal(event_edit_create(&edit,
				 &(struct event_draft){ .slug = slug,
					 .name = slug,
					 .mode = MODE_CUMULATIVE,
					 .time_zone = ZONE,
					 .window = { today, { today.day + 30 } },
					 .is_open = true },
				 &id),
		RESULT_CREATED);
	database_run(&ledger->database,
		"INSERT INTO attendance (event_id, user_id, date, at) SELECT id, %" PRIu64
		", starts_on, UTC_TIMESTAMP() FROM events WHERE slug = '%s'",
		ledger->customer.value, slug);
}

static claim_id claim(struct ledger *ledger, const char *slug, milestone_id milestone)
{
	struct subject subject = { .issuer_id = ledger->issuer, .subject = ledger->subject };
	struct event_cache *cache = event_cache_new(ledger->database.context);
	struct claim_item item = { .context = ledger->database.context,
		.slug = slug,
		.milestone = milestone,
		.subject = &subject,
		.ledger_zone = ZONE };
	assert_int_equal(
		claim_milestone(ledger->database.db, cache, ledger->now, &item), RESULT_CREATED);
	return item.claim.id;
}

static void claims_make_lots_and_cancelling_takes_them_back(void **state)
{
	struct ledger *ledger = ledger_of(state);
	new_customer(ledger);
	make_event(ledger, "lots");
	milestone_id day = make_milestone(ledger, "lots", 100, (struct expiry){ EXPIRY_DAYS, 1 }),
		     year = make_milestone(
			     ledger, "lots", 40, (struct expiry){ EXPIRY_YEAR_END, 0 }),
		     never = make_milestone(ledger, "lots", 7, (struct expiry){ EXPIRY_NEVER, 0 });
	claim_id first = claim(ledger, "lots", day);
	claim(ledger, "lots", year);
	assert_int_equal(balance(ledger), 140);
	ledger->now.seconds += 3 * DAY;
	assert_int_equal(balance(ledger), 40);
	claim(ledger, "lots", never); /* what has expired leaves the ledger before */
	assert_int_equal(entries(ledger, "expiry"), 1);
	assert_int_equal(balance(ledger), 47);
	struct edit edit = edit_of(ledger);
	assert_int_equal(claim_cancel(&edit,
				 &(struct claim_cancellation){ .id = first, .reason = "mistake" }),
		RESULT_OK);
	assert_int_equal(balance(ledger), 47);
	assert_all_hold(ledger);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spent_points_do_not_expire_again),
		cmocka_unit_test(points_are_gone_at_their_second_without_a_job),
		cmocka_unit_test(expiry_is_written_once),
		cmocka_unit_test(a_refund_of_what_has_expired_gets_more_days),
		cmocka_unit_test(a_cancelled_grant_is_taken_back_once),
		cmocka_unit_test(spends_of_the_previous_release_are_reconciled),
		cmocka_unit_test(what_expires_next_is_listed_by_day),
		cmocka_unit_test(claims_make_lots_and_cancelling_takes_them_back),
		cmocka_unit_test(random_sequences_equal_a_model),
	};
	return cmocka_run_group_tests(tests, open_ledger, close_ledger);
}
