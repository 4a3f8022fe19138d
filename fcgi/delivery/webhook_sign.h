/* SPDX-License-Identifier: MIT */
/* Signatures of Standard Webhooks: HMAC-SHA256 over "id.timestamp.body", with a secret written as
 * whsec_<base64>. */
#ifndef DOJANG_DELIVERY_WEBHOOK_SIGN_H
#define DOJANG_DELIVERY_WEBHOOK_SIGN_H

#include "base/calendar.h"

/* "v1,<base64>", below context. With second_secret (may be NULL) a second signature follows after a
 * blank. NULL when a secret is invalid. */
const char *webhook_sign(const void *context, const char *secret, const char *second_secret,
	const char *id, instant at, const char *body);

#endif
