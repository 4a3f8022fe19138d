/* SPDX-License-Identifier: MIT */
/* The overview, and the counting between answers. */
#ifndef DOJANG_CONSOLE_DASHBOARD_H
#define DOJANG_CONSOLE_DASHBOARD_H

#include "console/service.h"

struct dashboard_fields {
	const char *event;
	int range;
};
extern const struct field DASHBOARD_FIELDS[];

struct overview_fields {
	const char *event;
	int range, part;
};
extern const struct field OVERVIEW_FIELDS[];

/* Called between answers: counts what the last page found outdated; at the start, the newest event.
 */
void dashboard_maintenance(struct console *console, instant now);

#endif
