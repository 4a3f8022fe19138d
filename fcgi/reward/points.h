/* SPDX-License-Identifier: MIT */
/* The points ledger: append-only; its sum is the balance of the customer. */
#ifndef DOJANG_REWARD_POINTS_H
#define DOJANG_REWARD_POINTS_H

#include "db/db.h"
#include "records/ids.h"
#include "reward/expiry.h"

struct point_entry {
	uint64_t id;
	int64_t amount, balance;
	const char *source, *reference, *reason;
	instant at;
};

/* How the ledger counts days, from the settings. */
struct ledger_terms {
	const char *zone;
	int64_t refund_days; /* see expiry_after_refund */
};

/* A new entry. balance_before is the result of customer_lock in this transaction. */
struct point_change {
	customer_id customer;
	int64_t balance_before, amount;
	const char *source, *reference, *reason; /* (source, reference) is unique */
	instant at;
	/* only for points_change: the shop's reference of the spend that this refunds, or NULL */
	const char *refund_of;
	struct ledger_terms terms; /* with refund_of */
};

/* Inside a transaction that locked the customer: writes the entry and the balance. Returns the id
 * of the entry; 0, and writes nothing, when the reference was used already or the balance would
 * overflow. */
uint64_t points_append(struct db *db, const struct point_change *change);

/* The same for an amount that this transaction has already added to the balance; balance_before is
 * ignored. */
uint64_t points_note(struct db *db, const struct point_change *change);
/* The same without the id of the entry, which saves a round trip (db_queue). A reference that was
 * used already fails the transaction. */
void points_note_later(struct db *db, const struct point_change *change);

/* Grants of one kind to several customers, each at most once. Granting points for something that
 * happened (a check-in) goes through points_grant. */
struct point_grant {
	customer_id customer;
	int64_t amount;
	const char *reference; /* unique with the source of all grants */
};
enum { POINT_GRANTS_MAX = 8 };
struct point_grants {
	const struct point_grant *items;
	size_t count; /* 1 to POINT_GRANTS_MAX */
	const char *source, *reason;
	instant at;
};
/* Inside a transaction that locked the customers: writes the balances and an entry for each. A
 * reference that was used already fails the transaction. */
void points_grant(struct db *db, const void *context, const struct point_grants *grants);

/* By the shop or by staff: spends (negative amount) or grants. RESULT_CREATED with the entry;
 * RESULT_OK with the first one when the reference was used for the same change; ERR_CONFLICT when
 * it was used for another; ERR_INSUFFICIENT_POINTS; ERR_FORBIDDEN for blocked customers. A refund
 * gives points back to the lots that its spend used; ERR_CONFLICT: the customer has
 * no such spend, or it would refund more than was spent. change->balance_before is ignored. */
enum result points_change(struct db *db, const void *context, const struct point_change *change,
	struct point_entry *entry);

/* The entries of a customer with ids below `before` (0: all), newest first, at most limit;
 * *has_more: there are further ones. */
enum result points_list(struct db *db, const void *context, customer_id customer, uint64_t before,
	size_t limit, struct point_entry **entries, size_t *count, bool *has_more);

#endif
