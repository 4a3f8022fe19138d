/* SPDX-License-Identifier: MIT */
/* Signatures of the Standard Webhooks: HMAC-SHA256 over "id.timestamp.body" with a secret written
 * whsec_<base64>. */
#ifndef DOJANG_DELIVERY_WEBHOOK_SIGN_H
#define DOJANG_DELIVERY_WEBHOOK_SIGN_H

#include "base/calendar.h"

/* "v1,<base64>", below context; with second_secret (may be NULL) another one behind a blank. NULL
 * when a secret is no good. */
const char *webhook_sign(const void *context, const char *secret, const char *second_secret,
	const char *id, instant at, const char *body);

#endif
