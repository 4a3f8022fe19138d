/* SPDX-License-Identifier: MIT */
/* Fields of the pages about days on which the service was down. */
#ifndef DOJANG_CONSOLE_OUTAGES_H
#define DOJANG_CONSOLE_OUTAGES_H

#include "base/fields.h"
#include "console/service.h"

struct outage_list_fields {
	const char *cursor, *event;
};
extern const struct field OUTAGE_LIST_FIELDS[];

/* event: of a new one; outage: of one that is there. */
struct outage_form {
	const char *event, *reason;
	uint64_t outage;
	date day;
	bool is_today_meant;
};
extern const struct field OUTAGE_NEW_ASK_FIELDS[], OUTAGE_NEW_FIELDS[], OUTAGE_FIELDS[],
	OUTAGE_CONFIRM_FIELDS[];

/* Between answers: some seconds' work on the outage that somebody looks at. */
void outages_maintenance(struct console *console, instant now);

#endif
