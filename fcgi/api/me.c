/* SPDX-License-Identifier: MIT */
/* Handles routes about the customer: identity, points, claims. */
#include "api/resources.h"
#include "api/routes.h"
#include "reward/point_lots.h"

static enum result put_expiring(const struct call *call, json_object *json)
{
	char on[DATE_TEXT];
	struct expiring items[EXPIRING_MAX];
	size_t count;
	const struct api *api = api_of(call);
	json_object *list = json_new_array();
	enum result result = lots_expiring(api->db, call->context, &caller_of(call)->customer,
		api->settings->points.time_zone, call->now, items, &count);
	for (size_t i = 0; i < count; i++) {
		json_object *item = json_new_object();
		json_put_number(item, "points", items[i].points);
		json_put_text(item, "on", date_format(items[i].on, on));
		json_append(list, item);
	}
	json_put(json, "expiring", list);
	return result;
}

enum result me_show(const struct call *call, struct response *out)
{
	const struct customer *me = &caller_of(call)->customer;
	json_object *json = json_new_object();
	json_put_number(json, "id", (int64_t)me->id.value);
	json_put_text(json, "username", me->username);
	json_put_number(json, "points", me->points);
	enum result result = put_expiring(call, json);
	response_json(out, json);
	return result;
}

enum result me_points(const struct call *call, struct page *page)
{
	struct point_entry *entries;
	size_t count = 0;
	enum result result = points_list(api_of(call)->db, call->context,
		caller_of(call)->customer.id, page->position, page->limit, &entries, &count,
		&page->has_more);
	for (size_t i = 0; i < count; i++)
		page_add(page, point_entry_json(&entries[i]), entries[i].id);
	return result;
}

enum result me_claims(const struct call *call, struct page *page)
{
	struct claim *claims;
	size_t count = 0;
	enum result result = claim_list(api_of(call)->db, call->context,
		caller_of(call)->customer.id, page->position, page->limit, &claims, &count,
		&page->has_more);
	for (size_t i = 0; i < count; i++) {
		json_object *claim = own_claim_json(
			&claims[i], api_of(call)->settings->privacy.address_days);
		json_put_bool(claim, "has_address", claims[i].has_address);
		page_add(page, claim, claims[i].id.value);
	}
	return result;
}

enum result me_address(const struct call *call, struct response *out)
{
	const struct address_fields *input = call->fields;
	const struct api *api = api_of(call);
	if (!input->has_consent)
		return response_field_error(out, ERR_INVALID, "consent",
			"must be true: without consent no address is kept");
	bool is_overtaken;
	enum result result = address_put(api->db, call->context, api->seal,
		&(struct address_put){ caller_of(call)->customer.id, { input->claim },
			&input->address, call->request->received, call->now },
		&is_overtaken);
	if (result == ERR_CONFLICT)
		out->detail = is_overtaken
			? "A later request has given another address"
			: "An address can be given for an item that was claimed and is not on "
			  "its way yet";
	return result;
}
