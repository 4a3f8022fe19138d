/* SPDX-License-Identifier: MIT */
/* Header lines of a mail: any external text becomes one line of ASCII. */
#ifndef DOJANG_DELIVERY_MAIL_HEADER_H
#define DOJANG_DELIVERY_MAIL_HEADER_H

#include "base/calendar.h"

/* "Subject: ..." with encoded words (RFC 2047) when the text is not plain ASCII. Control characters
 * become blanks. Long texts continue in folded lines. */
const char *mail_header_text(const void *context, const char *name, const char *text);
/* "From: "Name" <address>"; without a name only the address. The address must have passed
 * recipient_is_address. */
const char *mail_header_address(
	const void *context, const char *name, const char *person, const char *address);
/* "Date: Sun, 22 Nov 2026 03:04:05 +0000" */
const char *mail_header_date(const void *context, instant time);

#endif
