/* SPDX-License-Identifier: MIT */
/* How claims from one address are known without keeping the address: by a keyed hash. */
#ifndef DOJANG_CUSTOMER_CLIENT_H
#define DOJANG_CUSTOMER_CLIENT_H

#include <stdbool.h>

enum { CLIENT_HASH_BYTES = 16 };

/* HMAC-SHA256 under the server's secret, cut. Of an IPv6 address the network alone counts (/64):
 * the rest changes by itself. False: not an address. */
bool client_hash(const void *context, const char *secret, const char *address,
	unsigned char hash[CLIENT_HASH_BYTES]);

#endif
