/* SPDX-License-Identifier: MIT */
/* Records that staff reviewed a claim from an address of many customers. */
#include "console/claims.h"

#include "base/memory.h"
#include "console/form_page.h"
#include "console/routes.h"
#include "reward/review.h"

#include <inttypes.h>

const struct field REVIEW_FIELDS[] = {
	PATH_FIELD(struct review_form, claim, FIELD_ID),
	BODY_FIELD(struct review_form, and_others, FIELD_YES_NO),
	{ 0 },
};

static const char *path_of(const struct call *call)
{
	return memory_format(call->context, "/admin/claims/%" PRIu64,
		((const struct claim_fields *)call->fields)->claim);
}

enum result review_ask(const struct call *call, struct response *out)
{
	const struct claim_fields *fields = call->fields;
	struct review review;
	enum result result = review_read(
		console_of(call)->db, (claim_id){ fields->claim }, &review);
	if (result != RESULT_OK)
		return result;
	json_object *data = page_new(call, "form.claim-review.title", "claims");
	json_put_number(data, "claim", (int64_t)fields->claim);
	json_put_number(data, "sharing", review.customers);
	json_put_bool(data, "has_lost_day", review.has_lost_day);
	return form_page_show(call, out,
		&(struct form_page){
			.name = "claim-review", .table = REVIEW_FIELDS, .back = path_of(call) },
		data);
}

enum result review_send(const struct call *call, struct response *out)
{
	const struct review_form *form = call->fields;
	struct edit edit = page_edit(call);
	return page_edited(call, out, &edit,
		review_note(&edit, (claim_id){ form->claim }, form->and_others), path_of(call),
		"claim-reviewed");
}
