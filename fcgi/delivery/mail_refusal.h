/* SPDX-License-Identifier: MIT */
/* The first refusal of a mail server (RFC 5321, section 4.2): a later answer does not overwrite it.
 */
#ifndef DOJANG_DELIVERY_MAIL_REFUSAL_H
#define DOJANG_DELIVERY_MAIL_REFUSAL_H

#include "delivery/transport.h"

/* Notes the refusal in delivery->refusal while its handle works. */
void mail_refusal_watch(struct delivery *delivery);
/* What a refusal is about: this message (dead), this moment (failed), or the settings (held). */
enum outbox_end mail_refusal_end(const struct refusal *refusal);

#endif
