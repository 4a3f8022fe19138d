/* SPDX-License-Identifier: MIT */
/* The shop's endpoints for webhooks: where they are, what they want to hear, and the secrets that
 * sign it. */
#ifndef DOJANG_NOTIFICATION_WEBHOOK_H
#define DOJANG_NOTIFICATION_WEBHOOK_H

#include "base/seal.h"
#include "records/edit.h"

/* purpose of sealed secrets, see base/seal.h */
#define WEBHOOK_SEAL "webhook"

/* allows_private: plain http and addresses of one's own network too, by
 * webhook.allow_private_addresses. */
struct webhook_draft {
	const char *url;
	const struct text_list *events;
	bool allows_private;
};

/* NULL, or what is wrong with an endpoint's address; where a name leads is seen when it is
 * connected to. */
const char *webhook_url_fault(const void *context, const char *url, bool allows_private);

/* Makes an endpoint with a new secret, which is shown this once: *secret goes below edit->context.
 */
enum result webhook_add(struct edit *edit, const struct seal *seal,
	const struct webhook_draft *draft, uint64_t *id, const char **secret);
/* What the endpoint wants to hear from now on. */
enum result webhook_subscribe(struct edit *edit, uint64_t id, const struct text_list *events);
enum result webhook_set_enabled(struct edit *edit, uint64_t id, bool is_enabled);
/* A new secret beside the one so far; both sign until the old one is retired. */
enum result webhook_rotate(
	struct edit *edit, const struct seal *seal, uint64_t id, const char **secret);
enum result webhook_retire(struct edit *edit, uint64_t id);
/* The endpoint, its secrets and what waits for it go; the log of attempts goes with its time. */
enum result webhook_remove(struct edit *edit, uint64_t id);

#endif
