/* SPDX-License-Identifier: MIT */
/* Opens an event to customers, after a page that says what would be missing. */
#include "console/events.h"

#include "base/memory.h"
#include "console/page.h"
#include "console/routes.h"
#include "reward/event_change.h"

static const char *event_path(const struct call *call)
{
	const struct event_fields *fields = call->fields;
	return memory_format(call->context, "/admin/events/%s", fields->event);
}

/* --- what customers would see --- */

static void put_check(json_object *checks, const void *context, const char *name, bool is_good)
{
	json_object *check = json_new_object();
	json_put_text(check, "check",
		memory_format(context, "%s.%s", name, is_good ? "good" : "doubtful"));
	json_put_bool(check, "is_good", is_good);
	json_append(checks, check);
}

static int64_t number_of(json_object *data, const char *name)
{
	return json_object_get_int64(json_object_object_get(data, name));
}

/* Nothing of this forbids to open it: the doubts may be intended. */
static void put_checks(const struct call *call, json_object *data, json_object *milestones,
	const struct event_draft *draft)
{
	json_object *checks = json_new_array();
	const void *context = call->context;
	bool has_milestones = number_of(milestones, "count") > 0;
	date today = zone_date(draft->time_zone, call->now);
	put_check(checks, context, "milestones", has_milestones);
	if (has_milestones)
		put_check(checks, context, "reach", number_of(data, "out_of_reach") == 0);
	if (has_milestones)
		put_check(checks, context, "stock", number_of(data, "sold_out") == 0);
	put_check(checks, context, "first_day", draft->window.starts_on.day >= today.day);
	put_check(checks, context, "terms", draft->terms && *draft->terms);
	put_check(checks, context, "image", draft->image && *draft->image);
	json_put(data, "checks", checks);
}

enum result event_open_ask(const struct call *call, struct response *out)
{
	const struct event_fields *fields = call->fields;
	struct edit edit = {
		.db = console_of(call)->db, .context = call->context, .now = call->now
	};
	struct event_record record;
	json_object *milestones, *data = page_new(call, "page.event-open", "events");
	enum result result = event_change_read(&edit, fields->event, &record);
	if (result == RESULT_OK)
		result = event_page_put(call, data, &record, &milestones);
	if (result != RESULT_OK)
		return result;
	if (record.draft.is_open)
		return page_go(call, out, event_path(call), NULL);
	put_checks(call, data, milestones, &record.draft);
	return page_show_view(call, out, "event_open", data, record.draft.time_zone, NULL, 0);
}

enum result event_open(const struct call *call, struct response *out)
{
	const struct event_fields *fields = call->fields;
	struct edit edit = page_edit(call);
	event_id id;
	bool was_open;
	enum result result = event_edit_open(&edit, fields->event, &id, &was_open);
	return page_edited(call, out, &edit, result, event_path(call), "event-opened");
}
