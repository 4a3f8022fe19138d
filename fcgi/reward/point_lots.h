/* SPDX-License-Identifier: MIT */
/* The lots of points that expire, in the database. Inside transactions that locked the customer. A
 * customer without lots costs no statement here. */
#ifndef DOJANG_REWARD_POINT_LOTS_H
#define DOJANG_REWARD_POINT_LOTS_H

#include "customer/customer.h"
#include "reward/expiry.h"
#include "reward/lots.h"
#include "reward/points.h"

/* The lots with something left, in the order in which they expire. */
struct lots lots_read(struct db *db, const void *context, customer_id customer);

/* Writes an entry for each lot that has expired, before anything else changes the balance. Corrects
 * lots whose points a program spent that knows no lots. */
void lots_settle(struct db *db, const void *context, customer_id customer, instant now,
	struct account *account);
/* The same in a transaction of its own. */
enum result lots_settle_customer(
	struct db *db, const void *context, customer_id customer, instant now);

/* Right after the entry of a grant, which the balance has already: its lot. */
void lots_grant_later(struct db *db, customer_id customer, int64_t amount, instant expires_at);
/* After the entry of a spend. before: the settled account before it. */
void lots_spend(struct db *db, const void *context, customer_id customer,
	const struct account *before, uint64_t entry, int64_t amount);

/* A grant that is taken back, in two steps: before its entry, and after it. Points of the grant
 * that have expired meanwhile come back first, since they must not be taken twice. */
uint64_t lots_begin_take_back(struct db *db, const void *context, customer_id customer, instant now,
	const char *source, const char *reference, struct account *account);
void lots_end_take_back(struct db *db, const void *context, customer_id customer,
	const struct account *before, uint64_t entry, uint64_t own, int64_t amount);

/* After the entry of a refund: gives the points back to the lots that the spend used. before: the
 * settled account before it. */
struct lot_refund {
	uint64_t entry, spend;
	int64_t amount, spent, refunded; /* refunded: of the spend, before this entry */
};
void lots_refund_spend(struct db *db, const void *context, customer_id customer,
	const struct account *before, const struct lot_refund *refund,
	const struct ledger_terms *terms, instant now);

/* What expires next, one item a day. Any time, not only inside a transaction that locked. */
struct expiring {
	int64_t points;
	date on; /* the last day on which they can be spent */
};
enum { EXPIRING_MAX = 5 };
enum result lots_expiring(struct db *db, const void *context, const struct customer *customer,
	const char *zone, instant now, struct expiring items[EXPIRING_MAX], size_t *count);

/* --- for the notifier --- */

/* Writes what has expired, of some customers. *settled counts them; 0: nothing is left. */
enum result lots_expire_due(struct db *db, const void *context, instant now, size_t *settled);

#endif
