/* SPDX-License-Identifier: MIT */
/* Resources of the API as JSON, each formatted in one place, with the names of openapi.yaml. */
#ifndef DOJANG_API_RESOURCES_H
#define DOJANG_API_RESOURCES_H

#include "base/json.h"
#include "reward/attendance.h"
#include "reward/claim.h"
#include "reward/event.h"
#include "reward/points.h"
#include "web/response.h"

void put_date_json(json_object *object, const char *name, date day);
void put_time_json(json_object *object, const char *name, instant time);

/* The event as in lists. */
json_object *event_json(const struct event *event, instant now);
/* The progress of the customer: count, streaks and when the next check-in opens. */
json_object *participation_json(const struct attendance *attendance);
/* The rules by which the event pays check-ins. */
/* Nothing for an event without freezes. */
void put_freeze_rule_json(json_object *object, struct freeze_rule rule);
json_object *daily_points_json(const struct event *event);
/* What a check-in paid. */
json_object *payment_json(const struct event *event, const struct daily_payment *payment);
void put_next_check_in_json(json_object *object, const struct attendance *attendance);
/* The milestones of the event with their state for this customer; claimed has the ids of the
 * claimed ones. */
json_object *milestones_json(const struct attendance *attendance, const milestone_id *claimed,
	size_t claimed_count, instant now);
json_object *product_json(const struct product *product);
json_object *point_entry_json(const struct point_entry *entry);
json_object *claim_json(const struct claim *claim);
/* The same for the customer: an item also has the number of days after delivery when its address is
 * erased. */
json_object *own_claim_json(const struct claim *claim, int64_t address_days);

/* The 403 for a requirement of the event that the customer does not meet. */
void refuse_unmet_requirement(struct response *out, enum requirement unmet);

#endif
