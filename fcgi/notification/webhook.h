/* SPDX-License-Identifier: MIT */
/* The shop's webhook receivers: address, subscriptions, and the secrets that sign messages. */
#ifndef DOJANG_NOTIFICATION_WEBHOOK_H
#define DOJANG_NOTIFICATION_WEBHOOK_H

#include "base/seal.h"
#include "records/edit.h"

/* allows_private: also plain http and private addresses, by webhook.allow_private_addresses. */
struct webhook_draft {
	const char *url;
	const struct text_list *events;
	bool allows_private;
};

/* NULL, or the error of a receiver's address. Where a name leads is checked when it is connected
 * to. */
const char *webhook_url_fault(const void *context, const char *url, bool allows_private);

/* Creates a receiver with a new secret, which is shown only once: *secret is allocated below
 * edit->context. */
enum result webhook_add(struct edit *edit, const struct seal *seal,
	const struct webhook_draft *draft, uint64_t *id, const char **secret);
/* Sets the kinds that the receiver subscribes to. */
enum result webhook_subscribe(struct edit *edit, uint64_t id, const struct text_list *events);
enum result webhook_set_enabled(struct edit *edit, uint64_t id, bool is_enabled);
/* Adds a new secret beside the current one; both sign until the old one is retired. */
enum result webhook_rotate(
	struct edit *edit, const struct seal *seal, uint64_t id, const char **secret);
enum result webhook_retire(struct edit *edit, uint64_t id);
/* Deletes the receiver, its secrets and its waiting messages; the log of attempts is erased after
 * its retention time. */
enum result webhook_remove(struct edit *edit, uint64_t id);

/* Opens a sealed secret of this receiver, below context. NULL: it was sealed with another key or
 * for another receiver. Release 0.1.0 did not bind secrets to their receiver: is_bound is false for
 * such a secret. */
char *webhook_open_secret(const struct seal *seal, const void *context, uint64_t id,
	const void *sealed, size_t length, bool *is_bound);
/* Binds all secrets of release 0.1.0, which cannot read them afterwards. count: the receivers that
 * were changed, each with an audit row. */
enum result webhook_bind(struct edit *edit, const struct seal *seal, int64_t *count);

#endif
