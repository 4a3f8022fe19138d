/* SPDX-License-Identifier: MIT */
/* Recognizes claims from one address without storing the address: by a keyed hash. */
#ifndef DOJANG_CUSTOMER_CLIENT_H
#define DOJANG_CUSTOMER_CLIENT_H

#include <stdbool.h>

enum { CLIENT_HASH_BYTES = 16 };

/* A truncated HMAC-SHA256 of the client's network (base/network.h) under the server's secret. False
 * when it is not an address. */
bool client_hash(const void *context, const char *secret, const char *address,
	unsigned char hash[CLIENT_HASH_BYTES]);

#endif
