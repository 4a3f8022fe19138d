/* SPDX-License-Identifier: MIT */
/* Handles routes about the customer: identity, points, claims. */
#include "api/resources.h"
#include "api/routes.h"

#include "reward/points.h"

enum result me_show(const struct call *call, struct response *out)
{
	const struct customer *me = &caller_of(call)->customer;
	json_object *json = json_new_object();
	json_put_number(json, "id", (int64_t)me->id.value);
	json_put_text(json, "username", me->username);
	json_put_number(json, "points", me->points);
	response_json(out, json);
	return RESULT_OK;
}

static json_object *represent_entry(const struct point_entry *entry)
{
	json_object *json = json_new_object();
	json_put_number(json, "id", (int64_t)entry->id);
	json_put_number(json, "amount", entry->amount);
	json_put_number(json, "balance", entry->balance);
	json_put_text(json, "reason", entry->reason);
	put_time_json(json, "at", entry->at);
	return json;
}

enum result me_points(const struct call *call, struct response *out)
{
	static const char LIST[] = "me/points";
	const struct page_fields *page = call->fields;
	customer_id me = caller_of(call)->customer.id;
	struct point_entry *entries;
	size_t count;
	bool has_more;
	uint64_t before;
	enum result result = page_position(call, page, LIST, me.value, &before, out);
	if (result == RESULT_OK)
		result = points_list(api_of(call)->db, call->context, me, before,
			(size_t)page->limit, &entries, &count, &has_more);
	if (result != RESULT_OK)
		return result;
	json_object *items = json_new_array();
	for (size_t i = 0; i < count; i++)
		json_append(items, represent_entry(&entries[i]));
	page_answer(call, LIST, me.value, items, has_more, count ? entries[count - 1].id : 0, out);
	return RESULT_OK;
}

enum result me_claims(const struct call *call, struct response *out)
{
	static const char LIST[] = "me/claims";
	const struct page_fields *page = call->fields;
	customer_id me = caller_of(call)->customer.id;
	struct claim *claims;
	size_t count;
	bool has_more;
	uint64_t before;
	enum result result = page_position(call, page, LIST, me.value, &before, out);
	if (result == RESULT_OK)
		result = claim_list(api_of(call)->db, call->context, me, before,
			(size_t)page->limit, &claims, &count, &has_more);
	if (result != RESULT_OK)
		return result;
	json_object *items = json_new_array();
	for (size_t i = 0; i < count; i++) {
		json_object *claim = own_claim_json(
			&claims[i], api_of(call)->settings->privacy.address_days);
		json_put_bool(claim, "has_address", claims[i].has_address);
		json_append(items, claim);
	}
	page_answer(
		call, LIST, me.value, items, has_more, count ? claims[count - 1].id.value : 0, out);
	return RESULT_OK;
}

enum result me_address(const struct call *call, struct response *out)
{
	const struct address_fields *input = call->fields;
	const struct api *api = api_of(call);
	if (!input->has_consent)
		return response_field_error(out, ERR_INVALID, "consent",
			"must be true: without consent no address is kept");
	enum result result = address_put(api->db, call->context, api->seal,
		caller_of(call)->customer.id, (claim_id){ input->claim }, &input->address,
		call->now);
	if (result == ERR_CONFLICT)
		out->detail = "An address can be given for an item that was claimed and is not on "
			      "its way yet";
	return result;
}
