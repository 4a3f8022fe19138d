/* SPDX-License-Identifier: MIT */
/* The table of the API's routes, and the handlers it names. */
#ifndef DOJANG_API_ROUTES_H
#define DOJANG_API_ROUTES_H

#include "api/page.h"
#include "customer/address.h"

extern const struct route ROUTES[];
extern const size_t ROUTE_COUNT;

struct event_path {
	const char *event;
};
struct makeup_path {
	const char *event;
	date date;
};
struct milestone_path {
	const char *event;
	uint64_t milestone;
};
struct address_fields {
	uint64_t claim;
	struct address address;
	bool has_consent;
};
struct calendar_query {
	const char *event;
	struct month month;
};

handler health_alive, health_ready, metrics_show;
handler me_show, me_address, event_show;
page_reader me_points, me_claims, event_index;
handler attendance_check_in_now, attendance_make_up, attendance_calendar;
batch_handler check_in_batch, attendance_calendars, milestone_claim_all;
handler milestone_index, milestone_claim;

#endif
