/* SPDX-License-Identifier: MIT */
/* Allowed targets of webhooks: public addresses only, unless the settings allow others. It is
 * called with the address that is connected to, so a name cannot resolve differently later. */
#ifndef DOJANG_NOTIFICATION_WEBHOOK_ADDRESS_H
#define DOJANG_NOTIFICATION_WEBHOOK_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

bool webhook_address_is_public(const struct sockaddr *address, socklen_t length);
/* Checks a host in an address. False for a number in any notation, and for a name that cannot be
 * public. Other names are checked when they are connected to. */
bool webhook_address_may_be_public(const char *host);

#endif
