/* SPDX-License-Identifier: MIT */
/* The part of a client's address that is counted. */
#ifndef DOJANG_BASE_NETWORK_H
#define DOJANG_BASE_NETWORK_H

/* An IPv4 address, also for its IPv6 form; of an IPv6 address the network (/64), since the rest
 * changes by itself and one subscriber has all of it. Below context. NULL when it is not an
 * address. */
const char *network_of(const void *context, const char *address);

#endif
