/* SPDX-License-Identifier: MIT */
/* What a message tells, put together from the database at delivery: the same facts for mails and
 * for webhooks. */
#ifndef DOJANG_NOTIFICATION_NOTIFICATION_CONTENT_H
#define DOJANG_NOTIFICATION_NOTIFICATION_CONTENT_H

#include "base/json.h"
#include "notification/outbox.h"

/* *facts goes below context. time_zone: whose days the digest counts. ERR_NOT_FOUND: what the
 * message is about is no longer there. */
enum result notification_content(struct db *db, const void *context,
	const struct outbox_message *message, const char *time_zone, json_object **facts);

/* Of a mail: who gets it. ERR_NOT_FOUND: the recipient was removed. */
struct mail_recipient {
	const char *email, *language;
};
enum result notification_recipient(
	struct db *db, const void *context, uint64_t receiver, struct mail_recipient *out);

/* Of a webhook: where it goes, with the sealed secrets. */
struct webhook_endpoint {
	const char *url;
	const char *secret, *second_secret; /* bytes; second NULL: none */
	size_t secret_length, second_length;
	bool is_enabled;
};
enum result notification_endpoint(
	struct db *db, const void *context, uint64_t endpoint, struct webhook_endpoint *out);

#endif
