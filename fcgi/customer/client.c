/* SPDX-License-Identifier: MIT */
/* Hashes addresses of clients. */
#include "customer/client.h"

#include "base/memory.h"
#include "base/network.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum { HASH_BYTES = 32 };

bool client_hash(const void *context, const char *secret, const char *address,
	unsigned char hash[CLIENT_HASH_BYTES])
{
	unsigned char whole[HASH_BYTES];
	unsigned size = sizeof whole;
	const char *client = network_of(context, address);
	if (!client)
		return false;
	const char *text = memory_format(context, "client\n%s", client);
	if (!HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)text,
		    strlen(text), whole, &size))
		memory_exhausted();
	memcpy(hash, whole, CLIENT_HASH_BYTES);
	return true;
}
