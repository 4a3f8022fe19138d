/* SPDX-License-Identifier: MIT */
/* Handles calls of the shop's backend on payouts into its own wallet. */
#include "api/shop.h"

#include "reward/payout.h"

static json_object *represent(const struct payout *payout)
{
	json_object *json = payout_json(payout);
	json_put_text(json, "issuer", payout->issuer);
	json_put_text(json, "subject", payout->subject);
	return json;
}

enum result shop_payout_index(const struct call *call, struct page *page)
{
	const struct shop_payouts *input = call->fields;
	struct payout *payouts;
	size_t count = 0;
	enum result result = payout_list(api_of(call)->db, call->context, input->state,
		page->position, page->limit, &payouts, &count, &page->has_more);
	for (size_t i = 0; i < count; i++)
		page_add(page, represent(&payouts[i]), payouts[i].id);
	return result;
}

enum result shop_payouts_settle(const struct call *call, struct response *out)
{
	struct edit edit = shop_edit(call);
	struct payout *payouts;
	size_t count = 0;
	enum result result = payouts_settle(&edit, call->fields, &payouts, &count);
	if (result != RESULT_OK)
		return shop_edited(out, &edit, result);
	json_object *json = json_new_object(), *items = json_new_array();
	for (size_t i = 0; i < count; i++)
		json_append(items, represent(&payouts[i]));
	json_put(json, "items", items);
	response_json(out, json);
	return RESULT_OK;
}
