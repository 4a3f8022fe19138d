/* SPDX-License-Identifier: MIT */
/* The promises and their queries. What is worked out from attendance rows is never stored, so there is no area 4 to be checked; 3 needs
 * the clients' own notes. */
#include "reward/invariants.h"

#include "base/memory.h"

const struct invariant INVARIANTS[] = {
	{ 1, QUERY_INVARIANT_STOCK_SUM, "what is left of a product is the sum of its movements" },
	{ 1, QUERY_INVARIANT_STOCK_NEGATIVE, "no stock is below zero" },
	{ 1, QUERY_INVARIANT_STOCK_UNLIMITED, "unlimited products have no movements" },
	{ 1, QUERY_INVARIANT_STOCK_CLAIMS, "no more was claimed than there was" },
	{ 1, QUERY_INVARIANT_STOCK_CLAIM_MOVEMENT, "each claim of a limited product took one from its stock" },
	{ 1, QUERY_INVARIANT_STOCK_MOVEMENT_CLAIM, "each movement by a claim has its claim" },
	{ 1, QUERY_INVARIANT_STOCK_COUPONS, "as many coupons are left as codes that nobody has" },
	{ 2, QUERY_INVARIANT_ATTENDANCE_ONCE, "one check-in at most for each event, user and date" },
	{ 2, QUERY_INVARIANT_ATTENDANCE_IN_EVENT, "check-ins are on days of their event" },
	{ 2, QUERY_INVARIANT_ATTENDANCE_USER, "check-ins belong to users" },
	{ 2, QUERY_INVARIANT_CLAIM_ONCE, "one claim at most for each user, milestone and round" },
	{ 2, QUERY_INVARIANT_CLAIM_ONE_GOOD, "one claim at most that is not cancelled for each user and milestone" },
	{ 2, QUERY_INVARIANT_CLAIM_PARTS, "claims belong to users and milestones" },
	{ 2, QUERY_INVARIANT_CLAIM_EARNED, "claims were earned by check-ins" },
	{ 2, QUERY_INVARIANT_OUTAGE_DAYS, "days counted for an outage belong to one that stands" },
	{ 2, QUERY_INVARIANT_OUTAGE_COUNT, "an outage counts for no more customers than it says" },
	{ 5, QUERY_INVARIANT_POINTS_BALANCE, "each balance is the sum of the ledger" },
	{ 5, QUERY_INVARIANT_POINTS_USER, "ledger entries belong to users" },
	{ 5, QUERY_INVARIANT_POINTS_ONCE, "one ledger entry at most for each source and reference" },
	{ 5, QUERY_INVARIANT_POINTS_CHAIN, "each ledger entry's balance follows from another's" },
	{ 5, QUERY_INVARIANT_POINTS_CLAIM, "each claim of points has its ledger entry" },
	{ 5, QUERY_INVARIANT_POINTS_ENTRY_CLAIM, "each ledger entry of a claim has its claim" },
	{ 5, QUERY_INVARIANT_POINTS_CANCELLED, "points of cancelled claims were taken back" },
	{ 6, QUERY_INVARIANT_OUTBOX_ONCE, "each announcement once for each receiver" },
	{ 6, QUERY_INVARIANT_OUTBOX_STATE, "messages wait, or have ended at some time" },
	{ 6, QUERY_INVARIANT_OUTBOX_CLAIM, "announced claims exist" },
	{ 6, QUERY_INVARIANT_OUTBOX_ALERTS, "no alert was announced that there was not" },
	{ 7, QUERY_INVARIANT_AUDIT_STOCK, "each change of stock by hand is in the audit log" },
	{ 7, QUERY_INVARIANT_AUDIT_EVENT, "events have their row in the audit log" },
	{ 7, QUERY_INVARIANT_AUDIT_PRODUCT, "products have their row in the audit log" },
	{ 7, QUERY_INVARIANT_AUDIT_MILESTONE, "milestones have their row in the audit log" },
	{ 7, QUERY_INVARIANT_AUDIT_OUTAGE, "outages have their row in the audit log" },
};
const size_t INVARIANT_COUNT = countof(INVARIANTS);

struct work {
	const void *context;
	const struct invariant *invariant;
	struct invariant_finding *finding;
};

static enum result check_body(struct db *db, void *pointer)
{
	struct work *work = pointer;
	struct invariant_finding *finding = work->finding;
	*finding = (struct invariant_finding){ 0 };
	struct db_rows *rows = db_select(db, work->invariant->query, DB_VALUES(db_number(INVARIANT_FAULTS_MAXIMUM + 1)));
	while (db_next(rows)) {
		finding->has_more = finding->count == INVARIANT_FAULTS_MAXIMUM;
		if (!finding->has_more)
			finding->faults[finding->count++] = db_get_text(rows, 0, work->context);
	}
	return RESULT_OK;
}

enum result invariants_check(struct db *db, const void *context, const struct invariant *invariant, struct invariant_finding *finding)
{
	struct work work = { context, invariant, finding };
	return db_attempt(db, check_body, &work);
}
