/* SPDX-License-Identifier: MIT */
/* Distinguishes public addresses from all others (IANA special-purpose registries). */
#include "notification/webhook_address.h"

#include "base/memory.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

/* first/bits, in host order */
static const struct {
	uint32_t first;
	unsigned bits;
} SPECIAL[] = {
	{ 0x00000000, 8 },  /* 0.0.0.0/8 */
	{ 0x0a000000, 8 },  /* 10.0.0.0/8 */
	{ 0x64400000, 10 }, /* 100.64.0.0/10: carrier-grade NAT */
	{ 0x7f000000, 8 },  /* 127.0.0.0/8 */
	{ 0xa9fe0000, 16 }, /* 169.254.0.0/16: link-local, cloud metadata */
	{ 0xac100000, 12 }, /* 172.16.0.0/12 */
	{ 0xc0000000, 24 }, /* 192.0.0.0/24 */
	{ 0xc0000200, 24 }, /* 192.0.2.0/24: documentation */
	{ 0xc0586300, 24 }, /* 192.88.99.0/24: 6to4 relays */
	{ 0xc0a80000, 16 }, /* 192.168.0.0/16 */
	{ 0xc6120000, 15 }, /* 198.18.0.0/15: benchmarks */
	{ 0xc6336400, 24 }, /* 198.51.100.0/24: documentation */
	{ 0xcb007100, 24 }, /* 203.0.113.0/24: documentation */
	{ 0xe0000000, 3 },  /* 224.0.0.0/3: multicast, reserved, broadcast */
};

static bool is_public_v4(uint32_t address)
{
	for (size_t i = 0; i < countof(SPECIAL); i++)
		if ((address ^ SPECIAL[i].first) >> (32 - SPECIAL[i].bits) == 0)
			return false;
	return true;
}

/* Parts of 2000::/3 that lead to an IPv4 address or nowhere. Mapped, translated, local and
 * link-local addresses are outside of it. */
static bool is_public_v6(const struct in6_addr *address)
{
	const unsigned char *b = address->s6_addr;
	if ((b[0] & 0xe0) != 0x20)
		return false;
	if (b[0] == 0x20 && b[1] == 0x01 && (b[2] & 0xfe) == 0)
		return false; /* 2001::/23: Teredo and other protocols */
	if (b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0d && b[3] == 0xb8)
		return false; /* 2001:db8::/32: documentation */
	if (b[0] == 0x20 && b[1] == 0x02)
		return false; /* 2002::/16: 6to4 contains an IPv4 address */
	/* 3fff::/20: documentation */
	return !(b[0] == 0x3f && b[1] == 0xff && (b[2] & 0xf0) == 0);
}

bool webhook_address_is_public(const struct sockaddr *address, socklen_t length)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	if (address->sa_family == AF_INET && length >= sizeof v4) {
		memcpy(&v4, address, sizeof v4);
		return is_public_v4(ntohl(v4.sin_addr.s_addr));
	}
	if (address->sa_family == AF_INET6 && length >= sizeof v6) {
		memcpy(&v6, address, sizeof v6);
		return is_public_v6(&v6.sin6_addr);
	}
	return false;
}

static bool is_local_name(const char *host)
{
	static const char *const ENDS[] = { "localhost", "localhost.", ".local", ".internal" };
	size_t length = strlen(host);
	for (size_t i = 0; i < countof(ENDS); i++)
		if (length >= strlen(ENDS[i])
			&& strcasecmp(host + length - strlen(ENDS[i]), ENDS[i]) == 0)
			return true;
	return false;
}

bool webhook_address_may_be_public(const char *host)
{
	struct in_addr v4;
	struct in6_addr v6;
	if (strchr(host, ':'))
		return inet_pton(AF_INET6, host, &v6) == 1 && is_public_v6(&v6);
	return inet_aton(host, &v4) ? is_public_v4(ntohl(v4.s_addr)) : !is_local_name(host);
}
