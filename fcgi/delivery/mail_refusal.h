/* SPDX-License-Identifier: MIT */
/* The first refusal of a mail server (RFC 5321, section 4.2). A later reply does not overwrite it.
 */
#ifndef DOJANG_DELIVERY_MAIL_REFUSAL_H
#define DOJANG_DELIVERY_MAIL_REFUSAL_H

#include "delivery/transport.h"

/* Records the refusal in delivery->refusal during the transfer. */
void mail_refusal_watch(struct delivery *delivery);
/* What a refusal is about: this message (dead), a temporary problem (failed), or the settings
 * (held). */
enum outbox_end mail_refusal_end(const struct refusal *refusal);

#endif
