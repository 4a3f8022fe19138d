/* SPDX-License-Identifier: MIT */
/* Defines the promises and their queries. There is no area 4, since values that are computed from
 * attendance rows are not stored. Area 3 needs the clients' records. */
#include "reward/invariants.h"

#include "base/memory.h"

const struct invariant INVARIANTS[] = {
	{ 1, INVARIANT_WALK_PRODUCTS, QUERY_INVARIANT_STOCK_SUM,
		"what is left of a product is the sum of its movements" },
	{ 1, INVARIANT_WALK_WHOLE, QUERY_INVARIANT_STOCK_NEGATIVE, "no stock is below zero" },
	{ 1, INVARIANT_WALK_PRODUCTS, QUERY_INVARIANT_STOCK_UNLIMITED,
		"unlimited products have no movements" },
	{ 1, INVARIANT_WALK_PRODUCTS, QUERY_INVARIANT_STOCK_CLAIMS,
		"no more was claimed than there was" },
	{ 1, INVARIANT_WALK_CLAIMS, QUERY_INVARIANT_STOCK_CLAIM_MOVEMENT,
		"each claim of a limited product took one from its stock" },
	{ 1, INVARIANT_WALK_MOVEMENTS, QUERY_INVARIANT_STOCK_MOVEMENT_CLAIM,
		"each movement by a claim has its claim" },
	{ 1, INVARIANT_WALK_PRODUCTS, QUERY_INVARIANT_STOCK_COUPONS,
		"as many coupons are left as codes that nobody has" },
	{ 2, INVARIANT_WALK_ATTENDANCE, QUERY_INVARIANT_ATTENDANCE_ONCE,
		"one check-in at most for each event, user and date" },
	{ 2, INVARIANT_WALK_ATTENDANCE, QUERY_INVARIANT_ATTENDANCE_IN_EVENT,
		"check-ins are on days of their event" },
	{ 2, INVARIANT_WALK_ATTENDANCE, QUERY_INVARIANT_ATTENDANCE_USER,
		"check-ins belong to users" },
	{ 2, INVARIANT_WALK_ARCHIVE, QUERY_INVARIANT_ARCHIVE_IN_EVENT,
		"archived check-ins are on days of their event" },
	{ 2, INVARIANT_WALK_ARCHIVE, QUERY_INVARIANT_ARCHIVE_USER,
		"archived check-ins belong to users" },
	{ 2, INVARIANT_WALK_ARCHIVE, QUERY_INVARIANT_ARCHIVE_WHOLE,
		"a customer's days of an event are all archived, or none" },
	{ 2, INVARIANT_WALK_USERS, QUERY_INVARIANT_CLAIM_ONCE,
		"one claim at most for each user, milestone and round" },
	{ 2, INVARIANT_WALK_USERS, QUERY_INVARIANT_CLAIM_ONE_GOOD,
		"one claim at most that is not cancelled for each user and milestone" },
	{ 2, INVARIANT_WALK_CLAIMS, QUERY_INVARIANT_CLAIM_PARTS,
		"claims belong to users and milestones" },
	{ 2, INVARIANT_WALK_CLAIMS, QUERY_INVARIANT_CLAIM_EARNED,
		"claims were earned by check-ins" },
	{ 2, INVARIANT_WALK_CLAIMS, QUERY_INVARIANT_CLAIM_RUN,
		"claims for days in a row were earned by such a run" },
	{ 2, INVARIANT_WALK_ATTENDANCE, QUERY_INVARIANT_OUTAGE_DAYS,
		"days counted for an outage belong to one that stands" },
	{ 2, INVARIANT_WALK_OUTAGES, QUERY_INVARIANT_OUTAGE_COUNT,
		"an outage counts for no more customers than it says" },
	{ 2, INVARIANT_WALK_STAMPS, QUERY_INVARIANT_STAMP_DAY,
		"each report of the shop that stands has its day" },
	{ 2, INVARIANT_WALK_ATTENDANCE, QUERY_INVARIANT_DAY_STAMP,
		"each day of the shop has a report that stands" },
	{ 2, INVARIANT_WALK_ATTENDANCE, QUERY_INVARIANT_MAKEUPS,
		"no customer made up more days than the event allows" },
	{ 5, INVARIANT_WALK_USERS, QUERY_INVARIANT_POINTS_BALANCE,
		"each balance is the sum of the ledger" },
	{ 5, INVARIANT_WALK_ENTRIES, QUERY_INVARIANT_POINTS_USER,
		"ledger entries belong to users" },
	{ 5, INVARIANT_WALK_ENTRIES, QUERY_INVARIANT_POINTS_ONCE,
		"one ledger entry at most for each source and reference" },
	{ 5, INVARIANT_WALK_ENTRIES, QUERY_INVARIANT_POINTS_CHAIN,
		"each ledger entry's balance follows from another's" },
	{ 5, INVARIANT_WALK_CLAIMS, QUERY_INVARIANT_POINTS_CLAIM,
		"each claim of points has its ledger entry" },
	{ 5, INVARIANT_WALK_ENTRIES, QUERY_INVARIANT_POINTS_ENTRY_CLAIM,
		"each ledger entry of a claim has its claim" },
	{ 5, INVARIANT_WALK_CLAIMS, QUERY_INVARIANT_POINTS_CANCELLED,
		"points of cancelled claims were taken back" },
	{ 5, INVARIANT_WALK_PAYOUTS, QUERY_INVARIANT_PAYOUT_CLAIM,
		"payouts of claims are what was promised, and not in the ledger" },
	{ 5, INVARIANT_WALK_PAYOUTS, QUERY_INVARIANT_PAYOUT_REVERSE,
		"what is taken back from the shop's wallet was paid" },
	{ 5, INVARIANT_WALK_PAYOUTS, QUERY_INVARIANT_PAYOUT_CANCELLED,
		"payouts of cancelled claims are cancelled or taken back, and no others" },
	{ 5, INVARIANT_WALK_PAYOUTS, QUERY_INVARIANT_PAYOUT_SETTLED,
		"payouts are due, or were settled at some time" },
	{ 5, INVARIANT_WALK_PAYOUTS, QUERY_INVARIANT_PAYOUT_CHECK_IN,
		"payouts of check-ins are what they paid" },
	{ 5, INVARIANT_WALK_USERS, QUERY_INVARIANT_LOTS_SUM,
		"each balance is the sum of the open lots and what never expires" },
	{ 5, INVARIANT_WALK_USERS, QUERY_INVARIANT_LOTS_NEXT,
		"points that expire are looked for in time" },
	{ 5, INVARIANT_WALK_ENTRIES, QUERY_INVARIANT_LOT_USES,
		"what is left of a lot is what was granted and not used" },
	{ 5, INVARIANT_WALK_ENTRIES, QUERY_INVARIANT_LOT_ENTRY,
		"each lot has the entry that granted it" },
	{ 5, INVARIANT_WALK_ENTRIES, QUERY_INVARIANT_LOT_EXPIRY,
		"what expired in the ledger expired in a lot" },
	{ 5, INVARIANT_WALK_ENTRIES, QUERY_INVARIANT_LOT_REFUND,
		"no more was refunded than spent" },
	{ 5, INVARIANT_WALK_PAYMENTS, QUERY_INVARIANT_PAYMENT_ENTRY,
		"what check-ins paid is in the ledger, or a payout" },
	{ 5, INVARIANT_WALK_PAYMENTS, QUERY_INVARIANT_PAYMENT_PAYOUT,
		"payouts of removed days are cancelled or taken back, and no others" },
	{ 5, INVARIANT_WALK_PAYMENTS, QUERY_INVARIANT_PAYMENT_REVERSED,
		"what removed days paid was taken back, and nothing else" },
	{ 5, INVARIANT_WALK_ENTRIES, QUERY_INVARIANT_PAYMENT_OF_ENTRY,
		"each ledger entry of a check-in has its payment" },
	{ 5, INVARIANT_WALK_PAYMENTS, QUERY_INVARIANT_PAYMENT_ONCE,
		"a day is paid once at most for each user" },
	{ 5, INVARIANT_WALK_PAYMENTS, QUERY_INVARIANT_PAYMENT_DAY, "paid days have a check-in" },
	{ 5, INVARIANT_WALK_PAYMENTS, QUERY_INVARIANT_PAYMENT_PARTS,
		"a check-in paid the sum of its parts, each on its day" },
	{ 5, INVARIANT_WALK_PAYMENTS, QUERY_INVARIANT_PAYMENT_CAP,
		"no customer was paid more than the event's limit" },
	{ 5, INVARIANT_WALK_WHOLE, QUERY_INVARIANT_PAYMENT_BUDGET,
		"budgets are what was paid and what is left" },
	{ 6, INVARIANT_WALK_MESSAGES, QUERY_INVARIANT_OUTBOX_ONCE,
		"each announcement once for each receiver" },
	{ 6, INVARIANT_WALK_MESSAGES, QUERY_INVARIANT_OUTBOX_STATE,
		"messages wait, or have ended at some time" },
	{ 6, INVARIANT_WALK_MESSAGES, QUERY_INVARIANT_OUTBOX_CLAIM, "announced claims exist" },
	{ 6, INVARIANT_WALK_WHOLE, QUERY_INVARIANT_OUTBOX_ALERTS,
		"no alert was announced that there was not" },
	{ 6, INVARIANT_WALK_MESSAGES, QUERY_INVARIANT_OUTBOX_CLOSING,
		"deadlines are announced as far as was looked, and no further" },
	{ 7, INVARIANT_WALK_PRODUCTS, QUERY_INVARIANT_AUDIT_STOCK,
		"each change of stock by hand is in the audit log" },
	{ 7, INVARIANT_WALK_WHOLE, QUERY_INVARIANT_AUDIT_EVENT,
		"events have their row in the audit log" },
	{ 7, INVARIANT_WALK_WHOLE, QUERY_INVARIANT_AUDIT_PRODUCT,
		"products have their row in the audit log" },
	{ 7, INVARIANT_WALK_WHOLE, QUERY_INVARIANT_AUDIT_MILESTONE,
		"milestones have their row in the audit log" },
	{ 7, INVARIANT_WALK_OUTAGES, QUERY_INVARIANT_AUDIT_OUTAGE,
		"outages have their row in the audit log" },
};
const size_t INVARIANT_COUNT = countof(INVARIANTS);

/* A table walk: a query for the next range, and a table whose size gives the progress. */
struct path {
	/* NULL: the queries read everything, which is little */
	const char *table;
	enum query next;
	size_t rows;           /* rows per range */
	enum query next_group; /* the ranges are within groups */
	bool has_groups;
};

enum { ROWS = 10000 };
static const struct path PATHS[INVARIANT_WALKS] = {
	[INVARIANT_WALK_PRODUCTS] = { .table = "products", .next = QUERY_WALK_PRODUCTS, .rows = 1 },
	[INVARIANT_WALK_OUTAGES] = { .table = "outages", .next = QUERY_WALK_OUTAGES, .rows = 1 },
	[INVARIANT_WALK_ATTENDANCE] = { .table = "attendance",
		.next = QUERY_WALK_ATTENDANCE,
		.rows = ROWS,
		.next_group = QUERY_WALK_ATTENDANCE_EVENT,
		.has_groups = true },
	[INVARIANT_WALK_ARCHIVE] = { .table = "attendance_archive",
		.next = QUERY_WALK_ARCHIVE,
		.rows = ROWS,
		.next_group = QUERY_WALK_ARCHIVE_EVENT,
		.has_groups = true },
	[INVARIANT_WALK_USERS] = { .table = "users", .next = QUERY_WALK_USERS, .rows = ROWS },
	[INVARIANT_WALK_CLAIMS] = { .table = "claims", .next = QUERY_WALK_CLAIMS, .rows = ROWS },
	[INVARIANT_WALK_STAMPS] = { .table = "shop_attendance",
		.next = QUERY_WALK_STAMPS,
		.rows = ROWS },
	[INVARIANT_WALK_PAYOUTS] = { .table = "payouts", .next = QUERY_WALK_PAYOUTS, .rows = ROWS },
	[INVARIANT_WALK_MOVEMENTS] = { .table = "stock_movements",
		.next = QUERY_WALK_MOVEMENTS,
		.rows = ROWS },
	[INVARIANT_WALK_ENTRIES] = { .table = "point_entries",
		.next = QUERY_WALK_ENTRIES,
		.rows = ROWS },
	[INVARIANT_WALK_MESSAGES] = { .table = "outbox_messages",
		.next = QUERY_WALK_MESSAGES,
		.rows = ROWS },
	[INVARIANT_WALK_PAYMENTS] = { .table = "check_in_payments",
		.next = QUERY_WALK_PAYMENTS,
		.rows = ROWS,
		.next_group = QUERY_WALK_PAYMENTS_EVENT,
		.has_groups = true },
};

/* --- the next stretch --- */

struct stretch {
	const struct path *path;
	uint64_t group, from, to, rows;
	bool is_end;
};

static bool find_stretch(struct db *db, struct stretch *stretch)
{
	const struct path *path = stretch->path;
	struct db_value group = db_id(stretch->group), to = db_id(stretch->to),
			rows = db_id(path->rows);
	struct db_rows *found = path->has_groups
		? db_select(db, path->next, DB_PARAMS(group, to, rows))
		: db_select(db, path->next, DB_PARAMS(to, rows));
	if (!db_next(found))
		return false;
	stretch->from = stretch->to;
	stretch->to = db_get_id(found, WALK_STEP_LAST_ID);
	stretch->rows = db_get_id(found, WALK_STEP_TOTAL);
	return true;
}

static bool find_group(struct db *db, struct stretch *stretch)
{
	struct db_rows *found = db_select(
		db, stretch->path->next_group, DB_PARAMS(db_id(stretch->group)));
	if (!db_next(found))
		return false;
	stretch->group = db_get_id(found, DB_ONLY_COLUMN);
	stretch->to = 0;
	return true;
}

static enum result next_transaction(struct db *db, void *pointer)
{
	struct stretch *stretch = pointer, found = *stretch;
	bool has_found = (!found.path->has_groups || found.group) && find_stretch(db, &found);
	while (!has_found && found.path->has_groups && find_group(db, &found))
		has_found = find_stretch(db, &found);
	if (db_has_failed(db))
		return RESULT_OK;
	*stretch = found;
	stretch->is_end = !has_found;
	return RESULT_OK;
}

/* --- looking at it --- */

/* stretch NULL: everything. */
static struct db_rows *read_faults(
	struct db *db, enum query query, const struct stretch *stretch, size_t most)
{
	struct db_value limit = db_number((int64_t)most);
	if (!stretch)
		return db_read(db, query, DB_PARAMS(limit));
	struct db_value from = db_id(stretch->from), to = db_id(stretch->to);
	return stretch->path->has_groups
		? db_read(db, query, DB_PARAMS(db_id(stretch->group), from, to, limit))
		: db_read(db, query, DB_PARAMS(from, to, limit));
}

static enum result check(struct db *db, const void *context, size_t index,
	const struct stretch *stretch, struct invariant_finding *finding)
{
	if (finding->has_more)
		return RESULT_OK;
	struct db_rows *rows = read_faults(db, INVARIANTS[index].query, stretch,
		INVARIANT_FAULTS_MAXIMUM + 1 - finding->count);
	while (!finding->has_more && db_next(rows)) {
		finding->has_more = finding->count == INVARIANT_FAULTS_MAXIMUM;
		if (!finding->has_more)
			finding->faults[finding->count++] = db_get_text(
				rows, DB_ONLY_COLUMN, context);
	}
	return db_end_read(db);
}

/* --- the walks --- */

struct round {
	const struct invariant *only;       /* NULL: all of them */
	struct invariant_finding *findings; /* of only, or of each */
	const struct invariant_watcher *watcher;
};

static enum result check_stretch(struct db *db, const void *context, enum invariant_walk walk,
	const struct stretch *stretch, const struct round *round)
{
	enum result result = RESULT_OK;
	for (size_t i = 0; i < INVARIANT_COUNT && result == RESULT_OK; i++) {
		bool is_wanted = INVARIANTS[i].walk == walk
			&& (!round->only || round->only == &INVARIANTS[i]);
		if (is_wanted)
			result = check(db, context, i, stretch,
				round->only ? round->findings : &round->findings[i]);
	}
	return result;
}

/* How many rows the server estimates. */
static enum result read_size(struct db *db, const char *table, uint64_t *rows)
{
	struct db_rows *row = db_read_one(db, QUERY_WALK_SIZE, DB_PARAMS(db_text(table)));
	*rows = db_get_id(row, WALK_SIZE_TOTAL);
	return db_end_read(db);
}

static enum result go(
	struct db *db, const void *context, enum invariant_walk walk, const struct round *round)
{
	const struct path *path = &PATHS[walk];
	struct stretch stretch = { .path = path };
	uint64_t size = 0, done = 0;
	if (!path->table)
		return check_stretch(db, context, walk, NULL, round);
	enum result result = round->watcher ? read_size(db, path->table, &size) : RESULT_OK;
	while (result == RESULT_OK) {
		result = db_autocommit(db, next_transaction, &stretch);
		if (result != RESULT_OK || stretch.is_end)
			break;
		result = check_stretch(db, context, walk, &stretch, round);
		done += stretch.rows;
		if (round->watcher)
			round->watcher->note(round->watcher->state, path->table, done, size);
	}
	return result;
}

enum result invariants_check(struct db *db, const void *context, const struct invariant *invariant,
	struct invariant_finding *finding)
{
	*finding = (struct invariant_finding){ 0 };
	return go(db, context, invariant->walk,
		&(struct round){ .only = invariant, .findings = finding });
}

enum result invariants_check_all(struct db *db, const void *context,
	const struct invariant_watcher *watcher, struct invariant_finding *findings)
{
	enum result result = RESULT_OK;
	for (size_t i = 0; i < INVARIANT_COUNT; i++)
		findings[i] = (struct invariant_finding){ 0 };
	for (enum invariant_walk walk = 0; walk < INVARIANT_WALKS && result == RESULT_OK; walk++)
		result = go(db, context, walk,
			&(struct round){ .findings = findings, .watcher = watcher });
	return result;
}
