/* SPDX-License-Identifier: MIT */
/* The clock. Programs read it once per request or command and pass the instant down. */
#ifndef DOJANG_BASE_CLOCK_H
#define DOJANG_BASE_CLOCK_H

#include "base/calendar.h"

/* offset_file has a number of seconds to add (the demo's clock). NULL or an unreadable file adds
 * nothing. */
instant clock_now(const char *offset_file);
/* Milliseconds of the real clock since 1970, without an offset. */
int64_t clock_real_ms(void);
/* Milliseconds of the monotonic clock, for deadlines and durations. */
int64_t clock_monotonic_ms(void);

#endif
