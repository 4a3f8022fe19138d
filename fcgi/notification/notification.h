/* SPDX-License-Identifier: MIT */
/* Outbox messages: what is announced, and to whom. Rows hold internal ids only; what a person reads
 * is put together at delivery. */
#ifndef DOJANG_NOTIFICATION_NOTIFICATION_H
#define DOJANG_NOTIFICATION_NOTIFICATION_H

#include "db/db.h"
#include "records/ids.h"

/* The kinds that webhooks can be subscribed to, ending with NULL: claim.created and so on. */
extern const char *const NOTIFICATION_KINDS[];

/* What happened. Ids that do not apply are 0. */
struct notification {
	const char *kind; /* one of NOTIFICATION_KINDS */
	/* makes it unique within its kind: the claim's id, the point entry's id, "event-user-date"
	 */
	const char *key;
	event_id event;
	customer_id customer;
	product_id product;
	claim_id claim;
	/* a JSON object for what no id leads to ({"entry":7}, {"date":"2026-11-22"}); NULL: {} */
	const char *data;
};

/* Inside the transaction of the cause: one statement that writes a message for each endpoint that
 * wants the kind. */
void notification_enqueue(struct db *db, const struct notification *notification, instant now);

/* Turns the crossings that the products' counters tell of into messages: each crossing once per
 * receiver, however many notifiers look. *announced counts them. */
enum result notification_enqueue_stock(
	struct db *db, const void *context, instant now, size_t *announced);

/* Inside a transaction that made a dead letter: a mail to the shop's recipients, at most once a
 * day. */
void notification_enqueue_dead_letters(struct db *db, const char *kind, instant now);

/* When the digest goes out: so many seconds after midnight in a time zone. */
struct digest_time {
	const char *time_zone;
	int64_t seconds;
};

/* Announces the digest that is due, if none of that local date was; tells of the day before. The
 * first call on a database only notes where to begin. */
enum result notification_enqueue_digest(
	struct db *db, const struct digest_time *time, instant now, bool *has_subscribers);
/* One more digest, of the day before today, now. *count: to how many recipients. */
enum result notification_request_digest(
	struct db *db, const struct digest_time *time, instant now, uint64_t *count);

/* Inside a transaction: a test for one receiver, mail.test to a recipient, webhook.test to an
 * enabled endpoint. ERR_NOT_FOUND: there is none. */
enum result notification_test(struct db *db, bool is_mail, uint64_t receiver, instant now);

#endif
