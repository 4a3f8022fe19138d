/* SPDX-License-Identifier: MIT */
/* Handles calls of the shop's backend on events: list, figures and stock, participants. */
#include "api/resources.h"
#include "api/shop.h"

#include "base/memory.h"
#include "reward/participant_list.h"

static json_object *represent_event(const struct event *event, instant now)
{
	json_object *json = event_json(event, now);
	json_put_bool(json, "is_draft", event->is_draft);
	json_put_bool(json, "is_public", event->options.is_public);
	return json;
}

/* An event in a time zone that this host does not have is left out, as for customers. */
enum result shop_event_index(const struct call *call, struct page *page)
{
	struct event *events;
	size_t count = 0;
	enum result result = event_all(api_of(call)->db, call->context, page->position, page->limit,
		&events, &count, &page->has_more);
	for (size_t i = 0; i < count; i++) {
		if (zone_exists(events[i].time_zone))
			page_add(page, represent_event(&events[i], call->now), events[i].id.value);
		page->last = events[i].id.value;
	}
	return result;
}

static json_object *figures_json(const struct event_figures *figures)
{
	json_object *json = json_new_object();
	json_put_number(json, "participants", figures->participants);
	json_put_number(json, "check_ins", figures->check_ins);
	json_put_number(json, "checked_in_today", figures->checked_in_today);
	json_put_number(json, "claims", figures->claims);
	json_put_number(json, "to_ship", figures->to_ship);
	json_put_number(json, "points_granted", figures->points_granted);
	return json;
}

static json_object *milestone_stock_json(const struct milestone *milestone)
{
	json_object *json = json_new_object(), *product = product_json(&milestone->product);
	json_put_number(json, "id", (int64_t)milestone->id.value);
	json_put_number(json, "at", milestone->rule.at);
	json_put_text(json, "basis", MILESTONE_BASES[milestone->basis]);
	json_put_optional(product, "remain", milestone->product.remain);
	json_put(json, "product", product);
	if (milestone->claim_until.is_set)
		put_time_json(json, "claim_until", milestone->claim_until.value);
	else
		json_put_null(json, "claim_until");
	return json;
}

enum result shop_event_show(const struct call *call, struct response *out)
{
	const struct shop_event *input = call->fields;
	struct db *db = api_of(call)->db;
	struct event event;
	struct event_figures figures;
	enum result result = event_any(db, call->context, input->event, &event);
	if (result == RESULT_OK && !zone_exists(event.time_zone))
		return ERR_UNAVAILABLE;
	if (result == RESULT_OK)
		result = event_figures_read(db, &event, call->now, &figures);
	if (result != RESULT_OK)
		return result;
	json_object *json = represent_event(&event, call->now), *milestones = json_new_array();
	json_put(json, "figures", figures_json(&figures));
	for (size_t i = 0; i < event.milestone_count; i++)
		json_append(milestones, milestone_stock_json(&event.milestones[i]));
	json_put(json, "milestones", milestones);
	response_json(out, json);
	return RESULT_OK;
}

static json_object *represent_participant(const struct participant *participant)
{
	json_object *json = json_new_object(), *customer = json_new_object();
	json_put_number(customer, "id", (int64_t)participant->id.value);
	json_put_text(customer, "issuer", participant->issuer);
	json_put_text(customer, "subject", participant->subject);
	json_put_text(customer, "username", participant->username);
	json_put(json, "user", customer);
	json_put_number(json, "count", participant->participation.count);
	json_put_number(json, "streak", participant->participation.streak);
	json_put_number(json, "longest_streak", participant->participation.longest_streak);
	put_date_json(json, "last_date", participant->last_date);
	return json;
}

enum result shop_participant_index(const struct call *call, struct page *page)
{
	const struct shop_participants *input = call->fields;
	struct db *db = api_of(call)->db;
	struct event event;
	struct participant *participants;
	size_t count = 0;
	enum result result = event_any(db, call->context, input->event, &event);
	if (result == RESULT_OK && !zone_exists(event.time_zone))
		return ERR_UNAVAILABLE;
	if (result == RESULT_OK)
		result = participant_list(db, call->context, &event, call->now, page->position,
			page->limit, &participants, &count, &page->has_more);
	for (size_t i = 0; i < count; i++)
		page_add(page, represent_participant(&participants[i]), participants[i].id.value);
	return result;
}
