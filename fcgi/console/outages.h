/* SPDX-License-Identifier: MIT */
/* Fields of the pages about outages. */
#ifndef DOJANG_CONSOLE_OUTAGES_H
#define DOJANG_CONSOLE_OUTAGES_H

#include "base/fields.h"
#include "console/service.h"

struct outage_list_fields {
	const char *cursor, *event;
};
extern const struct field OUTAGE_LIST_FIELDS[];

/* event: for a new one; outage: for an existing one. */
struct outage_form {
	const char *event, *reason;
	uint64_t outage;
	date day;
	bool is_today_meant;
};
extern const struct field OUTAGE_NEW_ASK_FIELDS[], OUTAGE_NEW_FIELDS[], OUTAGE_FIELDS[],
	OUTAGE_CONFIRM_FIELDS[];

/* Called between answers: works some seconds on an outage that somebody views. */
void outages_maintenance(struct console *console, instant now);

#endif
