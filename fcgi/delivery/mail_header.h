/* SPDX-License-Identifier: MIT */
/* Header lines of a mail: what came from outside becomes one line of ASCII, whatever it holds. */
#ifndef DOJANG_DELIVERY_MAIL_HEADER_H
#define DOJANG_DELIVERY_MAIL_HEADER_H

#include "base/calendar.h"

/* "Subject: ..." with encoded words (RFC 2047) where the text is not plain ASCII; control
 * characters become blanks. Long texts go on in folded lines. */
const char *mail_header_text(const void *context, const char *name, const char *text);
/* "From: "Name" <address>"; name NULL: the address alone. The address has passed
 * recipient_is_address. */
const char *mail_header_address(
	const void *context, const char *name, const char *person, const char *address);
/* "Date: Sun, 22 Nov 2026 03:04:05 +0000" */
const char *mail_header_date(const void *context, instant time);

#endif
