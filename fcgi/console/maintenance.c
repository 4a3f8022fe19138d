/* SPDX-License-Identifier: MIT */
/* Continues the work that pages found to be due, some seconds at a time. */
#include "console/maintenance.h"

#include "console/customers.h"
#include "console/dashboard.h"
#include "console/outages.h"

void maintenance_run(void *program, instant now)
{
	struct console *console = program;
	outages_maintenance(console, now);
	dashboard_maintenance(console, now);
	customers_maintenance(console, now);
}
