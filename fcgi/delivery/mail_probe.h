/* SPDX-License-Identifier: MIT */
/* Does the mail server answer and let us in? */
#ifndef DOJANG_DELIVERY_MAIL_PROBE_H
#define DOJANG_DELIVERY_MAIL_PROBE_H

#include "base/settings.h"

/* Connects, secures the connection and signs in as the settings have it (password NULL: no
 * sign-in), and sends no mail. Takes some seconds at most. NULL, or what is wrong in words, below
 * context. */
const char *mail_probe(const void *context, const struct settings *settings, const char *password);

#endif
