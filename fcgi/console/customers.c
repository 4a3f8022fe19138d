/* SPDX-License-Identifier: MIT */
/* Lists customers: found by subject or by the start of their name, sorted, and those of an event by
 * their participation. */
#include "console/customers.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "console/choices.h"
#include "console/list.h"
#include "console/routes.h"
#include "reward/participants.h"

#include <string.h>

const struct field CUSTOMER_LIST_FIELDS[] = {
	LIST_CURSOR(struct customer_list_fields),
	QUERY_FIELD(struct customer_list_fields, search, FIELD_TEXT, FIELD_RANGE(0, 255)),
	QUERY_FIELD(
		struct customer_list_fields, event, FIELD_TEXT, FIELD_RANGE(0, FIELD_SLUG_MAXIMUM)),
	QUERY_FIELD(struct customer_list_fields, sort, FIELD_TEXT, FIELD_RANGE(0, 20)),
	{ 0 },
};

static const char *const SORTS[] = { "newest", "name", "count", "last", NULL };
static const char *const SORTS_OF_ALL[] = { "newest", "name", NULL };

enum { FEW = 5000, ANSWER_MILLISECONDS = 500, MAINTENANCE_MILLISECONDS = 3000 };

#define COLUMNS_OF_ALL \
	[CONSOLE_CUSTOMER_ROW_ID] = { .name = "number", .kind = COLUMN_ID }, \
	[CONSOLE_CUSTOMER_ROW_USERNAME] = { .name = "username", \
		.kind = COLUMN_TEXT, \
		.link = "/admin/customers/", \
		.link_from = CONSOLE_CUSTOMER_ROW_ID, \
		.place = PLACE_TITLE, \
		.rising = "name" }, \
	[CONSOLE_CUSTOMER_ROW_SUBJECT] = { .name = "subject", \
		.kind = COLUMN_TEXT, \
		.link = "/admin/customers/", \
		.link_from = CONSOLE_CUSTOMER_ROW_ID }, \
	[CONSOLE_CUSTOMER_ROW_STATE] = { .name = "state", \
		.kind = COLUMN_WORD, \
		.place = PLACE_STATE }, \
	[CONSOLE_CUSTOMER_ROW_POINTS] = { .name = "points", \
		.kind = COLUMN_NUMBER, \
		.place = PLACE_NONE }, \
	[CONSOLE_CUSTOMER_ROW_CREATED_AT] = { .name = "since", .kind = COLUMN_TIME }
static const struct column COLUMNS[] = {
	COLUMNS_OF_ALL,
	[CONSOLE_CUSTOMER_ROW_COLUMNS] = { .name = NULL },
};
/* A participant's row begins with the customer's. */
static const struct column COLUMNS_OF_EVENT[] = {
	COLUMNS_OF_ALL,
	[CONSOLE_PARTICIPANT_ROW_DAYS] = { .name = "at",
		.kind = COLUMN_NUMBER,
		.falling = "count" },
	[CONSOLE_PARTICIPANT_ROW_LAST_ON] = { .name = "last_on",
		.kind = COLUMN_DATE,
		.falling = "last",
		.place = PLACE_NONE },
	[CONSOLE_PARTICIPANT_ROW_COLUMNS] = { .name = NULL },
};

/* --- which query --- */

static bool is_filled(const char *text)
{
	return text && *text;
}

static void sort_by(
	struct list *list, enum query query, unsigned key, struct db_value start, bool is_rising)
{
	list->query = query;
	list->key = key;
	list->key_start = start;
	list->is_rising = is_rising;
}

/* After the time of the balances. */
static void set_values(const struct call *call, struct list *list, unsigned count,
	struct db_value first, struct db_value second)
{
	struct db_value *values = memory_array(call->context, struct db_value, 3);
	values[0] = db_time(call->now);
	values[1] = first;
	values[2] = second;
	list->values = values;
	list->value_count = 1 + count;
}

static bool is_sort(const struct call *call, const char *word)
{
	const struct customer_list_fields *fields = call->fields;
	return text_equals(fields->sort, word);
}

static enum result read_are_many(struct db *db, const char *slug, bool *are_many)
{
	struct db_rows *row = db_read_one(
		db, QUERY_CONSOLE_PARTICIPANTS_ARE_MANY, DB_PARAMS(db_text(slug), db_number(FEW)));
	*are_many = db_get_number(row, CONSOLE_PARTICIPANTS_ARE_MANY_TOTAL) == FEW;
	return db_end_read(db);
}

/* Customers of an event by their participation; a name is searched among them only. */
static enum result list_of_event(const struct call *call, struct list *list)
{
	const struct customer_list_fields *fields = call->fields;
	bool is_by_name = is_filled(fields->search) || is_sort(call, "name");
	bool are_many = false;
	enum result result = is_by_name
		? read_are_many(console_of(call)->db, fields->event, &are_many)
		: RESULT_OK;
	list->columns = COLUMNS_OF_EVENT;
	set_values(call, list, is_by_name ? 2 : 1, db_text(fields->event),
		db_text(list_beginning(call->context, fields->search ? fields->search : "")));
	if (is_by_name)
		sort_by(list,
			are_many ? QUERY_CONSOLE_PARTICIPANTS_OF_NAME
				 : QUERY_CONSOLE_FEW_PARTICIPANTS_OF_NAME,
			CONSOLE_CUSTOMER_ROW_USERNAME, db_text(""), true);
	else if (is_sort(call, "count"))
		sort_by(list, QUERY_CONSOLE_PARTICIPANTS_BY_DAYS, CONSOLE_PARTICIPANT_ROW_DAYS,
			db_number(UINT16_MAX + 1), false);
	else if (is_sort(call, "last"))
		sort_by(list, QUERY_CONSOLE_PARTICIPANTS_BY_LAST, CONSOLE_PARTICIPANT_ROW_LAST_ON,
			LIST_LAST_DATE, false);
	else
		list->query = QUERY_CONSOLE_PARTICIPANTS;
	return result;
}

/* The subject is searched first: it is exact. */
static enum result list_of_search(const struct call *call, struct list *list)
{
	const struct customer_list_fields *fields = call->fields;
	json_object *table;
	list->query = QUERY_CONSOLE_CUSTOMERS_OF_SUBJECT;
	set_values(call, list, 1, db_text(fields->search), db_null());
	enum result result = list_page(call, list, NULL, &table);
	if (result != RESULT_OK
		|| json_object_get_int64(json_object_object_get(table, "count")) > 0)
		return result;
	set_values(
		call, list, 1, db_text(list_beginning(call->context, fields->search)), db_null());
	sort_by(list, QUERY_CONSOLE_CUSTOMERS_OF_NAME, CONSOLE_CUSTOMER_ROW_USERNAME, db_text(""),
		true);
	return RESULT_OK;
}

static enum result list_of(const struct call *call, struct list *list)
{
	const struct customer_list_fields *fields = call->fields;
	const void *context = call->context;
	*list = (struct list){ .name = "customers",
		.query = QUERY_CONSOLE_CUSTOMERS,
		.columns = COLUMNS,
		.path = "/admin/customers",
		.export_path = "/admin/customers.csv" };
	list->filter = memory_format(context, "%s%s%s",
		list_filter(context, "event", fields->event),
		list_filter(context, "search", fields->search),
		list_filter(context, "sort", fields->sort));
	set_values(call, list, 0, db_null(), db_null());
	if (!list_filters_knows(SORTS, fields->sort))
		return ERR_BAD_REQUEST;
	if (is_filled(fields->event))
		return list_of_event(call, list);
	if (is_filled(fields->search))
		return list_of_search(call, list);
	if (is_sort(call, "name")) { /* an erased customer has none */
		set_values(call, list, 1, db_text("%"), db_null());
		sort_by(list, QUERY_CONSOLE_CUSTOMERS_OF_NAME, CONSOLE_CUSTOMER_ROW_USERNAME,
			db_text(""), true);
	}
	return RESULT_OK;
}

/* --- what an event's customers are sorted by is counted while someone looks --- */

static bool count_for(struct db *db, event_id event, instant now, int64_t limit)
{
	bool is_done = false;
	int64_t until = clock_monotonic_ms() + limit;
	while (!is_done && clock_monotonic_ms() < until
		&& participants_count(db, event, now, &is_done) == RESULT_OK)
		;
	return is_done;
}

void customers_maintenance(struct console *console, instant now)
{
	if (console->event_to_list)
		count_for(console->slow_query_db, (event_id){ console->event_to_list }, now,
			MAINTENANCE_MILLISECONDS);
	console->event_to_list = 0;
}

static enum result look_after_count(
	const struct call *call, struct response *out, json_object *data)
{
	const struct customer_list_fields *fields = call->fields;
	struct console *console = console_of(call);
	struct participants state = { .was_counted = false };
	char time[INSTANT_TEXT];
	json_put_bool(data, "is_counting", false);
	json_put_number(data, "percent", 0);
	json_put_text(data, "counted_at", NULL);
	if (!is_filled(fields->event))
		return RESULT_OK;
	enum result result = participants_read(console->db, fields->event, call->now, &state);
	if (result == RESULT_OK && !state.was_counted
		&& count_for(console->slow_query_db, state.event, call->now, ANSWER_MILLISECONDS))
		result = participants_read(console->db, fields->event, call->now, &state);
	if (result != RESULT_OK)
		return result;
	if (state.is_due)
		console->event_to_list = state.event.value;
	json_put_bool(data, "is_counting", !state.was_counted);
	json_put_number(data, "percent", state.percent);
	json_put_text(
		data, "counted_at", state.was_counted ? instant_format(state.at, time) : NULL);
	if (!state.was_counted)
		response_header(out, "Refresh", "3");
	return RESULT_OK;
}

/* --- the page --- */

static enum result put_filters(const struct call *call, struct list *list)
{
	const struct customer_list_fields *fields = call->fields;
	json_object *events;
	enum result result = choices_read(call, QUERY_CONSOLE_EVENT_OPTIONS, &events);
	if (result != RESULT_OK)
		return result;
	list->filters = list_filters_new(call);
	list_filters_text(list->filters, "search", fields->search);
	list_filters_rows(list->filters, "event", events, fields->event);
	list_filters_words(list->filters, "sort", is_filled(fields->event) ? SORTS : SORTS_OF_ALL,
		fields->sort);
	return RESULT_OK;
}

enum result customer_index(const struct call *call, struct response *out)
{
	const struct customer_list_fields *fields = call->fields;
	struct list list;
	json_object *table, *data = page_new(call, "page.customers", "customers");
	enum result result = look_after_count(call, out, data);
	if (result == RESULT_OK)
		result = list_of(call, &list);
	if (result == RESULT_OK)
		result = put_filters(call, &list);
	if (result == RESULT_OK)
		result = list_page(call, &list, fields->cursor, &table);
	if (result != RESULT_OK)
		return result;
	if (is_filled(fields->search))
		json_put_text(table, "empty", "customers-found");
	json_put(data, "table", json_object_get(table));
	json_put_null(data, "new_path");
	return page_show(call, out, "customers", data);
}

enum result customer_export(const struct call *call, struct response *out)
{
	struct list list;
	enum result result = list_of(call, &list);
	return result == RESULT_OK ? list_export(call, out, &list) : result;
}
