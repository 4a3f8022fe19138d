/* SPDX-License-Identifier: MIT */
/* Handles events: the list, and one event with its milestones and the customer's participation. */
#include "api/resources.h"
#include "api/routes.h"

#include "base/memory.h"

enum result event_index(const struct call *call, struct page *page)
{
	struct event *events;
	size_t count = 0;
	enum result result = event_list(api_of(call)->db, call->context, call->now,
		is_visitor(call), page->position, page->limit, &events, &count, &page->has_more);
	for (size_t i = 0; i < count; i++)
		page_add(page, event_json(&events[i], call->now), event_position(&events[i]));
	return result;
}

/* Reads the customer's attendance, the event with its current stock, and the claimed milestones. */
static enum result view(const struct call *call, const char *slug, struct attendance *attendance,
	milestone_id **claimed, size_t *count)
{
	struct api *api = api_of(call);
	struct attendance_item item = {
		.context = call->context, .slug = slug, .subject = &caller_of(call)->subject
	};
	enum result result = attendance_view(api->db, api->events, true, call->now, &item);
	*attendance = item.attendance;
	if (result == RESULT_OK)
		result = claim_claimed_milestones(api->db, call->context, attendance->event->id,
			attendance->customer, claimed, count);
	return result;
}

/* The event for visitors. Whether another one exists is not for them: it needs a token. */
static enum result show_visitor(const struct call *call, struct response *out)
{
	const struct event_path *path = call->fields;
	struct api *api = api_of(call);
	struct attendance nothing = { 0 };
	enum result result = event_cache_get(
		api->events, api->db, path->event, true, &nothing.event);
	if (result == ERR_NOT_FOUND || (result == RESULT_OK && !nothing.event->options.is_public))
		return ERR_UNAUTHORIZED;
	if (result != RESULT_OK)
		return result;
	json_object *json = event_json(nothing.event, call->now);
	json_put(json, "milestones", milestones_json(&nothing, NULL, 0, call->now));
	json_put(json, "daily_points", daily_points_json(nothing.event));
	put_freeze_rule_json(json, nothing.event->options.freezes);
	response_json(out, json);
	return visitor_response(call, out);
}

enum result event_show(const struct call *call, struct response *out)
{
	const struct event_path *path = call->fields;
	if (is_visitor(call))
		return show_visitor(call, out);
	struct attendance attendance;
	milestone_id *claimed;
	size_t count;
	enum result result = view(call, path->event, &attendance, &claimed, &count);
	if (result != RESULT_OK)
		return result;
	json_object *json = event_json(attendance.event, call->now);
	json_put(json, "milestones", milestones_json(&attendance, claimed, count, call->now));
	json_put(json, "daily_points", daily_points_json(attendance.event));
	put_freeze_rule_json(json, attendance.event->options.freezes);
	json_put(json, "participation", participation_json(&attendance));
	response_json(out, json);
	return RESULT_OK;
}

enum result milestone_index(const struct call *call, struct response *out)
{
	const struct event_path *path = call->fields;
	struct attendance attendance;
	milestone_id *claimed;
	size_t count;
	enum result result = view(call, path->event, &attendance, &claimed, &count);
	if (result != RESULT_OK)
		return result;
	json_object *json = json_new_object();
	json_put(json, "items", milestones_json(&attendance, claimed, count, call->now));
	json_put_null(json, "next");
	response_json(out, json);
	return RESULT_OK;
}

static struct claim_item *new_item(const struct call *call)
{
	const struct milestone_path *path = call->fields;
	struct claim_item *item = memory_new(call->context, struct claim_item);
	*item = (struct claim_item){ .context = call->context,
		.slug = path->event,
		.milestone = { path->milestone },
		.subject = &caller_of(call)->subject,
		.ledger_zone = api_of(call)->settings->points.time_zone };
	return item;
}

void milestone_claim_all(struct call *const *calls, size_t count)
{
	struct claim_item *items[BATCH_MAX] = { NULL };
	const struct api *api = api_of(calls[0]);
	for (size_t i = 0; i < count; i++)
		items[i] = new_item(calls[i]);
	claim_batch(api->db, api->events, calls[0]->now, items, count);
	for (size_t i = 0; i < count; i++)
		if (items[i]->is_done)
			calls[i]->batched = items[i];
}

enum result milestone_claim(const struct call *call, struct response *out)
{
	struct api *api = api_of(call);
	struct claim_item *own = call->batched ? NULL : new_item(call);
	const struct claim_item *item = own ? own : call->batched;
	enum result result = own ? claim_milestone(api->db, api->events, call->now, own)
				 : item->result;
	if (result == RESULT_CREATED && item->claim.points.is_set)
		request_metrics_points(api->request_metrics, item->claim.points.value);
	if (is_success(result))
		response_json(
			out, own_claim_json(&item->claim, api->settings->privacy.address_days));
	if (result == ERR_FORBIDDEN)
		refuse_unmet_requirement(out, item->unmet);
	return result;
}
