/* SPDX-License-Identifier: MIT */
/* What check-ins pay: reading the payments of customers, paying in the transaction of a check-in,
 * and taking a payment back. A payment is a row of check_in_payments and, unless it was withheld,
 * an entry of the ledger or a payout into the shop's own wallet, with the reference
 * EVENT-USER-DATE. */
#ifndef DOJANG_REWARD_CHECK_IN_PAYMENT_H
#define DOJANG_REWARD_CHECK_IN_PAYMENT_H

#include "reward/event.h"

/* A payment for one day. */
struct paid_day {
	date day;
	int64_t points; /* 0: withheld */
	const char *parts;
	enum daily_withheld withheld;
	bool is_reversed;
};

/* The payments to one customer in one event. */
struct paid_days {
	struct paid_day *items;
	size_t count;
	int64_t total; /* of those that were not reversed */
};

/* The payment for a day that was not reversed; without points when there is none. */
struct daily_payment paid_on(const struct paid_days *paid, date day);

/* True when the day was paid for, or its payment was withheld. */
bool is_paid_for(const struct paid_days *paid, date day);

enum { PAYEES_MAX = 8 };

/* One of the customers to pay. */
struct payee {
	const void *context;
	customer_id customer;
	struct dates dates; /* all days of the customer in the event */
	struct paid_days paid;
	struct daily_payment payment; /* what payments_pay has paid */
};

/* Inside a transaction function: reads what each of the customers was paid, below its context.
 * count is 1 to PAYEES_MAX. */
void payments_read(struct db *db, event_id event, struct payee *payees, size_t count);

/* Inside a transaction that has locked the customers: false when the event's rules or limits have
 * changed since they were read. Otherwise they do not change until the transaction ends. */
bool payments_hold_event(struct db *db, const struct event *event);

/* Inside a transaction that has locked the customers, added the day and read paid behind the lock:
 * pays for the day by the rules of the event, and adds it to paid. Should be the last change of the
 * transaction. ERR_CONFLICT: the rules have changed since they were read, or the budget was used up
 * just now; roll back and try again with the present ones, and with locks_budget: then all budget
 * rows are locked first, so that the next try cannot come too late again. Announces the entries
 * when the event announces claims (points.changed). */
enum result payments_pay(struct db *db, const struct event *event, date day, instant now,
	bool locks_budget, struct payee *payees, size_t count);

/* Inside a transaction that has locked the customer and holds the event
 * (event_edit_refuse_archived): takes back what the day paid, if it did, by an
 * opposite entry, after which the balance may be below zero, or from the shop's wallet. Returns the
 * points. */
int64_t payments_reverse(struct db *db, const void *context, event_id event, customer_id customer,
	date day, instant now);

#endif
