/* SPDX-License-Identifier: MIT */
/* Recognizes the subject of an erased customer without storing it: by a keyed hash. */
#ifndef DOJANG_CUSTOMER_ERASED_SUBJECT_H
#define DOJANG_CUSTOMER_ERASED_SUBJECT_H

#include "base/calendar.h"

enum { ERASED_SUBJECT_HASH_BYTES = 32 };

struct subject;

/* HMAC-SHA256 of issuer and subject under the server's secret. */
void erased_subject_hash(const void *context, const char *secret, const struct subject *subject,
	unsigned char hash[ERASED_SUBJECT_HASH_BYTES]);

/* The last day that is over everywhere on earth. Events that end after it still keep the subject
 * out. */
date erased_subject_day_over(instant now);
/* The moment from which a day is over everywhere. */
instant erased_subject_end_of_day(date day);

#endif
