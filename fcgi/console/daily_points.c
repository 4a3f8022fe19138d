/* SPDX-License-Identifier: MIT */
/* What an event pays for check-ins: a part of its page with the rules, what they cost and what was
 * paid, and the forms that change them. */
#include "console/daily_points.h"

#include "base/memory.h"
#include "console/form_page.h"
#include "console/routes.h"
#include "reward/daily_points_edit.h"

#include <inttypes.h>

static const char *const KINDS[] = {
	[DAILY_EVERY] = "every",
	[DAILY_STREAK] = "streak",
	[DAILY_WEEKDAY] = "weekday",
	[DAILY_DATE] = "date",
	NULL,
};
static const char *const WALLET_CHOICES[] = { "unchanged", "dojang", "shop", NULL };
static const char *const WEEKDAYS[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL };

const struct field DAILY_NEW_FIELDS[] = {
	PATH_FIELD(struct daily_form, event, FIELD_SLUG),
	BODY_FIELD(struct daily_form, kind, FIELD_CHOICE, .choices = KINDS, .is_required = true),
	BODY_FIELD(struct daily_form, points, FIELD_NUMBER, FIELD_RANGE(1, DAILY_POINTS_MAXIMUM),
		.is_required = true),
	BODY_FIELD(struct daily_form, streak_day, FIELD_OPTIONAL_NUMBER,
		FIELD_RANGE(1, DAILY_STREAK_MAXIMUM)),
	BODY_FIELD(struct daily_form, cycle_days, FIELD_OPTIONAL_NUMBER,
		FIELD_RANGE(1, DAILY_STREAK_MAXIMUM)),
	BODY_FIELD(
		struct daily_form, weekday, FIELD_CHOICE, .choices = WEEKDAYS, .fallback = "sun"),
	BODY_FIELD(struct daily_form, on_date, FIELD_DATE),
	BODY_FIELD(struct daily_form, wallet, FIELD_CHOICE, .choices = WALLET_CHOICES,
		.fallback = "unchanged"),
	{ 0 },
};
const struct field DAILY_REMOVE_FIELDS[] = {
	PATH_FIELD(struct daily_form, event, FIELD_SLUG),
	BODY_FIELD(struct daily_form, rule, FIELD_TEXT, FIELD_RANGE(1, DAILY_RULE_TEXT),
		.is_required = true),
	{ 0 },
};
const struct field DAILY_LIMITS_FIELDS[] = {
	PATH_FIELD(struct daily_limits_form, event, FIELD_SLUG),
	BODY_FIELD(struct daily_limits_form, per_customer, FIELD_OPTIONAL_NUMBER,
		FIELD_RANGE(0, DAILY_CAP_MAXIMUM)),
	BODY_FIELD(struct daily_limits_form, budget, FIELD_OPTIONAL_NUMBER,
		FIELD_RANGE(0, DAILY_BUDGET_MAXIMUM)),
	BODY_FIELD(struct daily_limits_form, version, FIELD_NUMBER,
		FIELD_RANGE(1, (int64_t)1 << 53), .is_required = true),
	{ 0 },
};

/* --- on the event's page --- */

/* The text of a rule is "daily.rule.NAME" of the catalogue. */
static const char *rule_name(const struct daily_rule *rule)
{
	if (rule->kind == DAILY_WEEKDAY)
		return daily_weekday_name(rule->weekday);
	return rule->cycle ? "cycle" : KINDS[rule->kind];
}

static json_object *rule_json(const struct daily_rule *rule)
{
	char text[DAILY_RULE_TEXT], day[DATE_TEXT];
	json_object *json = json_new_object();
	json_put_text(json, "rule", daily_rule_format(rule, text));
	json_put_text(json, "rule_name", rule_name(rule));
	json_put_number(json, "n", rule->n);
	json_put_number(json, "cycle", rule->cycle);
	json_put_text(json, "on_date", date_format(rule->date, day));
	json_put_number(json, "points", rule->points);
	return json;
}

/* What the rules cost from the first day on that is still to come. */
static json_object *costs_json(
	const struct event *event, date today, const struct optional_number *customers)
{
	static const uint32_t DAYS[] = { 1, 7, 30 };
	json_object *list = json_new_array();
	date first = { today.day > event->window.starts_on.day ? today.day
							       : event->window.starts_on.day };
	for (size_t i = 0; i < countof(DAYS); i++) {
		json_object *json = json_new_object();
		int64_t cost = daily_cost(&event->daily_points, first, DAYS[i]);
		json_put_number(json, "day_count", DAYS[i]);
		json_put_number(json, "for_one", cost);
		json_put_number(json, "for_all", cost * customers->value);
		json_append(list, json);
	}
	return list;
}

static json_object *daily_json(const struct call *call, const struct daily_points_record *record,
	struct optional_number customers)
{
	const struct event *event = &record->event;
	json_object *json = json_new_object(), *rules = json_new_array();
	for (size_t i = 0; i < event->daily_points.count; i++)
		json_append(rules, rule_json(&event->daily_points.rules[i]));
	if (!customers.is_set)
		customers = (struct optional_number){ true, PREVIEW_CUSTOMERS };
	json_put(json, "rules", rules);
	json_put_bool(json, "has_rules", event->daily_points.count > 0);
	json_put(json, "costs",
		costs_json(event, zone_date(event->time_zone, call->now), &customers));
	json_put_number(json, "customers", customers.value);
	json_put_number(json, "paid", record->paid);
	json_put_bool(json, "has_cap", event->daily_points.cap.is_set);
	json_put_number(json, "cap", event->daily_points.cap.value);
	json_put_bool(json, "has_budget", event->budget.is_set);
	json_put_number(json, "budget", event->budget.value);
	json_put_number(json, "left", record->left);
	json_put_bool(json, "was_used", event->pays_check_ins);
	json_put_text(json, "wallet", WALLETS[event->daily_wallet]);
	return json;
}

enum result daily_points_put(const struct call *call, const char *slug,
	struct optional_number customers, json_object *data)
{
	struct edit edit = {
		.db = console_of(call)->db, .context = call->context, .now = call->now
	};
	struct daily_points_record record;
	enum result result = daily_points_read(&edit, slug, &record);
	if (result == RESULT_OK)
		json_put(data, "daily", daily_json(call, &record, customers));
	return result;
}

/* --- forms --- */

static const char *path_of(const struct call *call, const char *slug)
{
	return memory_format(call->context, "/admin/events/%s", slug);
}

enum result daily_points_ask(const struct call *call, struct response *out)
{
	const struct daily_form *form = call->fields;
	return form_page_show(call, out,
		&(struct form_page){ .name = "daily-points",
			.table = DAILY_NEW_FIELDS,
			.back = path_of(call, form->event) },
		page_new(call, "form.daily-points.title", "events"));
}

/* The text of the rule; what is missing makes it one that is refused. */
static const char *rule_of(const struct call *call, const struct daily_form *form)
{
	char text[DAILY_RULE_TEXT];
	const struct daily_rule rule = { .kind = (enum daily_kind)form->kind,
		.n = (uint32_t)form->streak_day.value,
		.cycle = form->cycle_days.is_set ? (uint32_t)form->cycle_days.value : 0,
		.weekday = (unsigned)form->weekday,
		.date = form->on_date };
	return memory_copy_text(call->context, daily_rule_format(&rule, text));
}

enum result daily_points_send(const struct call *call, struct response *out)
{
	const struct daily_form *form = call->fields;
	struct edit edit = page_edit(call);
	const enum wallet wallet = wallet_of(WALLET_CHOICES[form->wallet]);
	uint64_t id;
	enum result result = daily_points_add(&edit, form->event, rule_of(call, form), form->points,
		form->wallet ? &wallet : NULL, &id);
	return page_edited(
		call, out, &edit, result, path_of(call, form->event), "daily-points-saved");
}

enum result daily_points_stop(const struct call *call, struct response *out)
{
	const struct daily_form *form = call->fields;
	struct edit edit = page_edit(call);
	enum result result = daily_points_remove(&edit, form->event, form->rule);
	return page_edited(
		call, out, &edit, result, path_of(call, form->event), "daily-points-saved");
}

enum result daily_limits_ask(const struct call *call, struct response *out)
{
	const struct daily_limits_form *fields = call->fields;
	struct edit edit = {
		.db = console_of(call)->db, .context = call->context, .now = call->now
	};
	struct daily_points_record record;
	enum result result = daily_points_read(&edit, fields->event, &record);
	if (result != RESULT_OK)
		return result;
	const struct daily_limits_form form = { fields->event, record.event.daily_points.cap,
		record.event.budget, (int64_t)record.fingerprint };
	return form_page_show(call, out,
		&(struct form_page){ .name = "daily-limits",
			.table = DAILY_LIMITS_FIELDS,
			.values = &form,
			.back = path_of(call, form.event) },
		page_new(call, "form.daily-limits.title", "events"));
}

enum result daily_limits_send(const struct call *call, struct response *out)
{
	const struct daily_limits_form *form = call->fields;
	struct edit edit = page_edit(call);
	const struct daily_limits limits = { form->per_customer, form->budget };
	enum result result = daily_points_limit(
		&edit, form->event, &limits, (uint64_t)form->version);
	return page_edited(
		call, out, &edit, result, path_of(call, form->event), "daily-points-saved");
}
