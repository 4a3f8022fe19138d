/* SPDX-License-Identifier: MIT */
/* Where webhooks may go: public addresses only, unless the settings say otherwise. Asked with the
 * very address that is connected to, so a name cannot lead elsewhere on a second look. */
#ifndef DOJANG_NOTIFICATION_WEBHOOK_ADDRESS_H
#define DOJANG_NOTIFICATION_WEBHOOK_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

bool webhook_address_is_public(const struct sockaddr *address, socklen_t length);
/* A host as it stands in an address: false where it is a number, in any way of writing one, or a
 * name that cannot be public. Other names are looked at when they are connected to. */
bool webhook_address_may_be_public(const char *host);

#endif
