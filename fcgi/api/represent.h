/* SPDX-License-Identifier: MIT */
/* Things of the domain as JSON, each in one place, with the names of openapi.yaml. */
#ifndef DOJANG_API_REPRESENT_H
#define DOJANG_API_REPRESENT_H

#include "base/json.h"
#include "reward/attendance.h"
#include "reward/claim.h"
#include "reward/event.h"
#include "web/response.h"

void represent_date(json_object *object, const char *name, date day);
void represent_time(json_object *object, const char *name, instant time);

/* The event as it stands in lists. */
json_object *represent_event(const struct event *event, instant now);
/* How far the customer is: count, runs and when the next check-in opens. */
json_object *represent_participation(const struct attendance *attendance);
void represent_next_check_in(json_object *object, const struct attendance *attendance);
/* The event's milestones with their state for this customer; claimed are the ids of those that
 * were. */
json_object *represent_milestones(const struct attendance *attendance, const milestone_id *claimed,
	size_t claimed_count, instant now);
json_object *represent_claim(const struct claim *claim);
/* The same for the customer: an item tells how many days after delivery its address is erased. */
json_object *represent_own_claim(const struct claim *claim, int64_t address_days);

/* What the event asks for and the customer has not: the words of a 403. */
void represent_lack(struct response *out, enum lack lack);

#endif
