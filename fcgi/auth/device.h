/* SPDX-License-Identifier: MIT */
/* Browsers from which a member of staff has signed in by password. Their failed sign-ins are
 * counted separately, so that nobody else can lock the person out there. */
#ifndef DOJANG_AUTH_DEVICE_H
#define DOJANG_AUTH_DEVICE_H

enum { DEVICE_SECONDS = 365 * 86400 };

/* The cookie of a new device of this person, below context. email as from sign_in_email. */
char *device_issue(const void *context, const char *secret, const char *email);
/* The id of the device, below context; NULL when the cookie (NULL: none) is not this person's. */
const char *device_read(
	const void *context, const char *secret, const char *email, const char *cookie);

#endif
