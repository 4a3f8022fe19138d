/* SPDX-License-Identifier: MIT */
/* Customers: who a token's (issuer, subject) is here. They exist from their first authenticated
 * request on. */
#ifndef DOJANG_CUSTOMER_CUSTOMER_H
#define DOJANG_CUSTOMER_CUSTOMER_H

#include "base/calendar.h"
#include "db/db.h"
#include "customer/eligibility.h"
#include "records/ids.h"

/* What a token says of its bearer; issuer_id by customer_issuer. */
struct subject {
	uint64_t issuer_id;
	const char *subject;
	/* NULL: the token names none. Who is new is called by the subject; who is known keeps the
	 * name */
	const char *username;
	const char *secret; /* tells removed persons again; NULL: not looked for */
	struct token_facts facts;
	/* their address; only a keyed hash of it is ever kept, and of claims of items alone; NULL:
	 * not known */
	const char *client;
};

struct customer {
	customer_id id;
	const char *username;
	int64_t points;
};

/* The issuer's row, made when it is new. */
enum result customer_issuer(struct db *db, const char *iss, uint64_t *issuer_id);

/* Finds the customer or makes one, and takes on a changed username. ERR_FORBIDDEN for blocked ones,
 * and for removed ones until their events are over. Texts go below context. */
enum result customer_enter(struct db *db, const void *context, const struct subject *subject,
	instant now, struct customer *customer);

/* Inside a transaction: locks the customer's row, which puts all that concerns one customer in an
 * order, and answers the balance. ERR_FORBIDDEN when the customer was blocked or removed in the
 * meantime. */
enum result customer_lock(struct db *db, customer_id id, int64_t *points);

/* Inside a body: does the customer belong to the shop? By a staff account of the same issuer and
 * subject, or by the list of excluded ones. */
bool customer_is_staff(struct db *db, customer_id id);

#endif
