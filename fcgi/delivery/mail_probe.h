/* SPDX-License-Identifier: MIT */
/* Tests whether the mail server answers and accepts the sign-in. */
#ifndef DOJANG_DELIVERY_MAIL_PROBE_H
#define DOJANG_DELIVERY_MAIL_PROBE_H

#include "base/settings.h"

/* Connects, secures the connection and signs in as set up (password NULL: no sign-in), without
 * sending a mail. Takes at most some seconds. Returns NULL, or a sentence on the error, below
 * context. */
const char *mail_probe(const void *context, const struct settings *settings, const char *password);

#endif
