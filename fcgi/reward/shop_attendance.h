/* SPDX-License-Identifier: MIT */
/* Days that the shop's backend reports, such as orders and visits. A day counts once, however many
 * reports support it. */
#ifndef DOJANG_REWARD_SHOP_ATTENDANCE_H
#define DOJANG_REWARD_SHOP_ATTENDANCE_H

#include "records/edit.h"
#include "records/ids.h"

/* purchase, visit, other; ending with NULL */
extern const char *const SHOP_ATTENDANCE_SOURCES[];

struct shop_report {
	customer_id customer;
	const char *event, *reference;
	int source;   /* index of SHOP_ATTENDANCE_SOURCES */
	bool has_day; /* otherwise it is today */
	date day;     /* on the event's calendar */
};

struct shop_report_outcome {
	date day;
	instant at;
	bool made_day; /* the day did not count before */
};

/* Adds the day. RESULT_CREATED; RESULT_OK with the first outcome when it was reported before;
 * ERR_NOT_FOUND: no open event; ERR_FORBIDDEN: the customer is blocked, or staff of the shop in an
 * event that excludes them; ERR_CONFLICT: the reference has other content or was taken back, or
 * only customers add days to this event; ERR_EVENT_NOT_RUNNING: not a day of the event; ERR_INVALID
 * ("date"): in the future or too long ago. Refusals of fields are recorded. */
enum result shop_attendance_add(
	struct edit *edit, const struct shop_report *report, struct shop_report_outcome *outcome);

/* Takes the report back. The day is removed unless something else supports it; claims that are no
 * longer earned stay, to be reviewed by staff. RESULT_NO_CONTENT, also when it was taken back
 * before; ERR_NOT_FOUND: the customer has no such report; ERR_CONFLICT: the event is archived. */
enum result shop_attendance_remove(struct edit *edit, customer_id customer, const char *reference);

#endif
