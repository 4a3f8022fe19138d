/* SPDX-License-Identifier: MIT */
/* Customers: the users behind the tokens, by (issuer, subject). A customer exists from its first
 * authenticated request on. */
#ifndef DOJANG_CUSTOMER_CUSTOMER_H
#define DOJANG_CUSTOMER_CUSTOMER_H

#include "base/calendar.h"
#include "db/db.h"
#include "customer/eligibility.h"
#include "records/ids.h"

/* The identity in a token; issuer_id is from customer_issuer. */
struct subject {
	uint64_t issuer_id;
	const char *subject;
	/* NULL: the token has none. A new customer is then called by the subject; a known one keeps
	 * its name */
	const char *username;
	const char *secret; /* hashes the subjects of erased customers; NULL: not checked */
	struct token_facts facts;
	/* the client's address. Only a keyed hash of it is stored, and only with claims of items;
	 * NULL: unknown */
	const char *client;
};

struct customer {
	customer_id id;
	const char *username;
	int64_t points; /* what can be spent: without expired points */
	int64_t ledger; /* the sum of the ledger, which expired points leave later */
	bool has_lots;  /* some points expire */
};

/* A customer's sum of the ledger, and when the first points expire, or earlier. */
struct account {
	int64_t points;
	bool has_lots;
	instant expires_at;
};

/* The id of the issuer's row, which is created when it is missing. */
enum result customer_issuer(struct db *db, const char *iss, uint64_t *issuer_id);

/* Finds or creates the customer and stores a changed username. ERR_FORBIDDEN for blocked customers,
 * and for erased ones until their events are over. Texts are allocated below context. */
enum result customer_enter(struct db *db, const void *context, const struct subject *subject,
	instant now, struct customer *customer);

/* Inside a transaction: locks the customer's row, which serializes all changes of one customer, and
 * returns the balance. ERR_FORBIDDEN when the customer was blocked or erased meanwhile. */
enum result customer_lock(struct db *db, customer_id id, int64_t *points);
enum result customer_lock_account(struct db *db, customer_id id, struct account *account);
/* Some points have expired, and are still in the sum. */
bool account_is_due(const struct account *account, instant now);

/* Inside a transaction function: true when the customer is staff of the shop, by a staff account
 * with the same issuer and subject, or by the list of excluded customers. */
bool customer_is_staff(struct db *db, customer_id id);

#endif
