/* SPDX-License-Identifier: MIT */
/* Compares the times at which the web server received requests. */
#include "records/received.h"

#include "base/clock.h"

enum { SKEW_MS = 10000 }; /* between the clocks of hosts */

bool received_is_overtaken(int64_t received, int64_t last)
{
	return received < last && last <= clock_real_ms() + SKEW_MS;
}
