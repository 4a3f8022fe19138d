/* SPDX-License-Identifier: MIT */
/* Adds, removes and limits the points for check-ins, with rows in the audit log. */
#include "reward/daily_points_edit.h"

#include "base/text.h"
#include "records/audit.h"
#include "reward/event_edit.h"
#include "reward/point_budget.h"

struct work {
	struct edit *edit;
	const char *slug, *when;
	int64_t points;
	const enum wallet *wallet;
	const struct daily_limits *limits;
	uint64_t seen, *id;
	struct daily_points_record *record;
};

/* --- reading --- */

enum result daily_points_read_event(struct edit *edit, const char *slug, struct event *event)
{
	struct db_rows *rows = db_select(
		edit->db, QUERY_DAILY_POINTS_TERMS, DB_PARAMS(db_text(slug)));
	if (!db_next(rows))
		return edit_refuse(edit, ERR_NOT_FOUND, "event", "there is no event %s", slug);
	*event = (struct event){
		.id = { db_get_id(rows, DAILY_POINTS_TERMS_ID) },
		.version = db_get_id(rows, DAILY_POINTS_TERMS_VERSION),
		.slug = slug,
		.name = db_get_text(rows, DAILY_POINTS_TERMS_NAME, edit->context),
		.time_zone = db_get_zone(rows, DAILY_POINTS_TERMS_TIME_ZONE, edit->context),
		.window = { db_get_date(rows, DAILY_POINTS_TERMS_STARTS_ON),
			db_get_date(rows, DAILY_POINTS_TERMS_ENDS_ON) },
		.announces_claims = true, /* staff's changes are few */
		.pays_check_ins = db_get_number(rows, DAILY_POINTS_TERMS_PAYS_CHECK_INS),
		.daily_points = { .cap = db_get_optional(
					  rows, DAILY_POINTS_TERMS_DAILY_POINTS_CAP) },
		.budget = db_get_optional(rows, DAILY_POINTS_TERMS_DAILY_POINTS_BUDGET),
		.daily_wallet = wallet_of(
			db_get_text(rows, DAILY_POINTS_TERMS_DAILY_POINTS_WALLET, edit->context)),
	};
	if (event->pays_check_ins)
		event_read_daily_points(edit->db, edit->context, event);
	return RESULT_OK;
}

static json_object *limits_json(struct optional_number cap, struct optional_number budget)
{
	json_object *json = json_new_object();
	json_put_optional(json, "per_customer", cap);
	json_put_optional(json, "budget", budget);
	return json;
}

static int64_t paid_by(struct db *db, event_id event)
{
	struct db_rows *rows = db_select(
		db, QUERY_DAILY_POINTS_PAID, DB_PARAMS(db_id(event.value)));
	return db_next(rows) ? db_get_number(rows, DB_ONLY_COLUMN) : 0;
}

static enum result read_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	struct daily_points_record *record = work->record;
	enum result result = daily_points_read_event(work->edit, work->slug, &record->event);
	if (result != RESULT_OK)
		return result;
	record->paid = paid_by(db, record->event.id);
	record->left = point_budget_left(db, record->event.id);
	record->fingerprint = edit_fingerprint(work->edit->context,
		limits_json(record->event.daily_points.cap, record->event.budget));
	return RESULT_OK;
}

enum result daily_points_read(
	struct edit *edit, const char *slug, struct daily_points_record *record)
{
	return db_autocommit(edit->db, read_transaction,
		&(struct work){ .edit = edit, .slug = slug, .record = record });
}

/* --- rules --- */

static json_object *rule_json(const struct work *work, const char *rule, int64_t points)
{
	json_object *json = json_new_object();
	json_put_text(json, "event", work->slug);
	json_put_text(json, "when", rule);
	json_put_number(json, "points", points);
	if (work->wallet)
		json_put_text(json, "wallet", WALLETS[*work->wallet]);
	return json;
}

/* Locks the event, so that payments by the rules so far are committed. */
static enum result touch(struct work *work)
{
	db_change(work->edit->db, QUERY_EDIT_EVENT_TOUCH, DB_PARAMS(db_text(work->slug)));
	return daily_points_read_event(work->edit, work->slug, &work->record->event);
}

static enum result check_rule(struct work *work, struct daily_rule *rule)
{
	const struct event *event = &work->record->event;
	if (!daily_rule_parse(work->when, rule))
		return edit_refuse(work->edit, ERR_INVALID, "when",
			"must be every, streak:N, streak:N/CYCLE, weekday:mon to weekday:sun or "
			"date:2026-12-25");
	if (rule->kind == DAILY_DATE
		&& (rule->date.day < event->window.starts_on.day
			|| rule->date.day > event->window.ends_on.day))
		return edit_refuse(work->edit, ERR_INVALID, "when", "must be a day of the event");
	return event->daily_points.count < DAILY_RULES_MAXIMUM
		? RESULT_OK
		: edit_refuse(work->edit, ERR_CONFLICT, "when", "the event has %d rules already",
			DAILY_RULES_MAXIMUM);
}

static enum result set_wallet(struct work *work)
{
	struct db *db = work->edit->db;
	const struct event *event = &work->record->event;
	if (!work->wallet || *work->wallet == event->daily_wallet)
		return RESULT_OK;
	struct db_rows *rows = db_select(
		db, QUERY_DAILY_POINTS_HAVE_PAID, DB_PARAMS(db_id(event->id.value)));
	if (db_next(rows) && db_get_number(rows, DB_ONLY_COLUMN))
		return edit_refuse(work->edit, ERR_CONFLICT, "wallet",
			"must stay %s: the event has paid for check-ins already",
			WALLETS[event->daily_wallet]);
	db_change(db, QUERY_DAILY_POINTS_SET_WALLET,
		DB_PARAMS(db_text(WALLETS[*work->wallet]), db_id(event->id.value)));
	return RESULT_OK;
}

static enum result add_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	struct daily_rule rule;
	enum result result = touch(work);
	if (result == RESULT_OK)
		result = check_rule(work, &rule);
	if (result == RESULT_OK)
		result = set_wallet(work);
	if (result != RESULT_OK)
		return result;
	const struct db_value event = db_id(work->record->event.id.value);
	if (!db_change_unless_duplicate(db, QUERY_DAILY_POINTS_INSERT,
		    DB_PARAMS(event, db_text(work->when), db_number(work->points)), NULL))
		return edit_refuse(work->edit, ERR_CONFLICT, "when",
			"the event has this rule already: remove it to change its points");
	*work->id = db_inserted_id(db);
	db_change(db, QUERY_DAILY_POINTS_USE, DB_PARAMS(event));
	audit_write(work->edit, "daily_points.add", "event", work->record->event.id.value, NULL,
		rule_json(work, work->when, work->points));
	return RESULT_CREATED;
}

enum result daily_points_add(struct edit *edit, const char *slug, const char *when, int64_t points,
	const enum wallet *wallet, uint64_t *id)
{
	struct daily_points_record record;
	struct work work = { .edit = edit,
		.slug = slug,
		.when = when,
		.points = points,
		.wallet = wallet,
		.id = id,
		.record = &record };
	return edit_transaction(edit, add_transaction, &work);
}

static const struct daily_rule *find_rule(const struct daily_points *points, const char *when)
{
	char text[DAILY_RULE_TEXT];
	for (size_t i = 0; i < points->count; i++)
		if (text_equals(daily_rule_format(&points->rules[i], text), when))
			return &points->rules[i];
	return NULL;
}

static enum result remove_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	enum result result = touch(work);
	if (result != RESULT_OK)
		return result;
	const struct event *event = &work->record->event;
	const struct daily_rule *rule = find_rule(&event->daily_points, work->when);
	if (!rule)
		return edit_refuse(work->edit, ERR_NOT_FOUND, "when",
			"the event has no such rule: see daily-points list");
	db_change(db, QUERY_DAILY_POINTS_DELETE,
		DB_PARAMS(db_id(event->id.value), db_text(work->when)));
	audit_write(work->edit, "daily_points.remove", "event", event->id.value,
		rule_json(work, work->when, rule->points), NULL);
	return RESULT_OK;
}

enum result daily_points_remove(struct edit *edit, const char *slug, const char *when)
{
	struct daily_points_record record;
	struct work work = { .edit = edit, .slug = slug, .when = when, .record = &record };
	return edit_transaction(edit, remove_transaction, &work);
}

/* --- limits --- */

static struct db_value value_of(struct optional_number number)
{
	return number.is_set ? db_number(number.value) : db_null();
}

static enum result limit_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	const struct daily_limits *limits = work->limits;
	const struct event *event = &work->record->event;
	db_change(db, QUERY_EDIT_EVENT_TOUCH, DB_PARAMS(db_text(work->slug)));
	enum result result = read_transaction(db, work);
	if (result != RESULT_OK)
		return result;
	if (work->seen && work->seen != work->record->fingerprint)
		return edit_refuse(work->edit, ERR_CONFLICT, "version",
			"was changed by someone else meanwhile");
	if (limits->budget.is_set && limits->budget.value < work->record->paid)
		return edit_refuse(work->edit, ERR_CONFLICT, "budget",
			"must be at least the %lld points that were paid already",
			(long long)work->record->paid);
	db_change(db, QUERY_DAILY_POINTS_LIMIT,
		DB_PARAMS(value_of(limits->cap), value_of(limits->budget), db_id(event->id.value)));
	point_budget_set(db, event->id,
		(struct optional_number){
			limits->budget.is_set, limits->budget.value - work->record->paid });
	audit_write(work->edit, "daily_points.limit", "event", event->id.value,
		limits_json(event->daily_points.cap, event->budget),
		limits_json(limits->cap, limits->budget));
	return RESULT_OK;
}

enum result daily_points_limit(
	struct edit *edit, const char *slug, const struct daily_limits *limits, uint64_t seen)
{
	struct daily_points_record record;
	struct work work = {
		.edit = edit, .slug = slug, .limits = limits, .seen = seen, .record = &record
	};
	return edit_transaction(edit, limit_transaction, &work);
}

/* --- copies --- */

void daily_points_copy(struct edit *edit, const char *from, event_id to)
{
	struct event event;
	if (daily_points_read_event(edit, from, &event) != RESULT_OK)
		return;
	db_change(edit->db, QUERY_DAILY_POINTS_COPY,
		DB_PARAMS(db_id(to.value), db_id(event.id.value)));
	if (event.pays_check_ins)
		db_change(edit->db, QUERY_DAILY_POINTS_USE, DB_PARAMS(db_id(to.value)));
	if (event.daily_wallet != WALLET_DOJANG)
		db_change(edit->db, QUERY_DAILY_POINTS_SET_WALLET,
			DB_PARAMS(db_text(WALLETS[event.daily_wallet]), db_id(to.value)));
	if (event.daily_points.cap.is_set || event.budget.is_set)
		db_change(edit->db, QUERY_DAILY_POINTS_LIMIT,
			DB_PARAMS(value_of(event.daily_points.cap), value_of(event.budget),
				db_id(to.value)));
	if (event.budget.is_set)
		point_budget_set(edit->db, to, event.budget);
}
