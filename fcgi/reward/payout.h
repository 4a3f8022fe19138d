/* SPDX-License-Identifier: MIT */
/* Payouts: what the shop's own wallet must be credited with. A payout is due until the shop's
 * backend has settled it (paid or failed), or until its cause is gone (cancelled). When the cause
 * of a paid one is gone, a reverse payout with points below zero becomes due. */
#ifndef DOJANG_REWARD_PAYOUT_H
#define DOJANG_REWARD_PAYOUT_H

#include "base/fields.h"
#include "records/edit.h"
#include "records/ids.h"

/* Where points go: into Dojang's ledger, or into the shop's own wallet. */
enum wallet { WALLET_DOJANG, WALLET_SHOP };
extern const char *const WALLETS[]; /* their names, ending with NULL */
enum wallet wallet_of(const char *name);

enum { PAYOUTS_SETTLED_MAX = 500 };

struct payout {
	uint64_t id;
	customer_id customer;
	const char *issuer, *subject; /* subject NULL: the person was erased */
	int64_t points;
	const char *reason, *event;
	uint64_t claim, reverses; /* 0: none */
	bool is_of_check_in;
	date date; /* the day of the check-in */
	const char *state;
	instant due_at;
	struct optional_time settled_at;
	const char *reference, *failure; /* of the shop */
};

/* --- inside a transaction that has locked the customer --- */

struct payout_cause {
	customer_id customer;
	event_id event;
	claim_id claim;
	int64_t points;
	const char *reason;
	instant at;
};
/* Queued (db_queue). */
void payout_of_claim(struct db *db, const struct payout_cause *cause);
/* A check-in that is paid into the shop's wallet; its reference is that of the payment. */
struct payout_of_day {
	customer_id customer;
	int64_t points;
	const char *reference;
};
/* Queued. reason is the name of the event. */
void payouts_of_check_ins(struct db *db, const void *context, event_id event, const char *reason,
	instant at, const struct payout_of_day *days, size_t count);
/* The payment with this reference was taken back. */
void payout_withdraw_check_in(struct db *db, const char *reference, instant now);
/* The cause is gone: cancels the payout, or creates the reverse of a paid one. */
void payout_withdraw(struct db *db, uint64_t id, instant now);
/* Of a person who is erased. */
void payouts_cancel_of_customer(struct db *db, customer_id customer, instant now);

/* --- by the shop, staff or the command line --- */

/* What a list is limited to: any state, or one of them; ending with NULL. */
extern const char *const PAYOUT_STATES[];
enum { PAYOUT_ANY };
/* What a payout can be settled as; "due" tries a failed one again. Ending with NULL. */
extern const char *const PAYOUT_STEPS[];
enum payout_step { PAYOUT_PAID, PAYOUT_FAILED, PAYOUT_DUE };

/* As a field table fills it. */
struct payout_settlement {
	struct id_list ids;    /* 1 to PAYOUTS_SETTLED_MAX */
	int state;             /* enum payout_step */
	const char *reference; /* the shop's name of a payment; NULL: none */
	const char *failure;   /* why it failed; NULL: not said */
};
/* All of them or none. RESULT_OK with each payout once, by id, as it is now; what was settled in
 * the same way is left alone. A cancelled payout that was paid all the same is paid, and its
 * reverse becomes due. ERR_NOT_FOUND: some do not exist; ERR_CONFLICT: some were settled in another
 * way. */
enum result payouts_settle(struct edit *edit, const struct payout_settlement *settlement,
	struct payout **payouts, size_t *count);
/* Makes failed payouts due again, the oldest first, PAYOUTS_SETTLED_MAX at most. */
enum result payouts_retry(struct edit *edit);

/* Payouts with ids after a position, the oldest first, at most limit, in a state (index in
 * PAYOUT_STATES). *has_more: there are further ones. */
enum result payout_list(struct db *db, const void *context, int state, uint64_t after, size_t limit,
	struct payout **payouts, size_t *count, bool *has_more);
/* Inside a transaction function: all of a customer. */
void payouts_of_customer(struct db *db, const void *context, customer_id customer,
	struct payout **payouts, size_t *count);
/* Its contents for programs; the person is left out. */
json_object *payout_json(const struct payout *payout);

#endif
