/* SPDX-License-Identifier: MIT */
/* Blocks and unblocks customers, and marks staff. */
#include "console/customers.h"

#include "base/memory.h"
#include "console/form_page.h"
#include "console/routes.h"
#include "customer/block.h"

#include <inttypes.h>

const struct field BLOCK_FIELDS[] = {
	PATH_FIELD(struct block_form, customer, FIELD_ID),
	BODY_FIELD(struct block_form, reason, FIELD_TEXT, FIELD_RANGE(1, BLOCK_REASON_MAXIMUM),
		.is_required = true),
	{ 0 },
};
const struct field MARK_FIELDS[] = {
	PATH_FIELD(struct mark_form, customer, FIELD_ID),
	BODY_FIELD(struct mark_form, is_staff, FIELD_YES_NO),
	{ 0 },
};

/* Each form starts with the customer. */
static customer_id user_of(const struct call *call)
{
	return (customer_id){ ((const struct customer_fields *)call->fields)->customer };
}

static const char *path_of(const struct call *call)
{
	return memory_format(call->context, "/admin/customers/%" PRIu64, user_of(call).value);
}

static enum result ask(const struct call *call, struct response *out, struct form_page *form)
{
	struct block_notes notes;
	struct mark_form mark = { .customer = user_of(call).value };
	enum result result = block_read(console_of(call)->db, call->context, user_of(call), &notes);
	if (result != RESULT_OK)
		return result;
	mark.is_staff = notes.is_of_the_shop;
	form->values = form->table == MARK_FIELDS ? &mark : NULL;
	form->back = path_of(call);
	return form_page_show(call, out, form,
		page_new(call, memory_format(call->context, "form.%s.title", form->name),
			"customers"));
}

enum result block_ask(const struct call *call, struct response *out)
{
	return ask(call, out,
		&(struct form_page){ .name = "block", .table = BLOCK_FIELDS, .is_danger = true });
}

enum result block_send(const struct call *call, struct response *out)
{
	const struct block_form *form = call->fields;
	struct edit edit = page_edit(call);
	return page_edited(call, out, &edit, block_customer(&edit, user_of(call), form->reason),
		path_of(call), "blocked");
}

enum result unblock_ask(const struct call *call, struct response *out)
{
	return ask(call, out, &(struct form_page){ .name = "unblock", .table = BLOCK_FIELDS });
}

enum result unblock_send(const struct call *call, struct response *out)
{
	const struct block_form *form = call->fields;
	struct edit edit = page_edit(call);
	return page_edited(call, out, &edit, block_lift(&edit, user_of(call), form->reason),
		path_of(call), "unblocked");
}

enum result mark_ask(const struct call *call, struct response *out)
{
	return ask(
		call, out, &(struct form_page){ .name = "customer-staff", .table = MARK_FIELDS });
}

enum result mark_send(const struct call *call, struct response *out)
{
	const struct mark_form *form = call->fields;
	struct edit edit = page_edit(call);
	return page_edited(call, out, &edit,
		block_mark_as_staff(&edit, user_of(call), form->is_staff), path_of(call),
		"customer-marked");
}
