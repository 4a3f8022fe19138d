/* SPDX-License-Identifier: MIT */
/* Hashes addresses of clients. */
#include "customer/client.h"

#include "base/memory.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum { NETWORK_BYTES = 8, HASH_BYTES = 32 };

/* Returns what is hashed: an IPv4 address, also in its IPv6 form, or an IPv6 network. NULL for
 * anything else. */
static const char *client_of(const void *context, const char *address)
{
	struct in_addr four;
	struct in6_addr six;
	char text[INET6_ADDRSTRLEN];
	if (inet_pton(AF_INET, address, &four) == 1)
		return memory_copy_text(context, address);
	if (inet_pton(AF_INET6, address, &six) != 1)
		return NULL;
	if (IN6_IS_ADDR_V4MAPPED(&six))
		return memory_copy_text(
			context, inet_ntop(AF_INET, six.s6_addr + 12, text, sizeof text));
	memset(six.s6_addr + NETWORK_BYTES, 0, sizeof six.s6_addr - NETWORK_BYTES);
	return memory_copy_text(context, inet_ntop(AF_INET6, &six, text, sizeof text));
}

bool client_hash(const void *context, const char *secret, const char *address,
	unsigned char hash[CLIENT_HASH_BYTES])
{
	unsigned char whole[HASH_BYTES];
	unsigned size = sizeof whole;
	const char *client = client_of(context, address);
	if (!client)
		return false;
	const char *text = memory_format(context, "client\n%s", client);
	if (!HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)text,
		    strlen(text), whole, &size))
		memory_exhausted();
	memcpy(hash, whole, CLIENT_HASH_BYTES);
	return true;
}
