/* SPDX-License-Identifier: MIT */
/* Creates, settles, withdraws and lists payouts. */
#include "reward/payout.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "records/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

const char *const WALLETS[] = { [WALLET_DOJANG] = "dojang", [WALLET_SHOP] = "shop", NULL };
const char *const PAYOUT_STATES[] = {
	[PAYOUT_ANY] = "any", "due", "paid", "failed", "cancelled", NULL
};
const char *const PAYOUT_STEPS[] = {
	[PAYOUT_PAID] = "paid", [PAYOUT_FAILED] = "failed", [PAYOUT_DUE] = "due", NULL
};

enum wallet wallet_of(const char *name)
{
	return text_equals(name, WALLETS[WALLET_SHOP]) ? WALLET_SHOP : WALLET_DOJANG;
}

/* --- reading --- */

static struct payout read_payout(const struct db_rows *rows, const void *context)
{
	return (struct payout){
		.id = db_get_id(rows, PAYOUT_ROW_ID),
		.customer = { db_get_id(rows, PAYOUT_ROW_USER_ID) },
		.issuer = db_get_text(rows, PAYOUT_ROW_ISS, context),
		.subject = db_get_text(rows, PAYOUT_ROW_SUBJECT, context),
		.points = db_get_number(rows, PAYOUT_ROW_POINTS),
		.reason = db_get_text(rows, PAYOUT_ROW_REASON, context),
		.event = db_get_text(rows, PAYOUT_ROW_SLUG, context),
		.claim = db_get_id(rows, PAYOUT_ROW_CLAIM_ID),
		.reverses = db_get_id(rows, PAYOUT_ROW_REVERSES),
		.state = db_get_text(rows, PAYOUT_ROW_STATE, context),
		.due_at = db_get_time(rows, PAYOUT_ROW_DUE_AT),
		.settled_at = { !db_is_null(rows, PAYOUT_ROW_SETTLED_AT),
			db_get_time(rows, PAYOUT_ROW_SETTLED_AT) },
		.reference = db_get_text(rows, PAYOUT_ROW_REFERENCE, context),
		.failure = db_get_text(rows, PAYOUT_ROW_FAILURE, context),
		.is_of_check_in = !db_is_null(rows, PAYOUT_ROW_DATE),
		.date = db_get_date(rows, PAYOUT_ROW_DATE),
	};
}

enum result payout_list(struct db *db, const void *context, int state, uint64_t after, size_t limit,
	struct payout **payouts, size_t *count, bool *has_more)
{
	*payouts = memory_array(context, struct payout, limit);
	struct db_value from = db_id(after), most = db_number((int64_t)limit + 1);
	struct db_rows *rows = state == PAYOUT_ANY
		? db_read(db, QUERY_PAYOUTS, DB_PARAMS(from, most))
		: db_read(db, QUERY_PAYOUTS_IN_STATE,
			DB_PARAMS(db_text(PAYOUT_STATES[state]), from, most));
	for (*count = 0; *count < limit && db_next(rows); ++*count)
		(*payouts)[*count] = read_payout(rows, context);
	*has_more = db_next(rows);
	return db_end_read(db);
}

static void read_all(
	struct db_rows *rows, const void *context, struct payout **payouts, size_t *count)
{
	*payouts = NULL;
	for (*count = 0; db_next(rows); ++*count) {
		*payouts = memory_grow(context, *payouts, struct payout, *count + 1);
		(*payouts)[*count] = read_payout(rows, context);
	}
}

void payouts_of_customer(struct db *db, const void *context, customer_id customer,
	struct payout **payouts, size_t *count)
{
	read_all(db_select(db, QUERY_PAYOUTS_OF_CUSTOMER, DB_PARAMS(db_id(customer.value))),
		context, payouts, count);
}

static void put_time(json_object *json, const char *name, struct optional_time time)
{
	char text[INSTANT_TEXT];
	json_put_text(json, name, time.is_set ? instant_format(time.value, text) : NULL);
}

static void put_id(json_object *json, const char *name, uint64_t id)
{
	json_put_optional(json, name, (struct optional_number){ id != 0, (int64_t)id });
}

json_object *payout_json(const struct payout *payout)
{
	char day[DATE_TEXT];
	json_object *json = json_new_object();
	json_put_number(json, "id", (int64_t)payout->id);
	json_put_number(json, "points", payout->points);
	json_put_text(json, "reason", payout->reason);
	json_put_text(json, "event", payout->event);
	put_id(json, "claim", payout->claim);
	json_put_text(json, "date", payout->is_of_check_in ? date_format(payout->date, day) : NULL);
	put_id(json, "reverses", payout->reverses);
	json_put_text(json, "state", payout->state);
	put_time(json, "due_at", (struct optional_time){ true, payout->due_at });
	put_time(json, "settled_at", payout->settled_at);
	json_put_text(json, "reference", payout->reference);
	json_put_text(json, "failure", payout->failure);
	return json;
}

/* --- causes --- */

void payout_of_claim(struct db *db, const struct payout_cause *cause)
{
	db_queue(db, QUERY_PAYOUT_OF_CLAIM,
		DB_PARAMS(db_id(cause->customer.value), db_id(cause->event.value),
			db_id(cause->claim.value), db_number(cause->points), db_text(cause->reason),
			db_time(cause->at)));
}

void payouts_of_check_ins(struct db *db, const void *context, event_id event, const char *reason,
	instant at, const struct payout_of_day *days, size_t count)
{
	json_object *list = json_attach(context, json_new_array());
	for (size_t i = 0; i < count; i++) {
		json_object *item = json_new_object();
		json_put_number(item, "u", (int64_t)days[i].customer.value);
		json_put_number(item, "p", days[i].points);
		json_put_text(item, "c", days[i].reference);
		json_append(list, item);
	}
	db_queue(db, QUERY_PAYOUTS_OF_CHECK_INS,
		DB_PARAMS(db_id(event.value), db_text(reason), db_time(at),
			db_text(json_line(list))));
}

enum { ID_TEXT = 21 }; /* digits and a comma */

static const char *ids_json(const void *context, const uint64_t *ids, size_t count)
{
	size_t size = count * ID_TEXT + 2, length = 1;
	char *text = memory_array(context, char, size);
	text[0] = '[';
	for (size_t i = 0; i < count; i++)
		length += (size_t)snprintf(
			text + length, size - length, "%s%" PRIu64, i ? "," : "", ids[i]);
	(void)snprintf(text + length, size - length, "]");
	return text;
}

void payout_withdraw(struct db *db, uint64_t id, instant now)
{
	struct db_rows *rows = db_select(db, QUERY_PAYOUT_IS_PAID, DB_PARAMS(db_id(id)));
	if (!db_next(rows))
		return;
	if (!db_get_number(rows, PAYOUT_IS_PAID_IS_PAID)) {
		db_change(db, QUERY_PAYOUT_CANCEL, DB_PARAMS(db_time(now), db_id(id)));
		return;
	}
	char list[ID_TEXT + 3];
	(void)snprintf(list, sizeof list, "[%" PRIu64 "]", id);
	db_change(db, QUERY_PAYOUTS_REVERSE, DB_PARAMS(db_time(now), db_text(list)));
}

void payout_withdraw_check_in(struct db *db, const char *reference, instant now)
{
	struct db_rows *rows = db_select(
		db, QUERY_PAYOUT_OF_CHECK_IN, DB_PARAMS(db_text(reference)));
	if (db_next(rows))
		payout_withdraw(db, db_get_id(rows, DB_ONLY_COLUMN), now);
}

void payouts_cancel_of_customer(struct db *db, customer_id customer, instant now)
{
	db_change(db, QUERY_PAYOUTS_CANCEL_OF_CUSTOMER,
		DB_PARAMS(db_time(now), db_id(customer.value)));
}

/* --- settling --- */

struct settle_work {
	struct edit *edit;
	const struct payout_settlement *settlement;
	enum payout_step step;
	bool is_for_all_failed; /* others are left alone, not refused */
	uint64_t *ids;          /* each once, in order */
	size_t count;
	uint64_t *changed, *reversed;
	size_t changed_count, reversed_count;
	struct payout **payouts;
	size_t *payout_count;
};

static int compare_ids(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;
	return (*left > *right) - (*left < *right);
}

static void sort_ids(struct settle_work *work)
{
	const struct id_list *ids = &work->settlement->ids;
	work->ids = memory_array(work->edit->context, uint64_t, ids->count);
	work->changed = memory_array(work->edit->context, uint64_t, ids->count);
	work->reversed = memory_array(work->edit->context, uint64_t, ids->count);
	for (size_t i = 0; i < ids->count; i++)
		work->ids[i] = ids->items[i];
	qsort(work->ids, ids->count, sizeof *work->ids, compare_ids);
	for (size_t i = 0; i < ids->count; i++)
		if (i == 0 || work->ids[i] != work->ids[i - 1])
			work->ids[work->count++] = work->ids[i];
}

/* A payout as it is behind the lock. */
struct standing {
	uint64_t id;
	bool is_due, is_paid, is_failed, is_cancelled;
	const char *reference;
};

static struct standing read_standing(const struct db_rows *rows, const void *context)
{
	const char *state = db_get_text(rows, PAYOUTS_STANDING_STATE, context);
	return (struct standing){ .id = db_get_id(rows, PAYOUTS_STANDING_ID),
		.is_due = text_equals(state, "due"),
		.is_paid = text_equals(state, "paid"),
		.is_failed = text_equals(state, "failed"),
		.is_cancelled = text_equals(state, "cancelled"),
		.reference = db_get_text(rows, PAYOUTS_STANDING_REFERENCE, context) };
}

/* Paid stays paid, and a payment has one reference. */
static enum result refusal(struct settle_work *work, const struct standing *standing)
{
	const struct payout_settlement *settlement = work->settlement;
	bool is_paid_now = work->step == PAYOUT_PAID;
	if (work->is_for_all_failed)
		return RESULT_OK;
	if (standing->is_paid && !is_paid_now)
		return edit_refuse(work->edit, ERR_CONFLICT, "ids",
			"payout %" PRIu64 " was paid already", standing->id);
	if (standing->is_paid && settlement->reference
		&& !text_equals(settlement->reference, standing->reference))
		return edit_refuse(work->edit, ERR_CONFLICT, "ids",
			"payout %" PRIu64 " was paid with another reference", standing->id);
	if (standing->is_cancelled && work->step == PAYOUT_DUE)
		return edit_refuse(work->edit, ERR_CONFLICT, "ids",
			"payout %" PRIu64 " was cancelled", standing->id);
	return RESULT_OK;
}

/* A cancelled payout that failed stays cancelled: nothing was credited. */
static bool changes(const struct settle_work *work, const struct standing *standing)
{
	switch (work->step) {
	case PAYOUT_PAID: return !standing->is_paid;
	case PAYOUT_FAILED: return standing->is_due;
	default: return standing->is_failed;
	}
}

static enum result judge(struct settle_work *work, struct db_rows *rows)
{
	enum result result = RESULT_OK;
	size_t found = 0;
	work->changed_count = work->reversed_count = 0;
	for (; result == RESULT_OK && db_next(rows); found++) {
		struct standing standing = read_standing(rows, work->edit->context);
		result = refusal(work, &standing);
		if (!changes(work, &standing))
			continue;
		work->changed[work->changed_count++] = standing.id;
		if (standing.is_cancelled)
			work->reversed[work->reversed_count++] = standing.id;
	}
	if (result == RESULT_OK && found < work->count)
		return edit_refuse(work->edit, ERR_NOT_FOUND, "ids", "some do not exist");
	return result;
}

static json_object *audit_json(const struct settle_work *work)
{
	json_object *json = json_new_object();
	json_put_text(json, "state", PAYOUT_STEPS[work->step]);
	json_put_number(json, "count", (int64_t)work->changed_count);
	json_put_text(json, "reference", work->settlement->reference);
	return json;
}

static void settle(struct db *db, const struct settle_work *work)
{
	const struct payout_settlement *settlement = work->settlement;
	const void *context = work->edit->context;
	enum payout_step step = work->step;
	struct db_value now = db_time(work->edit->now);
	db_change(db, QUERY_PAYOUTS_SETTLE,
		DB_PARAMS(db_text(ids_json(context, work->changed, work->changed_count)),
			db_text(PAYOUT_STEPS[step]), step == PAYOUT_DUE ? db_null() : now,
			db_text(step == PAYOUT_PAID ? settlement->reference : NULL),
			db_text(step == PAYOUT_FAILED ? settlement->failure : NULL)));
	if (work->reversed_count)
		db_change(db, QUERY_PAYOUTS_REVERSE,
			DB_PARAMS(now,
				db_text(ids_json(context, work->reversed, work->reversed_count))));
	audit_write(
		work->edit, "payout.settle", "payout", work->changed[0], NULL, audit_json(work));
}

static enum result settle_transaction(struct db *db, void *pointer)
{
	struct settle_work *work = pointer;
	const void *context = work->edit->context;
	struct db_value ids = db_text(ids_json(context, work->ids, work->count));
	db_change(db, QUERY_PAYOUTS_LOCK, DB_PARAMS(ids));
	enum result result = judge(work, db_select(db, QUERY_PAYOUTS_STANDING, DB_PARAMS(ids)));
	if (result != RESULT_OK)
		return result;
	if (work->changed_count)
		settle(db, work);
	if (work->payouts)
		read_all(db_select(db, QUERY_PAYOUTS_OF_IDS, DB_PARAMS(ids)), context,
			work->payouts, work->payout_count);
	return RESULT_OK;
}

enum result payouts_settle(struct edit *edit, const struct payout_settlement *settlement,
	struct payout **payouts, size_t *count)
{
	struct settle_work work = { .edit = edit,
		.settlement = settlement,
		.step = (enum payout_step)settlement->state,
		.payouts = payouts,
		.payout_count = count };
	sort_ids(&work);
	return edit_transaction(edit, settle_transaction, &work);
}

/* What is settled between reading and locking is left alone. */
enum result payouts_retry(struct edit *edit)
{
	struct payout_settlement failed = { .state = PAYOUT_DUE };
	failed.ids.items = memory_array(edit->context, uint64_t, PAYOUTS_SETTLED_MAX);
	struct db_rows *rows = db_read(
		edit->db, QUERY_PAYOUTS_FAILED, DB_PARAMS(db_number(PAYOUTS_SETTLED_MAX)));
	while (db_next(rows))
		failed.ids.items[failed.ids.count++] = db_get_id(rows, PAYOUTS_FAILED_ID);
	enum result result = db_end_read(edit->db);
	if (result != RESULT_OK || failed.ids.count == 0)
		return result;
	struct settle_work work = {
		.edit = edit, .settlement = &failed, .step = PAYOUT_DUE, .is_for_all_failed = true
	};
	sort_ids(&work);
	return edit_transaction(edit, settle_transaction, &work);
}
