/* SPDX-License-Identifier: MIT */
/* Goes on with what pages have found to be due, some seconds at a time. */
#include "console/upkeep.h"

#include "console/customers.h"
#include "console/dashboard.h"
#include "console/outages.h"

#include <time.h>

void upkeep_run(void *program, instant now)
{
	struct console *console = program;
	outages_upkeep(console, now);
	dashboard_upkeep(console, now);
	customers_upkeep(console, now);
}

int64_t upkeep_milliseconds(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}
