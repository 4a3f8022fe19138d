/* SPDX-License-Identifier: MIT */
/* Where webhooks may go: public addresses only, unless the settings say otherwise. Asked with the very address that is connected to,
 * so a name cannot lead elsewhere on a second look. */
#ifndef DOJANG_DELIVERY_WEBHOOK_ADDRESS_H
#define DOJANG_DELIVERY_WEBHOOK_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

bool webhook_address_is_public(const struct sockaddr *address, socklen_t length);

#endif
