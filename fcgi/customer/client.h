/* SPDX-License-Identifier: MIT */
/* Recognizes claims from one address without storing the address: by a keyed hash. */
#ifndef DOJANG_CUSTOMER_CLIENT_H
#define DOJANG_CUSTOMER_CLIENT_H

#include <stdbool.h>

enum { CLIENT_HASH_BYTES = 16 };

/* A truncated HMAC-SHA256 under the server's secret. For IPv6 only the network (/64) counts, since
 * the rest changes by itself. False when it is not an address. */
bool client_hash(const void *context, const char *secret, const char *address,
	unsigned char hash[CLIENT_HASH_BYTES]);

#endif
