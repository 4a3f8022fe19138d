/* SPDX-License-Identifier: MIT */
/* The list of events. */
#include "console/events.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/list_view.h"
#include "console/routes.h"

const struct field EVENT_LIST_FIELDS[] = { LIST_CURSOR(struct event_list_fields),
	QUERY_FIELD(struct event_list_fields, state, FIELD_TEXT, FIELD_RANGE(0, 20)),
	QUERY_FIELD(struct event_list_fields, sort, FIELD_TEXT, FIELD_RANGE(0, 20)), { 0 } };

static const char *const STATES[] = { "draft", "open", NULL };
static const char *const SORTS[] = { "newest", "start", NULL };

static const struct column COLUMNS[] = {
	[CONSOLE_EVENT_ROW_ID] = { .name = "id", .kind = COLUMN_HIDDEN },
	[CONSOLE_EVENT_ROW_NAME] = { .name = "name",
		.kind = COLUMN_TEXT,
		.link = "/admin/events/",
		.link_from = CONSOLE_EVENT_ROW_SLUG },
	[CONSOLE_EVENT_ROW_SLUG] = { .name = "slug", .kind = COLUMN_TEXT },
	[CONSOLE_EVENT_ROW_MODE] = { .name = "mode", .kind = COLUMN_WORD },
	[CONSOLE_EVENT_ROW_STARTS_ON] = { .name = "starts_on",
		.kind = COLUMN_DATE,
		.falling = "start" },
	[CONSOLE_EVENT_ROW_ENDS_ON] = { .name = "ends_on", .kind = COLUMN_DATE },
	[CONSOLE_EVENT_ROW_STATE] = { .name = "state",
		.kind = COLUMN_PHASE,
		.phase = { CONSOLE_EVENT_ROW_STARTS_ON, CONSOLE_EVENT_ROW_ENDS_ON,
			CONSOLE_EVENT_ROW_TIME_ZONE } },
	[CONSOLE_EVENT_ROW_TIME_ZONE] = { .name = "time_zone", .kind = COLUMN_HIDDEN },
	[CONSOLE_EVENT_ROW_COLUMNS] = { .name = NULL },
};

/* There are few events: those in another state are skipped. */
static enum result list_of(const struct call *call, struct list *list)
{
	const struct event_list_fields *fields = call->fields;
	bool is_by_start = text_equals(fields->sort, "start");
	struct db_value *values = memory_array(call->context, struct db_value, 2);
	values[0] = values[1] = db_text(fields->state && *fields->state ? fields->state : NULL);
	*list = (struct list){ .name = "events",
		.query = QUERY_CONSOLE_EVENTS,
		.columns = COLUMNS,
		.values = values,
		.value_count = 2,
		.path = "/admin/events",
		.export_path = "/admin/events.csv",
		.filters = list_filters_new(call),
		.filter = memory_format(call->context, "%s%s",
			list_filter(call->context, "state", fields->state),
			list_filter(call->context, "sort", fields->sort)) };
	list_filters_words(list->filters, "state", STATES, fields->state);
	list_filters_words(list->filters, "sort", SORTS, fields->sort);
	if (is_by_start) {
		list->query = QUERY_CONSOLE_EVENTS_BY_START;
		list->key = CONSOLE_EVENT_ROW_STARTS_ON;
		list->key_start = LIST_LAST_DATE;
	}
	return list_filters_knows(STATES, fields->state) && list_filters_knows(SORTS, fields->sort)
		? RESULT_OK
		: ERR_BAD_REQUEST;
}

static const struct list_view VIEW = { "page.events", "events", list_of, NULL, "/admin/new/event",
	"event", STAFF_MANAGER, NULL };

enum result event_index(const struct call *call, struct response *out)
{
	const struct event_list_fields *fields = call->fields;
	return list_view_show(call, out, &VIEW, fields->cursor);
}

enum result event_export(const struct call *call, struct response *out)
{
	return list_view_export(call, out, &VIEW);
}
