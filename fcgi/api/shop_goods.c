/* SPDX-License-Identifier: MIT */
/* Handles calls of the shop's backend on claims, products and their stock. */
#include "api/resources.h"
#include "api/shop.h"

#include "base/memory.h"
#include "customer/address.h"
#include "reward/fulfilment.h"
#include "reward/product_list.h"
#include "reward/stock.h"

const char *const SHOP_STATES[] = { "any", "claimed", "preparing", "shipped", "delivered",
	"cancelled", NULL };
const char *const SHOP_STEPS[] = { "preparing", "shipped", "delivered", NULL };

static json_object *represent_shipment(const struct shipment *shipment)
{
	json_object *customer = json_new_object();
	json_put_number(customer, "id", (int64_t)shipment->customer.value);
	json_put_text(customer, "subject", shipment->subject);
	json_put_text(customer, "username", shipment->username);
	json_object *json = claim_json(&shipment->claim);
	json_put(json, "user", customer);
	return json;
}

enum result shop_claim_index(const struct call *call, struct page *page)
{
	const struct shop_claims *input = call->fields;
	struct shipment *shipments;
	size_t count = 0;
	const struct claim_filter filter = { input->state - 1, input->event, input->since };
	enum result result = fulfilment_list(api_of(call)->db, call->context, &filter,
		page->position, page->limit, &shipments, &count, &page->has_more);
	if (result == ERR_BAD_REQUEST)
		return response_field_error(page->out, result, "event", "is not an event");
	for (size_t i = 0; i < count; i++)
		page_add(page, represent_shipment(&shipments[i]), shipments[i].claim.id.value);
	return result;
}

enum result shop_claim_advance(const struct call *call, struct response *out)
{
	const struct shop_claim *input = call->fields;
	struct edit edit = shop_edit(call);
	struct shipment shipment = { 0 };
	enum result result = fulfilment_advance(&edit, (claim_id){ input->claim },
		FULFILMENT_PREPARING + input->state, input->tracking,
		api_of(call)->settings->privacy.address_days, &shipment);
	if (result == RESULT_OK)
		response_json(out, represent_shipment(&shipment));
	return shop_edited(out, &edit, result);
}

enum result shop_address_show(const struct call *call, struct response *out)
{
	const struct shop_claim *input = call->fields;
	struct edit edit = shop_edit(call);
	json_object *address;
	enum result result = address_read(
		&edit, api_of(call)->seal, (claim_id){ input->claim }, &address);
	if (result == RESULT_OK)
		response_json(out, json_object_get(address));
	return result;
}

static json_object *represent_product(const struct stocked_product *stocked)
{
	json_object *json = product_json(&stocked->product);
	json_put_optional(json, "remain", stocked->product.remain);
	json_put_optional(json, "threshold", stocked->threshold);
	return json;
}

enum result shop_product_index(const struct call *call, struct page *page)
{
	struct stocked_product *products;
	size_t count = 0;
	enum result result = product_list(api_of(call)->db, call->context, page->position,
		page->limit, &products, &count, &page->has_more);
	for (size_t i = 0; i < count; i++)
		page_add(page, represent_product(&products[i]), products[i].product.id.value);
	return result;
}

enum result shop_stock_change(const struct call *call, struct response *out)
{
	const struct shop_stock *input = call->fields;
	struct edit edit = shop_edit(call);
	struct stock_outcome outcome;
	enum result result = stock_change(&edit,
		&(struct stock_change){ .product = { input->product },
			.delta = input->delta,
			.source = "shop",
			.reference = input->reference,
			.reason = input->reason },
		&outcome);
	if (!is_success(result))
		return shop_edited(out, &edit, result);
	json_object *json = json_new_object();
	json_put_number(json, "id", (int64_t)outcome.movement);
	json_put_number(json, "product", (int64_t)input->product);
	json_put_number(json, "delta", input->delta);
	json_put_number(json, "remain", outcome.remain);
	json_put_text(json, "reason", input->reason);
	json_put_text(json, "reference", input->reference);
	response_json(out, json);
	return result;
}
