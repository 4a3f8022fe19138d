/* SPDX-License-Identifier: MIT */
/* How a message leaves the house: each transport prepares a transfer for libcurl and judges how it
 * ended. */
#ifndef DOJANG_DELIVERY_TRANSPORT_H
#define DOJANG_DELIVERY_TRANSPORT_H

#include "base/memory.h"
#include "base/seal.h"
#include "base/settings.h"
#include "notification/outbox.h"
#include "web/template.h"

#include <curl/curl.h>

/* What deliveries work with; one for the life of the program. */
struct delivery_setup {
	const struct settings *settings;
	struct db *db;
	const char *mail_password; /* NULL: no sign-in */
	const struct seal *seal;   /* NULL: no key was set */
	const struct templates *templates;
	const struct catalogue *catalogues[LANGUAGE_COUNT];
};

/* How it ended; reason is for staff, NULL when all went well. */
struct verdict {
	enum outbox_end end;
	const char *reason;
	unsigned status, retry_after;
	bool is_throttled;
};

/* The first refusal of a mail server, and what it was the answer to ("RCPT"); a later answer does
 * not overwrite it. */
struct refusal {
	unsigned status;
	char command[5];
	const char *text;
};

/* One message on its way. */
struct delivery {
	const void *context; /* memory of this delivery */
	const struct delivery_setup *setup;
	const struct transport *transport;
	struct outbox_message message;
	const char *owner; /* of the lease */
	unsigned hold_tries;
	CURL *handle;
	char error[CURL_ERROR_SIZE];
	int64_t started_ms;
	char command[5]; /* a mail's: the last one sent */
	struct refusal refusal;
	/* a webhook's: the guard let no address through */
	bool is_address_refused;
	size_t answer_length;
	struct verdict verdict;
	instant now;
};

struct transport {
	/* Sets handle up. False: there is nothing to transfer, and verdict says how the message
	 * ends. */
	bool (*prepare)(struct delivery *delivery);
	void (*judge)(struct delivery *delivery, CURLcode code);
};

extern const struct transport MAIL_TRANSPORT, WEBHOOK_TRANSPORT;

/* For transports. Sets the verdict and answers false, for `return`. */
static inline bool delivery_end(struct delivery *delivery, enum outbox_end end, const char *reason)
{
	delivery->verdict.end = end;
	delivery->verdict.reason = reason;
	return false;
}
/* Text of the other side as one short line of UTF-8 without control characters, below context. */
const char *delivery_line(const void *context, const char *bytes, size_t length);
/* Facts could not be read: the database is away (given back), or what the message is about is gone
 * (dead). */
static inline bool delivery_end_without_facts(
	struct delivery *delivery, enum result result, const char *what)
{
	if (result == ERR_NOT_FOUND)
		return delivery_end(delivery, OUTBOX_DEAD,
			memory_format(delivery->context, "%s is no longer there", what));
	return delivery_end(delivery, OUTBOX_RELEASED, NULL);
}
/* A list for libcurl, longer by text (NULL begins one); and freed with the delivery when it is
 * complete. */
struct curl_slist *delivery_append(struct curl_slist *list, const char *text);
void delivery_keep(struct delivery *delivery, struct curl_slist *list);

#endif
