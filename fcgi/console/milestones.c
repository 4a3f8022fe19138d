/* SPDX-License-Identifier: MIT */
/* Adds, edits and removes milestones. */
#include "console/events.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/choices.h"
#include "console/form_page.h"
#include "console/routes.h"
#include "reward/event_edit.h"
#include "reward/milestone_change.h"
#include "reward/milestone_edit.h"

#include <inttypes.h>

enum { AT_MAXIMUM = 3660, AS_MODE = 0 };
static const char *const BASES[] = { [AS_MODE] = "as_mode", "count", "streak", NULL };

const struct field MILESTONE_NEW_FIELDS[] = {
	PATH_FIELD(struct milestone_form, event, FIELD_SLUG),
	BODY_FIELD(struct milestone_form, at, FIELD_NUMBER, FIELD_RANGE(1, AT_MAXIMUM),
		.is_required = true),
	BODY_FIELD(struct milestone_form, basis, FIELD_CHOICE, .choices = BASES,
		.fallback = "as_mode"),
	BODY_FIELD(struct milestone_form, product, FIELD_ID, .is_required = true),
	BODY_FIELD(struct milestone_form, claim_until, FIELD_DATE),
	BODY_FIELD(struct milestone_form, is_for_those_past, FIELD_YES_NO),
	{ 0 },
};
const struct field MILESTONE_EDIT_FIELDS[] = { PATH_FIELD(struct milestone_form, event, FIELD_SLUG),
	PATH_FIELD(struct milestone_form, milestone, FIELD_ID),
	BODY_FIELD(struct milestone_form, at, FIELD_NUMBER, FIELD_RANGE(1, AT_MAXIMUM),
		.is_required = true),
	BODY_FIELD(struct milestone_form, basis, FIELD_CHOICE, .choices = BASES,
		.fallback = "as_mode"),
	BODY_FIELD(struct milestone_form, claim_until, FIELD_DATE),
	BODY_FIELD(struct milestone_form, version, FIELD_NUMBER, FIELD_RANGE(1, (int64_t)1 << 53),
		.is_required = true),
	{ 0 } };
const struct field MILESTONE_FIELDS[] = { PATH_FIELD(struct milestone_form, event, FIELD_SLUG),
	PATH_FIELD(struct milestone_form, milestone, FIELD_ID), { 0 } };

static const char *event_path(const struct call *call)
{
	const struct milestone_form *form = call->fields;
	return memory_format(call->context, "/admin/events/%s", form->event);
}

static const char *basis_of(const struct milestone_form *form)
{
	return form->basis == AS_MODE ? NULL : BASES[form->basis];
}

static int basis_choice(const char *basis)
{
	int choice = AS_MODE;
	for (int i = AS_MODE + 1; basis && BASES[i]; i++)
		if (text_equals(BASES[i], basis))
			choice = i;
	return choice;
}

/* For the hint beside the number of check-ins. */
static enum result put_day_count(const struct call *call, json_object *data)
{
	const struct milestone_form *form = call->fields;
	struct edit edit = { .db = console_of(call)->db, .context = call->context };
	struct edited_event event;
	enum result result = event_edit_read(&edit, form->event, &event);
	if (result == RESULT_OK)
		json_put_number(data, "day_count",
			event.window.ends_on.day - event.window.starts_on.day + 1);
	return result;
}

enum result milestone_new(const struct call *call, struct response *out)
{
	json_object *products, *data = page_new(call, "form.milestone-new.title", "events");
	enum result result = choices_read(call, QUERY_CONSOLE_PRODUCT_OPTIONS, &products);
	if (result == RESULT_OK)
		result = put_day_count(call, data);
	if (result != RESULT_OK)
		return result;
	struct form_options options = { "product", products };
	return form_page_show(call, out,
		&(struct form_page){ .name = "milestone-new",
			.table = MILESTONE_NEW_FIELDS,
			.options = &options,
			.option_count = 1,
			.back = event_path(call) },
		data);
}

enum result milestone_create(const struct call *call, struct response *out)
{
	const struct milestone_form *form = call->fields;
	struct edit edit = page_edit(call);
	char day[DATE_TEXT];
	milestone_id id;
	enum result result = milestone_edit_create(&edit,
		&(struct milestone_draft){ .event = form->event,
			.at = form->at,
			.product = { form->product },
			.claim_until = form->claim_until.day ? date_format(form->claim_until, day)
							     : NULL,
			.is_for_those_past = form->is_for_those_past,
			.basis = basis_of(form) },
		&id);
	return page_edited(call, out, &edit, result, event_path(call), "milestone-created");
}

static const char *milestone_path(const struct call *call, const char *rest)
{
	const struct milestone_form *fields = call->fields;
	return memory_format(call->context, "/admin/events/%s/milestones/%" PRIu64 "%s",
		fields->event, fields->milestone, rest);
}

static enum result show(const struct call *call, struct response *out, const char *name,
	const struct field *table, bool is_removal)
{
	static const char *const LOCKED[] = { "at", "basis", NULL };
	const struct milestone_form *fields = call->fields;
	struct edit edit = {
		.db = console_of(call)->db, .context = call->context, .now = call->now
	};
	struct milestone_change change = { .event = fields->event, .id = { fields->milestone } };
	const char *product;
	enum result result = milestone_change_read(&edit, &change, &product);
	if (result != RESULT_OK)
		return result;
	if (is_removal && change.is_locked) /* no confirmation needed */
		return page_go(call, out, milestone_path(call, ""), NULL);
	struct milestone_form form = { .at = change.at,
		.basis = basis_choice(change.basis),
		.claim_until = change.claim_until,
		.version = (int64_t)change.fingerprint };
	json_object *data = page_new(
		call, memory_format(call->context, "form.%s.title", name), "events");
	result = put_day_count(call, data);
	if (result != RESULT_OK)
		return result;
	json_put_text(data, "product", product);
	json_put_number(data, "at", change.at);
	return form_page_show(call, out,
		&(struct form_page){ .name = name,
			.table = table,
			.values = &form,
			.back = event_path(call),
			.locked = change.is_locked ? LOCKED : NULL,
			.is_danger = is_removal,
			.other = is_removal || change.is_locked ? NULL
								: milestone_path(call, "/remove") },
		data);
}

enum result milestone_edit(const struct call *call, struct response *out)
{
	return show(call, out, "milestone-edit", MILESTONE_EDIT_FIELDS, false);
}

enum result milestone_save(const struct call *call, struct response *out)
{
	const struct milestone_form *form = call->fields;
	struct edit edit = page_edit(call);
	enum result result = milestone_change_save(&edit,
		&(struct milestone_change){ .event = form->event,
			.id = { form->milestone },
			.at = form->at,
			.basis = basis_of(form),
			.claim_until = form->claim_until,
			.fingerprint = (uint64_t)form->version });
	return page_edited(call, out, &edit, result, event_path(call), "milestone-saved");
}

enum result milestone_remove_ask(const struct call *call, struct response *out)
{
	return show(call, out, "milestone-remove", MILESTONE_FIELDS, true);
}

enum result milestone_remove(const struct call *call, struct response *out)
{
	const struct milestone_form *form = call->fields;
	struct edit edit = page_edit(call);
	enum result result = milestone_change_remove(
		&edit, form->event, (milestone_id){ form->milestone });
	return page_edited(call, out, &edit, result, event_path(call), "milestone-removed");
}
