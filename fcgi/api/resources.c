/* SPDX-License-Identifier: MIT */
/* Formats events, participations, milestones and claims as JSON. */
#include "api/resources.h"

#include <string.h>

static const char *const MODES[] = {
	[MODE_CUMULATIVE] = "cumulative", [MODE_CONSECUTIVE] = "consecutive"
};
static const char *const PHASES[] = {
	[PHASE_COMING] = "coming", [PHASE_RUNNING] = "running", [PHASE_ENDED] = "ended"
};
static const char *const STATES[] = {
	[MILESTONE_CLAIMED] = "claimed",
	[MILESTONE_CLOSED] = "closed",
	[MILESTONE_LOCKED] = "locked",
	[MILESTONE_SOLD_OUT] = "sold_out",
	[MILESTONE_CLAIMABLE] = "claimable",
};

void put_date_json(json_object *object, const char *name, date day)
{
	char text[DATE_TEXT];
	json_put_text(object, name, date_format(day, text));
}

void put_time_json(json_object *object, const char *name, instant time)
{
	char text[INSTANT_TEXT];
	json_put_text(object, name, instant_format(time, text));
}

void put_freeze_rule_json(json_object *object, struct freeze_rule rule)
{
	if (rule.most == 0)
		return;
	json_object *json = json_new_object();
	json_put_number(json, "most", rule.most);
	json_put_number(json, "every", rule.every);
	json_put(object, "freezes", json);
}

json_object *event_json(const struct event *event, instant now)
{
	json_object *json = json_new_object();
	json_put_text(json, "event", event->slug);
	json_put_text(json, "name", event->name);
	json_put_text(json, "description", event->description);
	json_put_text(json, "image", event->image);
	json_put_text(json, "terms", event->terms);
	json_put_text(json, "mode", MODES[event->mode]);
	json_put_text(json, "stamped_by", STAMPED_BY[event->options.stamped_by]);
	json_put_text(json, "time_zone", event->time_zone);
	put_date_json(json, "starts_on", event->window.starts_on);
	put_date_json(json, "ends_on", event->window.ends_on);
	date today = event_today(event, now);
	put_date_json(json, "today", today);
	json_put_text(json, "state", PHASES[rules_phase(event->window, today)]);
	return json;
}

void put_next_check_in_json(json_object *object, const struct attendance *attendance)
{
	date day;
	if (rules_next_check_in(attendance->event->window, attendance->today,
		    attendance->participation.is_checked_in_today, &day))
		put_time_json(object, "next_check_in_at",
			zone_day_start(attendance->event->time_zone, day));
	else
		json_put_null(object, "next_check_in_at");
}

static json_object *daily_rule_json(const struct daily_rule *rule)
{
	static const char *const KINDS[] = {
		[DAILY_EVERY] = "every",
		[DAILY_STREAK] = "streak",
		[DAILY_WEEKDAY] = "weekday",
		[DAILY_DATE] = "date",
	};
	json_object *json = json_new_object();
	json_put_text(json, "when", KINDS[rule->kind]);
	if (rule->kind == DAILY_STREAK)
		json_put_number(json, "n", rule->n);
	if (rule->cycle)
		json_put_number(json, "cycle", rule->cycle);
	if (rule->kind == DAILY_WEEKDAY)
		json_put_text(json, "day", daily_weekday_name(rule->weekday));
	if (rule->kind == DAILY_DATE)
		put_date_json(json, "date", rule->date);
	json_put_number(json, "points", rule->points);
	return json;
}

static json_object *daily_rules_json(const struct daily_rule *rules, size_t count)
{
	json_object *list = json_new_array();
	for (size_t i = 0; i < count; i++)
		json_append(list, daily_rule_json(&rules[i]));
	return list;
}

json_object *daily_points_json(const struct event *event)
{
	return daily_rules_json(event->daily_points.rules, event->daily_points.count);
}

json_object *payment_json(const struct event *event, const struct daily_payment *payment)
{
	static const char *const LIMITS[] = {
		[WITHHELD_CAP] = "cap", [WITHHELD_BUDGET] = "budget"
	};
	json_object *json = json_new_object();
	json_put_number(json, "points", payment->points);
	json_put_text(json, "wallet", WALLETS[event->daily_wallet]);
	json_put(json, "parts", daily_rules_json(payment->parts, payment->part_count));
	if (payment->withheld != WITHHELD_NOTHING)
		json_put_text(json, "withheld", LIMITS[payment->withheld]);
	return json;
}

static void put_outlook_json(json_object *json, const struct attendance *attendance)
{
	const struct event *event = attendance->event;
	const struct daily_payment paid = paid_on(&attendance->paid, attendance->today);
	const struct daily_account account = { attendance->paid.total, paid.points,
		event->budget.is_set ? attendance->budget_left : INT64_MAX };
	const struct daily_outlook outlook = daily_outlook(&event->daily_points, event->window,
		attendance->dates, attendance->today, &account);
	json_put_number(json, "pays_today", outlook.today);
	json_put_number(json, "pays_tomorrow", outlook.tomorrow);
}

/* With a missed day that only the next check-in freezes for good. */
static json_object *freezes_json(const struct attendance *attendance)
{
	const struct dates *dates = &attendance->dates;
	char text[DATE_TEXT];
	date missed;
	bool is_freezing = rules_is_freezing(
		*dates, attendance->event->window, attendance->today, &missed);
	json_object *json = json_new_object(), *list = json_new_array();
	for (size_t i = 0; i < dates->frozen_count; i++)
		json_append_text(list, date_format(dates->frozen[i], text));
	if (is_freezing)
		json_append_text(list, date_format(missed, text));
	json_put_number(json, "left", (int64_t)dates->freezes_left - is_freezing);
	json_put(json, "used_on", list);
	return json;
}

/* How many days can still be made up, for how many points each, and which. */
static json_object *makeup_json(const struct attendance *attendance)
{
	const struct event *event = attendance->event;
	const struct makeup_rule rule = event->options.makeup;
	const size_t used = attendance->dates.made_up_count;
	const int32_t today = attendance->today.day;
	char text[DATE_TEXT];
	json_object *json = json_new_object(), *list = json_new_array();
	bool is_running = rules_phase(event->window, attendance->today) == PHASE_RUNNING;
	for (int32_t day = today - (int32_t)rule.days_back; is_running && day < today; day++)
		if (rules_makeup(rule, event->window, attendance->dates, attendance->today,
			    (date){ day })
			== MAKEUP_POSSIBLE)
			json_append_text(list, date_format((date){ day }, text));
	json_put_number(json, "left", used < rule.most ? (int64_t)(rule.most - used) : 0);
	json_put_number(json, "price", rule.price);
	json_put(json, "dates", list);
	return json;
}

json_object *participation_json(const struct attendance *attendance)
{
	const struct participation *participation = &attendance->participation;
	json_object *json = json_new_object();
	json_put_number(json, "count", participation->count);
	json_put_number(json, "streak", participation->streak);
	json_put_number(json, "longest_streak", participation->longest_streak);
	json_put_bool(json, "checked_in_today", participation->is_checked_in_today);
	put_next_check_in_json(json, attendance);
	put_outlook_json(json, attendance);
	if (attendance->event->options.freezes.most > 0)
		json_put(json, "freezes", freezes_json(attendance));
	if (attendance->event->options.makeup.most > 0)
		json_put(json, "makeup", makeup_json(attendance));
	return json;
}

static void put_optional(json_object *object, const char *name, struct optional_number number)
{
	if (number.is_set)
		json_put_number(object, name, number.value);
	else
		json_put_null(object, name);
}

json_object *product_json(const struct product *product)
{
	json_object *json = json_new_object();
	json_put_number(json, "id", (int64_t)product->id.value);
	json_put_text(json, "name", product->name);
	json_put_text(json, "kind", product->kind);
	put_optional(json, "points", product->points);
	if (product->points.is_set)
		json_put_text(json, "wallet", WALLETS[product->wallet]);
	json_put_text(json, "image", product->image);
	json_put_text(json, "tax_note", product->tax_note);
	return json;
}

static bool contains(const milestone_id *ids, size_t count, milestone_id id)
{
	for (size_t i = 0; i < count; i++)
		if (ids[i].value == id.value)
			return true;
	return false;
}

static json_object *represent_milestone(const struct milestone *milestone,
	const struct attendance *attendance, bool is_claimed, instant now)
{
	const struct optional_time *until = &milestone->claim_until;
	bool is_earned = rules_is_earned(milestone->basis, attendance->dates, &milestone->rule);
	bool is_sold_out = milestone->product.remain.is_set && milestone->product.remain.value == 0;
	bool is_closed = until->is_set && now.seconds >= until->value.seconds;
	json_object *json = json_new_object();
	json_put_number(json, "id", (int64_t)milestone->id.value);
	json_put_number(json, "at", milestone->rule.at);
	json_put_text(json, "basis", MILESTONE_BASES[milestone->basis]);
	json_put(json, "product", product_json(&milestone->product));
	json_put_text(json, "state",
		STATES[rules_milestone_state(is_claimed, is_closed, is_earned, is_sold_out)]);
	json_put_number(json, "remaining_days",
		rules_remaining_days(
			milestone->basis, &attendance->participation, &milestone->rule, is_earned));
	if (until->is_set)
		put_time_json(json, "claim_until", until->value);
	else
		json_put_null(json, "claim_until");
	return json;
}

json_object *milestones_json(const struct attendance *attendance, const milestone_id *claimed,
	size_t claimed_count, instant now)
{
	json_object *list = json_new_array();
	for (size_t i = 0; i < attendance->event->milestone_count; i++) {
		const struct milestone *milestone = &attendance->event->milestones[i];
		json_append(list,
			represent_milestone(milestone, attendance,
				contains(claimed, claimed_count, milestone->id), now));
	}
	return list;
}

json_object *point_entry_json(const struct point_entry *entry)
{
	json_object *json = json_new_object();
	json_put_number(json, "id", (int64_t)entry->id);
	json_put_number(json, "amount", entry->amount);
	json_put_number(json, "balance", entry->balance);
	json_put_text(json, "source", entry->source);
	json_put_text(json, "reference", entry->reference);
	json_put_text(json, "reason", entry->reason);
	put_time_json(json, "at", entry->at);
	return json;
}

json_object *claim_json(const struct claim *claim)
{
	json_object *product = json_new_object();
	json_put_number(product, "id", (int64_t)claim->product.value);
	json_put_text(product, "name", claim->product_name);
	json_put_text(product, "kind", claim->kind);
	put_optional(product, "points", claim->points);
	if (claim->points.is_set)
		json_put_text(
			product, "wallet", WALLETS[claim->payout ? WALLET_SHOP : WALLET_DOJANG]);
	json_object *json = json_new_object();
	json_put_number(json, "id", (int64_t)claim->id.value);
	json_put_text(json, "event", claim->event);
	json_put_number(json, "milestone", (int64_t)claim->milestone.value);
	json_put(json, "product", product);
	json_put_text(json, "state", claim->state);
	json_put_text(json, "payout", claim->payout);
	put_time_json(json, "claimed_at", claim->claimed_at);
	json_put_text(json, "coupon", claim->coupon);
	json_put_text(json, "tracking", claim->tracking);
	return json;
}

json_object *own_claim_json(const struct claim *claim, int64_t address_days)
{
	json_object *json = claim_json(claim);
	if (strcmp(claim->kind, "item") == 0)
		json_put_number(json, "address_days", address_days);
	return json;
}

void refuse_unmet_requirement(struct response *out, enum requirement unmet)
{
	static const struct {
		const char *reason, *detail;
	} WORDS[] = {
		[REQUIREMENT_NONE] = { NULL, NULL },
		[REQUIREMENT_EMAIL] = { "email-not-verified",
			"This event is for accounts with a verified e-mail address" },
		[REQUIREMENT_PHONE] = { "phone-not-verified",
			"This event is for accounts with a verified phone number" },
		[REQUIREMENT_ACCOUNT_START] = { "account-age-unknown",
			"This event is for older accounts, and the token does not say when this "
			"one was made" },
		[REQUIREMENT_ACCOUNT_AGE] = { "account-too-new",
			"This event is for older accounts" },
		[REQUIREMENT_NOT_STAFF] = { "staff-excluded",
			"Those who belong to the shop cannot take part in this event" },
		[REQUIREMENT_BY_SHOP] = { "stamped-by-shop",
			"The shop adds the days of this event, for example for orders" },
	};
	out->reason = WORDS[unmet].reason;
	out->detail = WORDS[unmet].detail;
}
