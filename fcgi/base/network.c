/* SPDX-License-Identifier: MIT */
/* Reduces addresses of clients to what one client has. */
#include "base/network.h"

#include "base/memory.h"

#include <arpa/inet.h>
#include <string.h>

enum { NETWORK_BYTES = 8 };

const char *network_of(const void *context, const char *address)
{
	struct in_addr four;
	struct in6_addr six;
	char text[INET6_ADDRSTRLEN];
	if (!address)
		return NULL;
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
