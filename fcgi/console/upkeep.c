/* SPDX-License-Identifier: MIT */
/* Goes on with what pages have found to be due, some seconds at a time. */
#include "console/upkeep.h"

#include "console/customers.h"
#include "console/dashboard.h"
#include "console/outages.h"

void upkeep_run(void *program, instant now)
{
	struct console *console = program;
	outages_upkeep(console, now);
	dashboard_upkeep(console, now);
	customers_upkeep(console, now);
}
