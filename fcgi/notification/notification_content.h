/* SPDX-License-Identifier: MIT */
/* The content of a message, read from the database at delivery: the same for mails and webhooks. */
#ifndef DOJANG_NOTIFICATION_NOTIFICATION_CONTENT_H
#define DOJANG_NOTIFICATION_NOTIFICATION_CONTENT_H

#include "base/json.h"
#include "notification/outbox.h"

/* The content is allocated below context. time_zone: for the days of the digest. ERR_NOT_FOUND: the
 * subject of the message no longer exists. */
enum result notification_content(struct db *db, const void *context,
	const struct outbox_message *message, const char *time_zone, json_object **facts);

/* The recipient of a mail. ERR_NOT_FOUND: the recipient was removed. */
struct mail_recipient {
	const char *email, *language;
};
enum result notification_recipient(
	struct db *db, const void *context, uint64_t receiver, struct mail_recipient *out);

/* The address of a webhook, and its sealed secrets. */
struct webhook_endpoint {
	const char *url;
	const char *secret, *second_secret; /* in bytes; second NULL: none */
	size_t secret_length, second_length;
	bool is_enabled;
};
enum result notification_endpoint(
	struct db *db, const void *context, uint64_t endpoint, struct webhook_endpoint *out);

#endif
