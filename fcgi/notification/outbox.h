/* SPDX-License-Identifier: MIT */
/* Outbox messages for the notifier: it leases those that are due, and stores their results. Several
 * notifiers may use one database: a lease is a conditional UPDATE, and only its owner may store the
 * result. Times are the database's. */
#ifndef DOJANG_NOTIFICATION_OUTBOX_H
#define DOJANG_NOTIFICATION_OUTBOX_H

#include "db/db.h"
#include "records/ids.h"

/* Mails are one lane and each webhook receiver is another. A lane that is held does not delay the
 * others. */
struct outbox_lane {
	bool is_mail;
	uint64_t endpoint;
	unsigned hold_tries; /* 0: not held before */
};

struct outbox_message {
	uint64_t id;
	const char *kind, *key, *data;
	bool is_mail;
	uint64_t
		receiver; /* the webhook receiver; the recipient of a mail, 0 when there was none */
	event_id event;
	customer_id customer;
	product_id product;
	claim_id claim;
	unsigned attempts; /* before this one */
	instant created_at;
};

/* Lanes with due messages that are not held. */
enum result outbox_lanes(
	struct db *db, const void *context, struct outbox_lane **lanes, size_t *count);

/* Leases up to limit due messages of the lane for so many seconds to owner, a text unique to this
 * lease. Allocates below context. */
enum result outbox_lease(struct db *db, const void *context, const struct outbox_lane *lane,
	const char *owner, unsigned seconds, size_t limit, struct outbox_message **messages,
	size_t *count);

/* --- how one ended --- */

enum outbox_end {
	OUTBOX_SENT, /* delivered; ends the hold of the lane */
	/* retried after a wait that grows with the attempts; dead after the last one */
	OUTBOX_FAILED,
	OUTBOX_DEAD, /* refused permanently */
	/* not the message's fault: it stays unchanged, and its lane is held for a while */
	OUTBOX_HELD,
	/* the receiver wants no more messages: dead, and the receiver is disabled */
	OUTBOX_GONE,
	OUTBOX_HANDED_ON, /* a mail without recipient was passed on to the current recipients */
	OUTBOX_RELEASED   /* not tried: the lease is returned */
};

/* The result to store. owner is the owner of the lease. */
struct outbox_save_result {
	const struct outbox_message *message;
	const char *owner;
	enum outbox_end end;
	const char *reason;   /* NULL after a success */
	unsigned retry_after; /* seconds requested by the other side; 0: none */
	bool is_throttled;    /* OUTBOX_FAILED: its lane is held too */
	unsigned hold_tries;  /* of the lane, as returned by outbox_lanes */
	/* of a webhook, for the delivery log */
	struct {
		bool is_noted;
		unsigned status, duration_ms;
	} attempt;
	instant now;
};

/* Seconds to wait after so many failed attempts, with jitter; 0: it was the last one. */
unsigned outbox_wait(unsigned attempts);
/* *is_dead: the message became a dead letter. */
enum result outbox_save_result(struct db *db, const struct outbox_save_result *note, bool *is_dead);

/* --- housekeeping and figures --- */

/* Messages for disabled receivers become dead letters. */
enum result outbox_tidy(struct db *db);

struct outbox_statistics {
	uint64_t waiting, sent, dead, discarded, oldest_seconds;
};
enum result outbox_statistics(struct db *db, struct outbox_statistics *out);

/* The same for monitoring, by channel and state. Waiting and dead messages are counted up to 1,000,
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
