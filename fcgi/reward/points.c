/* SPDX-License-Identifier: MIT */
/* Writes and lists the points ledger. */
#include "reward/points.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "customer/customer.h"
#include "notification/notification.h"
#include "reward/point_lots.h"

#include <inttypes.h>

uint64_t points_append(struct db *db, const struct point_change *change)
{
	int64_t balance;
	if (__builtin_add_overflow(change->balance_before, change->amount, &balance))
		return 0;
	if (!db_change_unless_duplicate(db, QUERY_POINTS_INSERT,
		    DB_PARAMS(db_id(change->customer.value), db_number(change->amount),
			    db_number(balance), db_text(change->source), db_text(change->reference),
			    db_text(change->reason), db_time(change->at)),
		    NULL))
		return 0;
	uint64_t id = db_inserted_id(db);
	db_change(db, QUERY_POINTS_SET_BALANCE,
		DB_PARAMS(db_number(balance), db_id(change->customer.value)));
	return id;
}

#define NOTED(change) \
	DB_PARAMS(db_id((change)->customer.value), db_number((change)->amount), \
		db_id((change)->customer.value), db_text((change)->source), \
		db_text((change)->reference), db_text((change)->reason), db_time((change)->at))

uint64_t points_note(struct db *db, const struct point_change *change)
{
	return db_change_unless_duplicate(db, QUERY_POINTS_NOTE, NOTED(change), NULL)
		? db_inserted_id(db)
		: 0;
}

void points_note_later(struct db *db, const struct point_change *change)
{
	db_queue(db, QUERY_POINTS_NOTE, NOTED(change));
}

static const char *grants_json(const void *context, const struct point_grants *grants)
{
	json_object *list = json_attach(context, json_new_array());
	for (size_t i = 0; i < grants->count; i++) {
		json_object *item = json_new_object();
		json_put_number(item, "u", (int64_t)grants->items[i].customer.value);
		json_put_number(item, "a", grants->items[i].amount);
		json_put_text(item, "r", grants->items[i].reference);
		json_append(list, item);
	}
	return json_line(list);
}

void points_grant(struct db *db, const void *context, const struct point_grants *grants)
{
	struct db_value id[POINT_GRANTS_MAX], amount[POINT_GRANTS_MAX];
	for (size_t i = 0; i < POINT_GRANTS_MAX; i++) {
		const struct point_grant *grant = &grants->items[i < grants->count ? i : 0];
		id[i] = db_id(grant->customer.value);
		amount[i] = db_number(grant->amount);
	}
	db_queue(db, QUERY_POINTS_GRANT_MANY,
		DB_PARAMS(id[0], id[1], id[2], id[3], id[4], id[5], id[6], id[7], amount[0],
			amount[1], amount[2], amount[3], amount[4], amount[5], amount[6], amount[7],
			id[0], id[1], id[2], id[3], id[4], id[5], id[6], id[7]));
	db_queue(db, QUERY_POINTS_NOTE_MANY,
		DB_PARAMS(db_text(grants->source), db_text(grants->reason), db_time(grants->at),
			db_text(grants_json(context, grants))));
}

struct change_work {
	const void *context;
	const struct point_change *change;
	struct point_entry *entry;
	struct account account;   /* before the change, settled */
	struct lot_refund refund; /* with change->refund_of */
};

static bool is_same_refund(const char *refund_of, const char *other)
{
	return refund_of || other ? text_equals(refund_of, other) : true;
}

static bool is_same(const struct db_rows *rows, const struct change_work *work)
{
	return db_get_id(rows, POINTS_OF_REFERENCE_USER_ID) == work->change->customer.value
		&& db_get_number(rows, POINTS_OF_REFERENCE_AMOUNT) == work->change->amount
		&& text_equals(db_get_text(rows, POINTS_OF_REFERENCE_REASON, work->context),
			work->change->reason)
		&& is_same_refund(db_get_text(rows, POINTS_OF_REFERENCE_REFUND_OF, work->context),
			work->change->refund_of);
}

/* The earlier use of the reference: RESULT_OK with that entry, ERR_CONFLICT, or ERR_NOT_FOUND when
 * it is new. */
static enum result find_reference(struct db *db, const struct change_work *work)
{
	struct db_rows *rows = db_select(db, QUERY_POINTS_OF_REFERENCE,
		DB_PARAMS(db_text(work->change->source), db_text(work->change->reference)));
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	if (!is_same(rows, work))
		return ERR_CONFLICT;
	*work->entry = (struct point_entry){
		.id = db_get_id(rows, POINTS_OF_REFERENCE_ID),
		.amount = db_get_number(rows, POINTS_OF_REFERENCE_AMOUNT),
		.balance = db_get_number(rows, POINTS_OF_REFERENCE_BALANCE),
		.source = work->change->source,
		.reference = work->change->reference,
		.reason = work->change->reason,
		.at = db_get_time(rows, POINTS_OF_REFERENCE_AT),
	};
	return RESULT_OK;
}

static void announce(struct db *db, const struct change_work *work)
{
	const char *key = memory_format(work->context, "%" PRIu64, work->entry->id);
	notification_enqueue(db,
		&(struct notification){ .kind = "points.changed",
			.key = key,
			.customer = work->change->customer,
			.data = memory_format(work->context, "{\"entry\":%s}", key) },
		work->change->at);
}

/* The spend that is refunded, and how much of it was before. */
static enum result find_spend(struct db *db, struct change_work *work)
{
	const struct point_change *change = work->change;
	struct db_rows *rows = db_select(db, QUERY_POINTS_OF_REFERENCE,
		DB_PARAMS(db_text(change->source), db_text(change->refund_of)));
	if (!db_next(rows) || db_get_id(rows, POINTS_OF_REFERENCE_USER_ID) != change->customer.value
		|| db_get_number(rows, POINTS_OF_REFERENCE_AMOUNT) >= 0)
		return ERR_CONFLICT;
	work->refund = (struct lot_refund){ .spend = db_get_id(rows, POINTS_OF_REFERENCE_ID),
		.amount = change->amount,
		.spent = -db_get_number(rows, POINTS_OF_REFERENCE_AMOUNT) };
	rows = db_select(db, QUERY_REFUND_SUM, DB_PARAMS(db_id(work->refund.spend)));
	work->refund.refunded = db_next(rows) ? db_get_number(rows, REFUND_SUM_REFUNDED) : 0;
	return work->refund.spent - work->refund.refunded < change->amount ? ERR_CONFLICT
									   : RESULT_OK;
}

static void refund(struct db *db, struct change_work *work)
{
	work->refund.entry = work->entry->id;
	db_change(db, QUERY_REFUND_INSERT,
		DB_PARAMS(db_id(work->refund.entry), db_id(work->refund.spend),
			db_number(work->refund.amount)));
	lots_refund_spend(db, work->context, work->change->customer, &work->account, &work->refund,
		&work->change->terms, work->change->at);
}

static enum result check(struct db *db, struct change_work *work, int64_t *balance)
{
	const struct point_change *change = work->change;
	if (__builtin_add_overflow(work->account.points, change->amount, balance))
		return ERR_CONFLICT;
	if (change->amount < 0 && *balance < 0)
		return ERR_INSUFFICIENT_POINTS;
	return change->refund_of ? find_spend(db, work) : RESULT_OK;
}

static enum result change_transaction(struct db *db, void *state)
{
	struct change_work *work = state;
	struct point_change change = *work->change;
	enum result held = customer_lock_account(db, change.customer, &work->account);
	/* changes before the customer was blocked remain valid */
	enum result result = find_reference(db, work);
	if (result != ERR_NOT_FOUND)
		return result;
	if (held != RESULT_OK)
		return held;
	int64_t balance;
	lots_settle(db, work->context, change.customer, change.at, &work->account);
	result = check(db, work, &balance);
	if (result != RESULT_OK)
		return result;
	change.balance_before = work->account.points;
	*work->entry = (struct point_entry){ points_append(db, &change), change.amount, balance,
		change.source, change.reference, change.reason, change.at };
	/* a change of another customer has just used the reference */
	if (!work->entry->id)
		return find_reference(db, work);
	if (change.amount < 0)
		lots_spend(db, work->context, change.customer, &work->account, work->entry->id,
			-change.amount);
	if (change.refund_of)
		refund(db, work);
	announce(db, work);
	return RESULT_CREATED;
}

enum result points_change(struct db *db, const void *context, const struct point_change *change,
	struct point_entry *entry)
{
	return db_transaction(db, change_transaction,
		&(struct change_work){ .context = context, .change = change, .entry = entry });
}

enum result points_list(struct db *db, const void *context, customer_id customer, uint64_t before,
	size_t limit, struct point_entry **entries, size_t *count, bool *has_more)
{
	*entries = memory_array(context, struct point_entry, limit);
	struct db_rows *rows = db_read(db, QUERY_POINTS_LIST,
		DB_PARAMS(db_id(customer.value), db_id(before ? before : UINT64_MAX),
			db_number((int64_t)limit + 1)));
	for (*count = 0; *count < limit && db_next(rows); ++*count)
		(*entries)[*count] = (struct point_entry){ db_get_id(rows, POINTS_LIST_ID),
			db_get_number(rows, POINTS_LIST_AMOUNT),
			db_get_number(rows, POINTS_LIST_BALANCE),
			db_get_text(rows, POINTS_LIST_SOURCE, context),
			db_get_text(rows, POINTS_LIST_REFERENCE, context),
			db_get_text(rows, POINTS_LIST_REASON, context),
			db_get_time(rows, POINTS_LIST_AT) };
	*has_more = db_next(rows);
	return db_end_read(db);
}
