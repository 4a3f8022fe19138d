/* SPDX-License-Identifier: MIT */
/* The api's whole surface. */
#include "api/routes.h"

#include "base/memory.h"

enum { NO_BODY = 0, SMALL_BODY = 1024 };

#define EVENT_FIELD(target) \
	{ .name = "event", .type = FIELD_TEXT, .source = FIELD_PATH, .offset = offsetof(target, event), .minimum = 1, .maximum = 200, \
	  .is_required = true, .help = "the event's slug" }

static const struct field LIST[] = { PAGE_FIELDS(0), { 0 } };
static const struct field EVENT[] = { EVENT_FIELD(struct event_path), { 0 } };
static const struct field CALENDAR[] = {
	EVENT_FIELD(struct calendar_query),
	{ .name = "month", .type = FIELD_MONTH, .source = FIELD_QUERY, .offset = offsetof(struct calendar_query, month), .help = "this month when absent" },
	{ 0 }
};
static const struct field MILESTONE[] = {
	EVENT_FIELD(struct milestone_path),
	{ .name = "milestone", .type = FIELD_ID, .source = FIELD_PATH, .offset = offsetof(struct milestone_path, milestone), .is_required = true,
	  .help = "the milestone's id" },
	{ 0 }
};

#define FIELDS(table, target) .fields = (table), .fields_size = sizeof(target)

const struct route ROUTES[] = {
	{ "GET", "/healthz", ROLE_ANYONE, 0, NO_BODY, .handle = health_alive },
	{ "GET", "/readyz", ROLE_ANYONE, 0, NO_BODY, .handle = health_ready },
	{ "GET", "/metrics", ROLE_ANYONE, 0, NO_BODY, .handle = metrics_show },         /* from loopback only: nginx sees to it */
	{ "GET", "/api/v1/me", ROLE_CUSTOMER, 0, NO_BODY, .handle = me_show },
	{ "GET", "/api/v1/me/points", ROLE_CUSTOMER, 0, NO_BODY, FIELDS(LIST, struct page_fields), .handle = me_points },
	{ "GET", "/api/v1/me/claims", ROLE_CUSTOMER, 0, NO_BODY, FIELDS(LIST, struct page_fields), .handle = me_claims },
	{ "GET", "/api/v1/events", ROLE_CUSTOMER, 0, NO_BODY, FIELDS(LIST, struct page_fields), .handle = event_index },
	{ "GET", "/api/v1/events/{event}", ROLE_BEARER, 0, NO_BODY, FIELDS(EVENT, struct event_path), .handle = event_show },
	{ "POST", "/api/v1/events/{event}/attendance", ROLE_BEARER, 0, SMALL_BODY, FIELDS(EVENT, struct event_path), .handle = attendance_check_in_now },
	{ "GET", "/api/v1/events/{event}/attendance", ROLE_BEARER, 0, NO_BODY, FIELDS(CALENDAR, struct calendar_query), .handle = attendance_calendar },
	{ "GET", "/api/v1/events/{event}/milestones", ROLE_BEARER, 0, NO_BODY, FIELDS(EVENT, struct event_path), .handle = milestone_index },
	{ "POST", "/api/v1/events/{event}/milestones/{milestone}/claim", ROLE_BEARER, 0, SMALL_BODY, FIELDS(MILESTONE, struct milestone_path),
	  .handle = milestone_claim },
};
const size_t ROUTE_COUNT = countof(ROUTES);
