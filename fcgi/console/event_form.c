/* SPDX-License-Identifier: MIT */
/* Creates, edits and copies events with one form. */
#include "console/events.h"

#include "base/memory.h"
#include "console/form_page.h"
#include "console/routes.h"
#include "reward/event_options.h"
#include "reward/event_change.h"

static const char *const MODES[] = {
	[MODE_CUMULATIVE] = "cumulative", [MODE_CONSECUTIVE] = "consecutive", NULL
};

const struct field EVENT_FIELDS[] = { PATH_FIELD(struct event_fields, event, FIELD_SLUG), { 0 } };
const struct field EVENT_NEW_FIELDS[] = { BODY_FIELD(struct event_form, name, FIELD_TEXT,
						  FIELD_RANGE(1, 200), .is_required = true),
	BODY_FIELD(struct event_form, slug, FIELD_SLUG, .is_required = true),
	BODY_FIELD(struct event_form, starts, FIELD_DATE, .is_required = true),
	BODY_FIELD(struct event_form, ends, FIELD_DATE, .is_required = true),
	BODY_FIELD(struct event_form, mode, FIELD_CHOICE, .choices = MODES, .is_required = true),
	BODY_FIELD(struct event_form, time_zone, FIELD_ZONE, .fallback = "Asia/Seoul"),
	BODY_FIELD(struct event_form, description, FIELD_LONG_TEXT, FIELD_RANGE(1, 10000)),
	BODY_FIELD(struct event_form, image, FIELD_TEXT, FIELD_RANGE(1, 500)),
	BODY_FIELD(struct event_form, terms, FIELD_LONG_TEXT, FIELD_RANGE(1, 10000)), { 0 } };
const struct field EVENT_EDIT_FIELDS[] = {
	PATH_FIELD(struct event_form, event, FIELD_SLUG),
	BODY_FIELD(struct event_form, name, FIELD_TEXT, FIELD_RANGE(1, 200), .is_required = true),
	BODY_FIELD(struct event_form, starts, FIELD_DATE, .is_required = true),
	BODY_FIELD(struct event_form, ends, FIELD_DATE, .is_required = true),
	BODY_FIELD(struct event_form, mode, FIELD_CHOICE, .choices = MODES, .is_required = true),
	BODY_FIELD(struct event_form, time_zone, FIELD_ZONE, .fallback = "Asia/Seoul"),
	BODY_FIELD(struct event_form, description, FIELD_LONG_TEXT, FIELD_RANGE(1, 10000)),
	BODY_FIELD(struct event_form, image, FIELD_TEXT, FIELD_RANGE(1, 500)),
	BODY_FIELD(struct event_form, terms, FIELD_LONG_TEXT, FIELD_RANGE(1, 10000)),
	BODY_FIELD(struct event_form, version, FIELD_NUMBER, FIELD_RANGE(1, (int64_t)1 << 53),
		.is_required = true),
	{ 0 },
};
const struct field EVENT_COPY_FIELDS[] = { PATH_FIELD(struct event_form, event, FIELD_SLUG),
	BODY_FIELD(struct event_form, name, FIELD_TEXT, FIELD_RANGE(1, 200), .is_required = true),
	BODY_FIELD(struct event_form, slug, FIELD_SLUG, .is_required = true),
	BODY_FIELD(struct event_form, starts, FIELD_DATE, .is_required = true),
	BODY_FIELD(struct event_form, ends, FIELD_DATE, .is_required = true), { 0 } };

static struct event_draft draft_of(const struct event_form *form, const char *slug)
{
	return (struct event_draft){ .slug = slug,
		.makeup.days_back = MAKEUP_BACK_USUAL,
		.name = form->name,
		.description = form->description,
		.image = form->image,
		.terms = form->terms,
		.mode = (enum event_mode)form->mode,
		.time_zone = form->time_zone,
		.window = { form->starts, form->ends } };
}

static struct event_form form_of(const struct event_record *record)
{
	const struct event_draft *draft = &record->draft;
	return (struct event_form){ .event = draft->slug,
		.slug = draft->slug,
		.name = draft->name,
		.description = draft->description,
		.image = draft->image,
		.terms = draft->terms,
		.mode = (int)draft->mode,
		.time_zone = draft->time_zone,
		.starts = draft->window.starts_on,
		.ends = draft->window.ends_on,
		.version = (int64_t)record->fingerprint };
}

static const char *path_of(const struct call *call, const char *slug)
{
	return memory_format(call->context, "/admin/events/%s", slug);
}

static enum result read_event(
	const struct call *call, const char *slug, struct event_record *record)
{
	struct edit edit = {
		.db = console_of(call)->db, .context = call->context, .now = call->now
	};
	return event_change_read(&edit, slug, record);
}

/* --- new --- */

enum result event_new(const struct call *call, struct response *out)
{
	return form_page_show(call, out,
		&(struct form_page){
			.name = "event-new", .table = EVENT_NEW_FIELDS, .back = "/admin/events" },
		page_new(call, "form.event-new.title", "events"));
}

enum result event_create(const struct call *call, struct response *out)
{
	const struct event_form *form = call->fields;
	struct edit edit = page_edit(call);
	struct event_draft draft = draft_of(form, form->slug);
	event_id id;
	enum result result = event_edit_create(&edit, &draft, &id);
	return page_edited(call, out, &edit, result, path_of(call, form->slug), "event-created");
}

/* --- changed --- */

/* A form about an existing event; NULL, and *result, when it cannot be shown. */
static json_object *begin(const struct call *call, const char *name, struct event_form *form,
	struct event_record *record, enum result *result)
{
	const struct event_form *fields = call->fields;
	*result = read_event(call, fields->event, record);
	if (*result != RESULT_OK)
		return NULL;
	*form = form_of(record);
	json_object *data = page_new(
		call, memory_format(call->context, "form.%s.title", name), "events");
	json_put_text(data, "event_name", record->draft.name);
	return data;
}

/* Fields that the domain would refuse to change are locked. */
static const char *const *locked_of(const struct call *call, const struct event_draft *draft)
{
	static const char *const LOCKED[] = { "starts", "mode", "time_zone", NULL };
	bool has_begun = draft->is_open
		&& !rules_may_change_start(draft->window, zone_date(draft->time_zone, call->now));
	return has_begun ? LOCKED : NULL;
}

enum result event_edit(const struct call *call, struct response *out)
{
	struct event_form form;
	struct event_record record;
	enum result result;
	json_object *data = begin(call, "event-edit", &form, &record, &result);
	return data ? form_page_show(call, out,
		       &(struct form_page){ .name = "event-edit",
			       .table = EVENT_EDIT_FIELDS,
			       .values = &form,
			       .locked = locked_of(call, &record.draft),
			       .back = path_of(call, form.event) },
		       data)
		    : result;
}

enum result event_save(const struct call *call, struct response *out)
{
	const struct event_form *form = call->fields;
	struct edit edit = page_edit(call);
	struct event_draft draft = draft_of(form, form->event);
	enum result result = event_change_save(&edit, &draft, (uint64_t)form->version);
	return page_edited(call, out, &edit, result, path_of(call, form->event), "event-saved");
}

/* --- copied --- */

enum result event_copy_ask(const struct call *call, struct response *out)
{
	struct event_form form;
	struct event_record record;
	enum result result;
	json_object *data = begin(call, "event-copy", &form, &record, &result);
	if (!data)
		return result;
	int32_t days = form.ends.day - form.starts.day;
	form.slug = NULL;
	form.starts = zone_date(form.time_zone, call->now);
	form.ends.day = form.starts.day + days;
	return form_page_show(call, out,
		&(struct form_page){ .name = "event-copy",
			.table = EVENT_COPY_FIELDS,
			.values = &form,
			.back = path_of(call, form.event) },
		data);
}

enum result event_copy(const struct call *call, struct response *out)
{
	const struct event_form *form = call->fields;
	struct edit edit = page_edit(call);
	struct event_draft draft = {
		.slug = form->slug, .name = form->name, .window = { form->starts, form->ends }
	};
	enum result result = event_change_copy(&edit, form->event, &draft);
	return page_edited(call, out, &edit, result, path_of(call, form->slug), "event-copied");
}
