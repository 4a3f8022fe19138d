/* SPDX-License-Identifier: MIT */
/* Notifications: what happened and who receives it. Outbox rows contain internal ids only; the
 * content is read at delivery. */
#ifndef DOJANG_NOTIFICATION_NOTIFICATION_H
#define DOJANG_NOTIFICATION_NOTIFICATION_H

#include "db/db.h"
#include "records/ids.h"

/* The kinds that webhooks can subscribe to, such as claim.created, ending with NULL. */
extern const char *const NOTIFICATION_KINDS[];

/* An event to notify about. Ids that do not apply are 0. */
struct notification {
	const char *kind; /* one of NOTIFICATION_KINDS */
	/* unique within its kind: the claim's id, the point entry's id, "event-user-date" */
	const char *key;
	event_id event;
	customer_id customer;
	product_id product;
	claim_id claim;
	/* a JSON object for data without an id ({"entry":7}, {"date":"2026-11-22"}); NULL: {} */
	const char *data;
};

/* Inside the transaction of the cause: one statement that writes a message for each webhook
 * receiver subscribed to the kind. */
void notification_enqueue(struct db *db, const struct notification *notification, instant now);

/* Turns threshold crossings counted in products into messages, each once per receiver, with any
 * number of notifiers. *announced counts the products. */
enum result notification_enqueue_stock(
	struct db *db, const void *context, instant now, size_t *announced);

/* Turns payouts that became due into messages of several each, if somebody receives them; each
 * payout once, with any number of notifiers. *announced counts the payouts. */
enum result notification_enqueue_payouts(
	struct db *db, const void *context, instant now, size_t *announced);

/* Inside a transaction that made a dead letter: a mail to the shop's recipients, at most once a
 * day. */
void notification_enqueue_dead_letters(struct db *db, const char *kind, instant now);

/* When the digest is sent: so many seconds after midnight in a time zone. */
struct digest_time {
	const char *time_zone;
	int64_t seconds;
};

/* Writes the digest that is due, about the day before, unless this local date has one. The first
 * call on a database only stores where to start. */
enum result notification_enqueue_digest(
	struct db *db, const struct digest_time *time, instant now, bool *has_subscribers);
/* One more digest now, about the day before today. *count is the number of recipients. */
enum result notification_request_digest(
	struct db *db, const struct digest_time *time, instant now, uint64_t *count);

/* Inside a transaction: a test for one receiver, mail.test to a recipient or webhook.test to an
 * enabled webhook receiver. ERR_NOT_FOUND: there is none. */
enum result notification_test(struct db *db, bool is_mail, uint64_t receiver, instant now);

#endif
