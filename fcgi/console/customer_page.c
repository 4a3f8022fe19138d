/* SPDX-License-Identifier: MIT */
/* Shows a customer: calendar of an event, claims, ledger. */
#include "console/customers.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/list.h"
#include "console/routes.h"
#include "reward/attendance.h"
#include "customer/block.h"
#include "reward/event_edit.h"
#include "reward/point_lots.h"

#include <inttypes.h>

const struct field CUSTOMER_FIELDS[] = { PATH_FIELD(struct customer_fields, customer, FIELD_ID),
	{ 0 } };
const struct field ENTRY_FIELDS[] = { PATH_FIELD(struct customer_fields, customer, FIELD_ID),
	QUERY_FIELD(struct customer_fields, source, FIELD_TEXT, FIELD_RANGE(0, 20)), { 0 } };
const struct field CUSTOMER_PAGE_FIELDS[] = {
	PATH_FIELD(struct customer_fields, customer, FIELD_ID),
	LIST_CURSOR(struct customer_fields),
	QUERY_FIELD(struct customer_fields, event, FIELD_SLUG),
	QUERY_FIELD(struct customer_fields, source, FIELD_TEXT, FIELD_RANGE(0, 20)),
	QUERY_FIELD(struct customer_fields, month, FIELD_MONTH),
	{ 0 },
};

static const struct column CLAIMS[] = {
	[CONSOLE_CUSTOMER_CLAIMS_ID] = { .name = "claim",
		.kind = COLUMN_ID,
		.link = "/admin/claims/",
		.link_from = CONSOLE_CUSTOMER_CLAIMS_ID },
	[CONSOLE_CUSTOMER_CLAIMS_PRODUCT_NAME] = { .name = "product", .kind = COLUMN_TEXT },
	[CONSOLE_CUSTOMER_CLAIMS_KIND] = { .name = "kind", .kind = COLUMN_WORD },
	[CONSOLE_CUSTOMER_CLAIMS_NAME] = { .name = "event",
		.kind = COLUMN_TEXT,
		.link = "/admin/events/",
		.link_from = CONSOLE_CUSTOMER_CLAIMS_SLUG },
	[CONSOLE_CUSTOMER_CLAIMS_STATE] = { .name = "state",
		.kind = COLUMN_CLAIM_STATE,
		.kind_from = CONSOLE_CUSTOMER_CLAIMS_KIND },
	[CONSOLE_CUSTOMER_CLAIMS_CLAIMED_AT] = { .name = "claimed_at", .kind = COLUMN_TIME },
	[CONSOLE_CUSTOMER_CLAIMS_SLUG] = { .name = "slug",
		.kind = COLUMN_TEXT,
		.is_key_alone = true },
	[CONSOLE_CUSTOMER_CLAIMS_COLUMNS] = { .name = NULL },
};
static const struct column ENTRIES[] = {
	[CONSOLE_CUSTOMER_ENTRIES_ID] = { .name = "entry", .kind = COLUMN_ID },
	[CONSOLE_CUSTOMER_ENTRIES_AT] = { .name = "at_time", .kind = COLUMN_TIME },
	[CONSOLE_CUSTOMER_ENTRIES_AMOUNT] = { .name = "amount", .kind = COLUMN_CHANGE },
	[CONSOLE_CUSTOMER_ENTRIES_BALANCE] = { .name = "balance", .kind = COLUMN_NUMBER },
	[CONSOLE_CUSTOMER_ENTRIES_SOURCE] = { .name = "source", .kind = COLUMN_WORD },
	[CONSOLE_CUSTOMER_ENTRIES_REASON] = { .name = "reason", .kind = COLUMN_TEXT },
	[CONSOLE_CUSTOMER_ENTRIES_INTERNAL_NOTE] = { .name = "internal_note", .kind = COLUMN_TEXT },
	[CONSOLE_CUSTOMER_ENTRIES_COLUMNS] = { .name = NULL },
};

struct work {
	const struct call *call;
	const struct customer_fields *fields;
	json_object *data;
	struct customer customer; /* its id and ledger */
	/* of the event whose calendar is shown; NULL: the customer is in none */
	const char *slug;
	struct month month;
	struct edited_event event;
	date today;
	struct dates dates; /* of the customer's check-ins, ascending */
};

/* --- who --- */

static enum result put_customer(struct work *work)
{
	struct db *db = console_of(work->call)->db;
	const void *context = work->call->context;
	char since[INSTANT_TEXT];
	struct db_rows *row = db_read_one(db, QUERY_CONSOLE_CUSTOMER,
		DB_PARAMS(db_time(work->call->now), db_id(work->fields->customer)));
	json_put_number(work->data, "customer", (int64_t)work->fields->customer);
	json_put_text(work->data, "username", db_get_text(row, CONSOLE_CUSTOMER_USERNAME, context));
	json_put_text(work->data, "subject", db_get_text(row, CONSOLE_CUSTOMER_SUBJECT, context));
	const char *state = db_get_text(row, CONSOLE_CUSTOMER_STATE, context);
	json_put_text(work->data, "state", state);
	json_put_bool(work->data, "is_blocked", text_equals(state, "blocked"));
	json_put_bool(work->data, "is_removed", text_equals(state, "removed"));
	json_put_number(work->data, "points", db_get_number(row, CONSOLE_CUSTOMER_POINTS));
	work->customer = (struct customer){ .id = { work->fields->customer },
		.ledger = db_get_number(row, CONSOLE_CUSTOMER_LEDGER),
		.has_lots = db_get_number(row, CONSOLE_CUSTOMER_HAS_LOTS) };
	json_put_text(work->data, "since",
		instant_format(db_get_time(row, CONSOLE_CUSTOMER_CREATED_AT), since));
	json_put_text(work->data, "issuer", db_get_text(row, CONSOLE_CUSTOMER_ISS, context));
	return db_end_read(db);
}

static enum result put_expiring(struct work *work)
{
	const struct console *console = console_of(work->call);
	char on[DATE_TEXT];
	struct expiring items[EXPIRING_MAX];
	size_t count;
	enum result result = lots_expiring(console->db, work->call->context, &work->customer,
		console->settings->points.time_zone, work->call->now, items, &count);
	json_object *list = json_new_array();
	for (size_t i = 0; i < count; i++) {
		json_object *item = json_new_object();
		json_put_number(item, "lot", items[i].points);
		json_put_text(item, "on", date_format(items[i].on, on));
		json_append(list, item);
	}
	json_put(work->data, "expiring", list);
	return result;
}

static enum result put_notes(struct work *work)
{
	struct block_notes notes;
	enum result result = block_read(console_of(work->call)->db, work->call->context,
		(customer_id){ work->fields->customer }, &notes);
	if (result != RESULT_OK)
		return result;
	json_put_text(work->data, "block_reason", notes.reason);
	json_put_bool(work->data, "is_of_the_shop", notes.is_of_the_shop);
	return RESULT_OK;
}

static enum result put_events(struct work *work)
{
	struct db *db = console_of(work->call)->db;
	json_object *list = json_new_array();
	work->slug = work->fields->event;
	struct db_rows *rows = db_read(db, QUERY_CONSOLE_CUSTOMER_EVENTS,
		DB_PARAMS(db_id(work->fields->customer), db_id(work->fields->customer)));
	while (db_next(rows)) {
		json_object *item = json_new_object();
		const char *slug = db_get_text(
			rows, CONSOLE_CUSTOMER_EVENTS_SLUG, work->call->context);
		work->slug = work->slug ? work->slug : slug;
		json_put_text(item, "slug", slug);
		json_put_text(item, "event_name",
			db_get_text(rows, CONSOLE_CUSTOMER_EVENTS_NAME, work->call->context));
		json_put_number(item, "days", db_get_number(rows, CONSOLE_CUSTOMER_EVENTS_DAYS));
		json_put_bool(item, "is_shown", text_equals(slug, work->slug));
		json_append(list, item);
	}
	json_put(work->data, "events", list);
	json_put_text(work->data, "event", work->slug);
	return db_end_read(db);
}

/* --- the calendar --- */

enum { WEEK = 7, THURSDAY = 4 }; /* 1970-01-01 was one; weeks start on Sunday */

static int weekday(date day)
{
	return (day.day + THURSDAY) % WEEK;
}

/* Also a missed day that only the next check-in freezes for good. */
static bool is_frozen(const struct work *work, int32_t day)
{
	date missed;
	for (size_t i = 0; i < work->dates.frozen_count; i++)
		if (work->dates.frozen[i].day == day)
			return true;
	return rules_is_freezing(work->dates, work->event.window, work->today, &missed)
		&& missed.day == day;
}

static json_object *day_json(const struct work *work, int32_t day, const char *source)
{
	struct month month = work->month;
	json_object *json = json_new_object();
	bool is_in_month = day >= month_first(month).day && day <= month_last(month).day;
	json_put_bool(json, "is_in_month", is_in_month);
	json_put_number(json, "number", day - month_first(month).day + 1);
	json_put_bool(json, "is_in_event",
		day >= work->event.window.starts_on.day && day <= work->event.window.ends_on.day);
	json_put_bool(json, "is_stamped", source != NULL);
	json_put_bool(json, "is_by_staff", source && !text_equals(source, "check_in"));
	json_put_bool(json, "is_outage", text_equals(source, "outage"));
	json_put_bool(json, "is_made_up", text_equals(source, "makeup"));
	json_put_text(json, "by", source);
	json_put_bool(json, "is_frozen", !source && is_in_month && is_frozen(work, day));
	return json;
}

static enum result put_days(struct work *work)
{
	struct db *db = console_of(work->call)->db;
	const char *sources[32] = { NULL };
	date first = month_first(work->month), last = month_last(work->month);
	struct db_value event = db_id(work->event.id.value),
			customer = db_id(work->fields->customer), from = db_date(first),
			to = db_date(last);
	struct db_rows *rows = db_read(db, QUERY_CONSOLE_CUSTOMER_DAYS,
		DB_PARAMS(event, customer, from, to, event, customer, from, to));
	bool is_any_added = false, is_any_outage = false, is_any_made_up = false;
	while (db_next(rows)) {
		const char *source = db_get_text(
			rows, CONSOLE_CUSTOMER_DAYS_SOURCE, work->call->context);
		sources[db_get_date(rows, CONSOLE_CUSTOMER_DAYS_DATE).day - first.day] = source;
		is_any_outage = is_any_outage || text_equals(source, "outage");
		is_any_made_up = is_any_made_up || text_equals(source, "makeup");
		is_any_added = is_any_added || text_equals(source, "staff")
			|| text_equals(source, "import") || text_equals(source, "shop");
	}
	json_object *weeks = json_new_array();
	for (int32_t day = first.day - weekday(first); day <= last.day; day += WEEK) {
		json_object *days = json_new_array(), *week = json_new_object();
		for (int32_t i = day; i < day + WEEK; i++)
			json_append(days,
				day_json(work, i,
					i >= first.day && i <= last.day ? sources[i - first.day]
									: NULL));
		json_put(week, "days", days);
		json_append(weeks, week);
	}
	json_put(work->data, "weeks", weeks);
	json_put_bool(work->data, "is_any_added", is_any_added);
	json_put_bool(work->data, "is_any_outage", is_any_outage);
	json_put_bool(work->data, "is_any_made_up", is_any_made_up);
	bool is_any_frozen = false;
	for (int32_t day = first.day; day <= last.day; day++)
		is_any_frozen |= !sources[day - first.day] && is_frozen(work, day);
	json_put_bool(work->data, "is_any_frozen", is_any_frozen);
	return db_end_read(db);
}

static const char *month_path(const struct work *work, date day)
{
	struct month month = date_month(day);
	return memory_format(work->call->context,
		"/admin/customers/%" PRIu64 "?event=%s&month=%04d-%02d#calendar",
		work->fields->customer, work->slug, month.year, month.month);
}

static void put_months(const struct work *work)
{
	const char *name = page_text(
		work->call, memory_format(work->call->context, "month.%d", work->month.month));
	json_put_number(work->data, "year", work->month.year);
	json_put_text(work->data, "month_name", name ? name : "");
	json_put_text(work->data, "month_before",
		month_path(work, (date){ month_first(work->month).day - 1 }));
	json_put_text(work->data, "month_after",
		month_path(work, (date){ month_last(work->month).day + 1 }));
}

static enum result dates_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	work->dates = attendance_dates(db, work->call->context, work->event.id,
		work->event.time_zone, work->event.freezes,
		(customer_id){ work->fields->customer });
	return RESULT_OK;
}

static void put_participation(const struct work *work)
{
	struct participation participation = rules_participation(
		work->dates, work->event.window, work->today);
	json_put_number(work->data, "count", participation.count);
	json_put_number(work->data, "streak", participation.streak);
	json_put_number(work->data, "longest_streak", participation.longest_streak);
	date missed;
	bool is_freezing = rules_is_freezing(work->dates, work->event.window, work->today, &missed);
	json_put_bool(work->data, "has_freezes", work->event.freezes.most > 0);
	json_put_number(
		work->data, "freezes_left", (int64_t)work->dates.freezes_left - is_freezing);
}

/* The requested month; else the present one, or that of the last check-in if the present one has
 * none. */
static struct month month_to_show(const struct work *work)
{
	if (work->fields->month.month)
		return work->fields->month;
	date last = work->dates.count ? work->dates.items[work->dates.count - 1] : work->today;
	return date_month(last.day < work->today.day ? last : work->today);
}

static enum result put_calendar(struct work *work)
{
	struct db *db = console_of(work->call)->db;
	struct edit edit = { .db = db, .context = work->call->context };
	enum result result = event_edit_read(&edit, work->slug, &work->event);
	if (result != RESULT_OK)
		return result;
	work->today = zone_date(work->event.time_zone, work->call->now);
	result = db_autocommit(db, dates_transaction, work);
	if (result != RESULT_OK)
		return result;
	put_participation(work);
	work->month = month_to_show(work);
	put_months(work);
	return put_days(work);
}

/* --- the page --- */

static const char *const SOURCES[] = { "claim", "cancellation", "staff", "shop", "command",
	"check_in", "check_in_reversal", "expiry", "expiry_reversal", NULL };

static enum result entries_of(const struct call *call, struct list *list)
{
	const struct customer_fields *fields = call->fields;
	const char *path = memory_format(
		call->context, "/admin/customers/%" PRIu64, fields->customer);
	struct db_value *values = memory_array(call->context, struct db_value, 3);
	values[0] = db_id(fields->customer);
	values[1] = values[2] = db_text(fields->source && *fields->source ? fields->source : NULL);
	*list = (struct list){ .name = "entries",
		.query = QUERY_CONSOLE_CUSTOMER_ENTRIES,
		.columns = ENTRIES,
		.values = values,
		.value_count = 3,
		.path = path,
		.filter = list_filter(call->context, "source", fields->source),
		.export_path = memory_format(call->context, "%s/points.csv", path),
		.filters = list_filters_new(call) };
	list_filters_words(list->filters, "source", SOURCES, fields->source);
	return list_filters_knows(SOURCES, fields->source) ? RESULT_OK : ERR_BAD_REQUEST;
}

static enum result put_lists(struct work *work)
{
	const struct call *call = work->call;
	struct db_value id = db_id(work->fields->customer);
	struct list list = { .name = "customer-claims",
		.query = QUERY_CONSOLE_CUSTOMER_CLAIMS,
		.columns = CLAIMS,
		.values = &id,
		.value_count = 1 };
	json_object *claims, *entries;
	enum result result = list_rows(call, &list, &claims);
	if (result == RESULT_OK)
		result = entries_of(call, &list);
	if (result == RESULT_OK)
		result = list_page(call, &list, work->fields->cursor, &entries);
	if (result != RESULT_OK)
		return result;
	json_put(work->data, "claims", json_object_get(claims));
	json_put(work->data, "entries", json_object_get(entries));
	return RESULT_OK;
}

enum result customer_show(const struct call *call, struct response *out)
{
	struct work work = { .call = call,
		.fields = call->fields,
		.data = page_new(call, "page.customer", "customers") };
	enum result result = put_customer(&work);
	if (result == RESULT_OK)
		result = put_expiring(&work);
	if (result == RESULT_OK)
		result = put_notes(&work);
	if (result == RESULT_OK)
		result = put_events(&work);
	if (result == RESULT_OK && work.slug)
		result = put_calendar(&work);
	if (result == RESULT_OK)
		result = put_lists(&work);
	return result == RESULT_OK ? page_show(call, out, "customer", work.data) : result;
}

enum result entry_export(const struct call *call, struct response *out)
{
	struct list list;
	enum result result = entries_of(call, &list);
	list.name = "points";
	return result == RESULT_OK ? list_export(call, out, &list) : result;
}
