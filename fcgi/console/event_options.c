/* SPDX-License-Identifier: MIT */
/* Edits the requirements of an event and what it checks. */
#include "console/events.h"

#include "base/memory.h"
#include "console/form_page.h"
#include "console/routes.h"
#include "reward/event_options.h"

const struct field EVENT_OPTIONS_FIELDS[] = {
	PATH_FIELD(struct options_form, event, FIELD_SLUG),
	BODY_FIELD(struct options_form, verified_email, FIELD_YES_NO),
	BODY_FIELD(struct options_form, verified_phone, FIELD_YES_NO),
	BODY_FIELD(struct options_form, account_days, FIELD_NUMBER,
		FIELD_RANGE(0, ACCOUNT_DAYS_MAXIMUM), .is_required = true),
	BODY_FIELD(struct options_form, excludes_staff, FIELD_YES_NO),
	BODY_FIELD(struct options_form, review_customers, FIELD_NUMBER,
		FIELD_RANGE(0, REVIEW_CUSTOMERS_MAXIMUM), .is_required = true),
	BODY_FIELD(struct options_form, closing_hours, FIELD_NUMBER,
		FIELD_RANGE(0, CLOSING_HOURS_MAXIMUM), .is_required = true),
	BODY_FIELD(struct options_form, is_public, FIELD_YES_NO),
	BODY_FIELD(struct options_form, stamped_by, FIELD_CHOICE, .choices = STAMPED_BY,
		.fallback = "customer"),
	BODY_FIELD(struct options_form, shop_days_back, FIELD_NUMBER,
		FIELD_RANGE(0, SHOP_DAYS_BACK_MAXIMUM), .fallback = "7"),
	BODY_FIELD(struct options_form, freezes, FIELD_NUMBER, FIELD_RANGE(0, FREEZES_MAXIMUM),
		.fallback = "0"),
	BODY_FIELD(struct options_form, freeze_every, FIELD_NUMBER,
		FIELD_RANGE(0, FREEZE_EVERY_MAXIMUM), .fallback = "0"),
	BODY_FIELD(struct options_form, makeups, FIELD_NUMBER, FIELD_RANGE(0, MAKEUPS_MAXIMUM),
		.fallback = "0"),
	BODY_FIELD(struct options_form, makeup_back, FIELD_NUMBER,
		FIELD_RANGE(1, MAKEUP_BACK_MAXIMUM), .fallback = "7"),
	BODY_FIELD(struct options_form, makeup_price, FIELD_NUMBER,
		FIELD_RANGE(0, MAKEUP_PRICE_MAXIMUM), .fallback = "0"),
	BODY_FIELD(struct options_form, makeup_pays, FIELD_YES_NO),
	BODY_FIELD(struct options_form, version, FIELD_NUMBER, FIELD_RANGE(1, (int64_t)1 << 53),
		.is_required = true),
	{ 0 },
};

static const char *path_of(const struct call *call)
{
	return memory_format(call->context, "/admin/events/%s",
		((const struct options_form *)call->fields)->event);
}

enum result event_options_ask(const struct call *call, struct response *out)
{
	const struct options_form *fields = call->fields;
	struct edit edit = {
		.db = console_of(call)->db, .context = call->context, .now = call->now
	};
	struct event_options_record record;
	enum result result = event_options_read(&edit, fields->event, &record);
	if (result != RESULT_OK)
		return result;
	const struct event_options *options = &record.options;
	struct options_form form = { .event = fields->event,
		.verified_email = options->asked.email,
		.verified_phone = options->asked.phone,
		.excludes_staff = options->excludes_staff,
		.is_public = options->is_public,
		.stamped_by = (int)options->stamped_by,
		.shop_days_back = options->shop_days_back,
		.freezes = options->freezes.most,
		.freeze_every = options->freezes.every,
		.makeups = options->makeup.most,
		.makeup_back = options->makeup.days_back,
		.makeup_price = options->makeup.price,
		.makeup_pays = options->makeup.pays,
		.account_days = options->asked.account_days,
		.review_customers = options->review_customers,
		.closing_hours = options->closing_hours,
		.version = (int64_t)record.fingerprint };
	return form_page_show(call, out,
		&(struct form_page){ .name = "event-options",
			.table = EVENT_OPTIONS_FIELDS,
			.values = &form,
			.back = path_of(call) },
		page_new(call, "form.event-options.title", "events"));
}

enum result event_options_send(const struct call *call, struct response *out)
{
	const struct options_form *form = call->fields;
	struct edit edit = page_edit(call);
	const struct event_options options = { { form->verified_email, form->verified_phone,
						       (uint32_t)form->account_days },
		form->excludes_staff, form->review_customers, form->closing_hours, form->is_public,
		(enum stamped_by)form->stamped_by, form->shop_days_back,
		{ (uint32_t)form->freezes, (uint32_t)form->freeze_every },
		{ (uint32_t)form->makeups, (uint32_t)form->makeup_back,
			(uint32_t)form->makeup_price, form->makeup_pays } };
	enum result result = event_options_save(
		&edit, form->event, &options, (uint64_t)form->version);
	return page_edited(call, out, &edit, result, path_of(call), "event-saved");
}
