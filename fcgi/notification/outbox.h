/* SPDX-License-Identifier: MIT */
/* What the notifier does with outbox messages: it leases those that are due, and notes how each
 * ended. Several notifiers may work on one database: a lease is a conditional UPDATE, and what
 * ended is noted only by the lease's owner. Times are the database's. */
#ifndef DOJANG_NOTIFICATION_OUTBOX_H
#define DOJANG_NOTIFICATION_OUTBOX_H

#include "db/db.h"
#include "records/ids.h"

/* Mails are one lane, each endpoint is another; a lane that is held back does not stop the others.
 */
struct outbox_lane {
	bool is_mail;
	uint64_t endpoint;
	unsigned hold_tries; /* 0: not held before */
};

struct outbox_message {
	uint64_t id;
	const char *kind, *key, *data;
	bool is_mail;
	uint64_t receiver; /* endpoint; recipient of a mail, 0 when there was none */
	event_id event;
	customer_id customer;
	product_id product;
	claim_id claim;
	unsigned attempts; /* before this one */
	instant created_at;
};

/* Lanes with something due that nothing holds back. */
enum result outbox_lanes(
	struct db *db, const void *context, struct outbox_lane **lanes, size_t *count);

/* Leases up to limit due messages of the lane for so many seconds to owner, a text that no other
 * lease has; they go below context. */
enum result outbox_lease(struct db *db, const void *context, const struct outbox_lane *lane,
	const char *owner, unsigned seconds, size_t limit, struct outbox_message **messages,
	size_t *count);

/* --- how one ended --- */

enum outbox_end {
	OUTBOX_SENT, /* delivered; ends the lane's hold */
	/* again after a wait that grows with the attempts, or dead after the last */
	OUTBOX_FAILED,
	OUTBOX_DEAD, /* refused for good */
	/* not the message's fault: it waits untouched, and its lane is held back for a while */
	OUTBOX_HELD,
	/* the endpoint wants no more: dead, and the endpoint is disabled */
	OUTBOX_GONE,
	OUTBOX_HANDED_ON, /* a mail without recipient went to those there are now */
	OUTBOX_RELEASED   /* not tried: given back */
};

/* What is to be noted. owner is the lease's. */
struct outbox_save_result {
	const struct outbox_message *message;
	const char *owner;
	enum outbox_end end;
	const char *reason;   /* NULL for what went well */
	unsigned retry_after; /* seconds that the other side asked for; 0: none */
	bool is_throttled;    /* OUTBOX_FAILED: its lane is held back too */
	unsigned hold_tries;  /* of the lane, as outbox_lanes said */
	/* of a webhook, for the delivery log */
	struct {
		bool is_noted;
		unsigned status, duration_ms;
	} attempt;
	instant now;
};

/* Seconds to wait after so many failed attempts, jitter included; 0: that was the last. */
unsigned outbox_wait(unsigned attempts);
/* *is_dead tells whether the message ended as a dead letter. */
enum result outbox_save_result(struct db *db, const struct outbox_save_result *note, bool *is_dead);

/* --- housekeeping and figures --- */

/* Messages for disabled endpoints become dead letters. */
enum result outbox_tidy(struct db *db);

struct outbox_statistics {
	uint64_t waiting, sent, dead, discarded, oldest_seconds;
};
enum result outbox_statistics(struct db *db, struct outbox_statistics *out);

/* The same for monitoring, by channel and state: waiting and dead ones are counted up to 1,000, the
 * others up to 500. */
enum { OUTBOX_CHANNELS = 2, OUTBOX_STATES = 4 };
/* the first state is waiting */
extern const char *const OUTBOX_CHANNEL_NAMES[OUTBOX_CHANNELS],
	*const OUTBOX_STATE_NAMES[OUTBOX_STATES];
struct outbox_figures {
	struct {
		uint64_t messages[OUTBOX_STATES], oldest_seconds, holds;
	} channels[OUTBOX_CHANNELS];
};
enum result outbox_figures(struct db *db, struct outbox_figures *out);

#endif
