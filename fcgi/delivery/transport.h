/* SPDX-License-Identifier: MIT */
/* How a message is sent: each transport prepares a transfer for libcurl and judges its result. */
#ifndef DOJANG_DELIVERY_TRANSPORT_H
#define DOJANG_DELIVERY_TRANSPORT_H

#include "base/memory.h"
#include "base/seal.h"
#include "base/settings.h"
#include "notification/outbox.h"
#include "web/template.h"

#include <curl/curl.h>

/* The environment of deliveries; one per program. */
struct delivery_setup {
	const struct settings *settings;
	struct db *db;
	const char *mail_password; /* NULL: no sign-in */
	const struct seal *seal;   /* NULL: no key was set */
	const struct templates *templates;
	const struct catalogue *catalogues[LANGUAGE_COUNT];
};

/* The result; reason is for staff, NULL after a success. */
struct verdict {
	enum outbox_end end;
	const char *reason;
	unsigned status, retry_after;
	bool is_throttled;
};

/* The first refusal of a mail server, and the command that it answered ("RCPT"). A later reply does
 * not overwrite it. */
struct refusal {
	unsigned status;
	char command[5];
	const char *text;
};

/* A message in transfer. */
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
	char command[5]; /* of a mail: the last command sent */
	struct refusal refusal;
	/* of a webhook: no address was allowed */
	bool is_address_refused;
	size_t answer_length;
	struct verdict verdict;
	instant now;
};

struct transport {
	/* Sets up handle. False: there is nothing to transfer, and verdict has the result. */
	bool (*prepare)(struct delivery *delivery);
	void (*judge)(struct delivery *delivery, CURLcode code);
};

extern const struct transport MAIL_TRANSPORT, WEBHOOK_TRANSPORT;

/* For transports. Sets the verdict and returns false, for `return`. */
static inline bool delivery_end(struct delivery *delivery, enum outbox_end end, const char *reason)
{
	delivery->verdict.end = end;
	delivery->verdict.reason = reason;
	return false;
}
/* Text of the other side as one short line of UTF-8 without control characters, below context. */
const char *delivery_line(const void *context, const char *bytes, size_t length);
/* The content could not be read: the database is down (the message is released), or its subject no
 * longer exists (dead). */
static inline bool delivery_end_without_facts(
	struct delivery *delivery, enum result result, const char *what)
{
	if (result == ERR_NOT_FOUND)
		return delivery_end(delivery, OUTBOX_DEAD,
			memory_format(delivery->context, "%s is no longer there", what));
	return delivery_end(delivery, OUTBOX_RELEASED, NULL);
}
/* Appends text to a list for libcurl (NULL starts one). delivery_keep frees the complete list with
 * the delivery. */
struct curl_slist *delivery_append(struct curl_slist *list, const char *text);
void delivery_keep(struct delivery *delivery, struct curl_slist *list);

#endif
