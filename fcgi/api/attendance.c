/* SPDX-License-Identifier: MIT */
/* Handles check-ins and calendars. */
#include "api/resources.h"
#include "api/routes.h"

#include "base/memory.h"
#include "reward/makeup.h"

/* The milestones reached by today's row. */
static json_object *represent_earned(const struct attendance *attendance)
{
	const struct event *event = attendance->event;
	json_object *list = json_new_array();
	for (size_t i = 0; i < event->milestone_count; i++) {
		const struct milestone *milestone = &event->milestones[i];
		const struct milestone_rule *rule = &milestone->rule;
		date reached_on;
		if (!rules_reached_on(milestone->basis, attendance->dates, rule, &reached_on)
			|| reached_on.day != attendance->today.day)
			continue;
		json_object *item = json_new_object();
		json_put_number(item, "milestone", (int64_t)milestone->id.value);
		json_put_number(item, "at", rule->at);
		json_append(list, item);
	}
	return list;
}

/* The lowest milestone that is not reached and still can be, or null. */
static json_object *represent_next_milestone(const struct attendance *attendance)
{
	const struct event *event = attendance->event;
	for (size_t i = 0; i < event->milestone_count; i++) {
		const struct milestone *milestone = &event->milestones[i];
		const struct milestone_rule *rule = &milestone->rule;
		uint32_t remaining = rules_remaining_days(milestone->basis,
			&attendance->participation, rule,
			rules_is_earned(milestone->basis, attendance->dates, rule));
		if (remaining == 0)
			continue;
		json_object *json = json_new_object();
		json_put_number(json, "id", (int64_t)milestone->id.value);
		json_put_number(json, "at", rule->at);
		json_put_number(json, "remaining", remaining);
		return json;
	}
	return NULL;
}

/* --- several at once --- */

typedef void serve_items(struct db *db, struct event_cache *cache, instant now,
	struct attendance_item *const *items, size_t count);
typedef const char *event_of(const struct call *call);

static const char *event_of_path(const struct call *call)
{
	return ((const struct event_path *)call->fields)->event;
}

static const char *event_of_calendar(const struct call *call)
{
	return ((const struct calendar_query *)call->fields)->event;
}

static struct attendance_item *new_item(const struct call *call, const char *event)
{
	struct attendance_item *item = memory_new(call->context, struct attendance_item);
	*item = (struct attendance_item){
		.context = call->context, .slug = event, .subject = &caller_of(call)->subject
	};
	return item;
}

static void serve_batch(
	serve_items *serve, event_of *event, struct call *const *calls, size_t count)
{
	struct attendance_item *items[BATCH_MAX] = { NULL };
	const struct api *api = api_of(calls[0]);
	for (size_t i = 0; i < count; i++)
		items[i] = new_item(calls[i], event(calls[i]));
	serve(api->db, api->events, calls[0]->now, items, count);
	for (size_t i = 0; i < count; i++)
		if (items[i]->is_done)
			calls[i]->batched = items[i];
}

void check_in_batch(struct call *const *calls, size_t count)
{
	serve_batch(attendance_check_in_batch, event_of_path, calls, count);
}

void attendance_calendars(struct call *const *calls, size_t count)
{
	serve_batch(attendance_view_batch, event_of_calendar, calls, count);
}

/* --- checking in --- */

static const struct attendance_item *check_in(const struct call *call)
{
	struct api *api = api_of(call);
	struct attendance_item *item = new_item(call, event_of_path(call));
	attendance_check_in(api->db, api->events, call->now, item);
	return item;
}

/* The response for a day that was checked in or made up. */
static json_object *represent_day(
	const struct call *call, const struct attendance_item *item, date day, json_object *earned)
{
	const struct attendance *attendance = &item->attendance;
	const struct daily_payment paid = paid_on(&attendance->paid, day);
	json_object *json = json_new_object();
	json_put_text(json, "event", attendance->event->slug);
	put_date_json(json, "date", day);
	put_time_json(json, "at", attendance->at);
	json_put_bool(json, "already", item->result == RESULT_OK);
	json_put_number(json, "count", attendance->participation.count);
	json_put_number(json, "streak", attendance->participation.streak);
	json_put_number(json, "longest_streak", attendance->participation.longest_streak);
	put_next_check_in_json(json, attendance);
	if (item->result == RESULT_CREATED)
		request_metrics_points(api_of(call)->request_metrics, paid.points);
	json_put(json, "paid", payment_json(attendance->event, &paid));
	json_put(json, "earned", earned);
	json_object *next = represent_next_milestone(attendance);
	if (next)
		json_put(json, "next_milestone", next);
	else
		json_put_null(json, "next_milestone");
	return json;
}

enum result attendance_check_in_now(const struct call *call, struct response *out)
{
	const struct attendance_item *item = call->batched ? call->batched : check_in(call);
	const struct attendance *attendance = &item->attendance;
	if (item->result == ERR_FORBIDDEN)
		refuse_unmet_requirement(out, attendance->unmet);
	if (is_success(item->result))
		response_json(out,
			represent_day(call, item, attendance->today, represent_earned(attendance)));
	return item->result;
}

/* --- made-up days --- */

static void refuse_makeup(struct response *out, enum makeup_refusal refusal)
{
	static const struct {
		const char *reason, *detail;
	} WORDS[] = {
		[MAKEUP_POSSIBLE] = { NULL, NULL },
		[MAKEUP_NOT_OFFERED] = { "not-offered", "Days of this event cannot be made up" },
		[MAKEUP_NOT_PAST] = { "not-past", "Only a day before today can be made up" },
		[MAKEUP_COUNTS_ALREADY] = { "counts-already", "This day counts already" },
		[MAKEUP_BEFORE_FIRST_DAY] = { "before-first-day",
			"This day is before the customer's or the event's first day" },
		[MAKEUP_TOO_OLD] = { "too-old", "This day is too long ago to be made up" },
		[MAKEUP_NONE_LEFT] = { "none-left", "No more days can be made up" },
	};
	out->reason = WORDS[refusal].reason;
	out->detail = WORDS[refusal].detail;
}

/* The customer's dates without this one. */
static struct dates without(const void *context, struct dates dates, date day)
{
	date *items = memory_array(context, date, dates.count);
	size_t count = 0;
	for (size_t i = 0; i < dates.count; i++)
		if (dates.items[i].day != day.day)
			items[count++] = dates.items[i];
	dates.items = items;
	dates.count = count;
	return dates;
}

/* The milestones that this day has earned. */
static json_object *represent_earned_by(
	const void *context, const struct attendance *attendance, date day)
{
	const struct event *event = attendance->event;
	const struct dates before = without(context, attendance->dates, day);
	json_object *list = json_new_array();
	for (size_t i = 0; i < event->milestone_count; i++) {
		const struct milestone_rule *rule = &event->milestones[i].rule;
		if (rules_is_earned(event->milestones[i].basis, before, rule)
			|| !rules_is_earned(event->milestones[i].basis, attendance->dates, rule))
			continue;
		json_object *item = json_new_object();
		json_put_number(item, "milestone", (int64_t)event->milestones[i].id.value);
		json_put_number(item, "at", rule->at);
		json_append(list, item);
	}
	return list;
}

enum result attendance_make_up(const struct call *call, struct response *out)
{
	const struct makeup_path *path = call->fields;
	struct api *api = api_of(call);
	struct attendance_item *item = new_item(call, path->event);
	enum makeup_refusal refusal;
	enum result result = makeup_add(
		api->db, api->events, call->now, path->date, item, &refusal);
	if (result == ERR_FORBIDDEN)
		refuse_unmet_requirement(out, item->attendance.unmet);
	if (result == ERR_MAKEUP_NOT_POSSIBLE)
		refuse_makeup(out, refusal);
	if (!is_success(result))
		return result;
	response_json(out,
		represent_day(call, item, path->date,
			represent_earned_by(call->context, &item->attendance, path->date)));
	return result;
}

/* --- the calendar --- */

static json_object *represent_dates(struct dates dates, struct month month)
{
	char text[DATE_TEXT];
	json_object *list = json_new_array();
	for (size_t i = 0; i < dates.count; i++)
		if (dates.items[i].day >= month_first(month).day
			&& dates.items[i].day <= month_last(month).day)
			json_append_text(list, date_format(dates.items[i], text));
	return list;
}

static bool has_date(struct dates dates, date day)
{
	for (size_t i = 0; i < dates.count; i++)
		if (dates.items[i].day == day.day)
			return true;
	return false;
}

static void put_source(json_object *json, date day, struct month month, const char *source)
{
	char text[DATE_TEXT];
	if (day.day >= month_first(month).day && day.day <= month_last(month).day)
		json_put_text(json, date_format(day, text), source);
}

/* Frozen days of the month, and days of it that were made up: {"2026-12-03":"freeze"}. A frozen day
 * that was added later is one of the dates. */
static json_object *represent_sources(const struct attendance *attendance, struct month month)
{
	const struct dates *dates = &attendance->dates;
	date missed;
	json_object *json = json_new_object();
	for (size_t i = 0; i < dates->frozen_count; i++)
		if (!has_date(*dates, dates->frozen[i]))
			put_source(json, dates->frozen[i], month, "freeze");
	if (rules_is_freezing(*dates, attendance->event->window, attendance->today, &missed))
		put_source(json, missed, month, "freeze");
	for (size_t i = 0; i < dates->made_up_count; i++)
		put_source(json, dates->made_up[i], month, "makeup");
	return json;
}

/* What the days of the month paid: {"2026-12-01":10}. */
static json_object *represent_paid(const struct paid_days *paid, struct month month)
{
	char text[DATE_TEXT];
	json_object *json = json_new_object();
	for (size_t i = 0; i < paid->count; i++) {
		const struct paid_day *day = &paid->items[i];
		if (!day->is_reversed && day->points && day->day.day >= month_first(month).day
			&& day->day.day <= month_last(month).day)
			json_put_number(json, date_format(day->day, text), day->points);
	}
	return json;
}

static const struct attendance_item *view(const struct call *call)
{
	struct api *api = api_of(call);
	struct attendance_item *item = new_item(call, event_of_calendar(call));
	attendance_view(api->db, api->events, false, call->now, item);
	return item;
}

enum result attendance_calendar(const struct call *call, struct response *out)
{
	const struct calendar_query *query = call->fields;
	const struct attendance_item *item = call->batched ? call->batched : view(call);
	const struct attendance *attendance = &item->attendance;
	if (item->result != RESULT_OK)
		return item->result;
	struct month month = query->month.month ? query->month : date_month(attendance->today);
	json_object *json = json_new_object();
	json_put_text(json, "event", attendance->event->slug);
	json_put_text(
		json, "month", memory_format(call->context, "%04d-%02d", month.year, month.month));
	json_put(json, "dates", represent_dates(attendance->dates, month));
	json_put(json, "paid", represent_paid(&attendance->paid, month));
	json_put(json, "sources", represent_sources(attendance, month));
	json_put_number(json, "count", attendance->participation.count);
	json_put_number(json, "streak", attendance->participation.streak);
	json_put_number(json, "longest_streak", attendance->participation.longest_streak);
	response_json(out, json);
	return RESULT_OK;
}
