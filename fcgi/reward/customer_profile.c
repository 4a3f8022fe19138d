/* SPDX-License-Identifier: MIT */
/* Formats the data of a customer as JSON: the profile for the shop, everything for the customer. */
#include "reward/personal_data.h"

#include "base/memory.h"
#include "base/text.h"
#include "customer/address.h"
#include "records/audit.h"
#include "reward/attendance.h"
#include "reward/claim.h"
#include "reward/rules.h"

struct work {
	const void *context;
	const struct subject *subject;
	instant now;
	/* of an export: notes it in the audit log, and opens what is sealed; NULL: the profile
	 * alone */
	struct edit *edit;
	const struct seal *seal;
	json_object *profile;
};

static void put_date(json_object *object, const char *name, date day)
{
	char text[DATE_TEXT];
	json_put_text(object, name, date_format(day, text));
}

static void put_time(json_object *object, const char *name, instant time)
{
	char text[INSTANT_TEXT];
	json_put_text(object, name, instant_format(time, text));
}

/* The rows of one event, collected until the next event begins. */
struct stretch {
	const char *slug, *time_zone;
	struct event_window window;
	struct freeze_rule freezes;
	date *days;
	struct given_day *given; /* of each day: a check-in on its own day */
	size_t count;
	json_object *rows; /* every date with its time, when everything is requested */
};

static void close_stretch(const struct work *work, struct stretch *stretch, json_object *list)
{
	if (!stretch->slug)
		return;
	struct participation participation = rules_participation(
		dates_freeze(work->context,
			(struct dates){ .items = stretch->days,
				.count = stretch->count,
				.given = stretch->given,
				.given_count = stretch->count },
			stretch->freezes),
		stretch->window, zone_date(stretch->time_zone, work->now));
	json_object *json = json_new_object();
	json_put_text(json, "event", stretch->slug);
	json_put_number(json, "count", participation.count);
	json_put_number(json, "streak", participation.streak);
	json_put_number(json, "longest_streak", participation.longest_streak);
	put_date(json, "last_date", stretch->days[stretch->count - 1]);
	if (stretch->rows)
		json_put(json, "attendance", stretch->rows);
	json_append(list, json);
	*stretch = (struct stretch){ 0 };
}

static void add_day(const struct db_rows *rows, const struct work *work, struct stretch *stretch)
{
	date day = db_get_date(rows, SHOP_USER_ATTENDANCE_DATE);
	date since = db_get_number(rows, SHOP_USER_ATTENDANCE_IS_GIVEN)
		? zone_date(stretch->time_zone, db_get_time(rows, SHOP_USER_ATTENDANCE_AT))
		: day;
	stretch->days = memory_grow(work->context, stretch->days, date, stretch->count + 1);
	stretch->given = memory_grow(
		work->context, stretch->given, struct given_day, stretch->count + 1);
	stretch->given[stretch->count] = (struct given_day){ day, since };
	stretch->days[stretch->count++] = day;
	if (!work->edit)
		return;
	json_object *json = json_new_object();
	put_date(json, "date", db_get_date(rows, SHOP_USER_ATTENDANCE_DATE));
	put_time(json, "at", db_get_time(rows, SHOP_USER_ATTENDANCE_AT));
	json_put_text(
		json, "source", db_get_text(rows, SHOP_USER_ATTENDANCE_SOURCE, work->context));
	if (!stretch->rows)
		stretch->rows = json_new_array();
	json_append(stretch->rows, json);
}

static json_object *participations(struct db *db, const struct work *work, customer_id id)
{
	struct stretch stretch = { 0 };
	json_object *list = json_new_array();
	struct db_rows *rows = db_select(
		db, QUERY_SHOP_USER_ATTENDANCE, DB_PARAMS(db_id(id.value), db_id(id.value)));
	while (db_next(rows)) {
		const char *slug = db_get_text(rows, SHOP_USER_ATTENDANCE_SLUG, work->context);
		if (!text_equals(stretch.slug, slug)) {
			close_stretch(work, &stretch, list);
			stretch = (struct stretch){ .slug = slug,
				.time_zone = db_get_text(
					rows, SHOP_USER_ATTENDANCE_TIME_ZONE, work->context),
				.window = { db_get_date(rows, SHOP_USER_ATTENDANCE_STARTS_ON),
					db_get_date(rows, SHOP_USER_ATTENDANCE_ENDS_ON) },
				.freezes = {
					(uint32_t)db_get_number(rows, SHOP_USER_ATTENDANCE_FREEZES),
					(uint32_t)db_get_number(
						rows, SHOP_USER_ATTENDANCE_FREEZE_EVERY) } };
		}
		add_day(rows, work, &stretch);
	}
	close_stretch(work, &stretch, list);
	return list;
}

static json_object *ledger(struct db *db, const struct work *work, customer_id id)
{
	json_object *list = json_new_array();
	struct db_rows *rows = db_select(db, QUERY_SHOP_USER_ENTRIES, DB_PARAMS(db_id(id.value)));
	while (db_next(rows)) {
		json_object *json = json_new_object();
		json_put_number(json, "id", db_get_number(rows, SHOP_USER_ENTRIES_ID));
		json_put_number(json, "amount", db_get_number(rows, SHOP_USER_ENTRIES_AMOUNT));
		json_put_number(json, "balance", db_get_number(rows, SHOP_USER_ENTRIES_BALANCE));
		json_put_text(
			json, "source", db_get_text(rows, SHOP_USER_ENTRIES_SOURCE, work->context));
		json_put_text(json, "reference",
			db_get_text(rows, SHOP_USER_ENTRIES_REFERENCE, work->context));
		json_put_text(
			json, "reason", db_get_text(rows, SHOP_USER_ENTRIES_REASON, work->context));
		put_time(json, "at", db_get_time(rows, SHOP_USER_ENTRIES_AT));
		json_append(list, json);
	}
	return list;
}

static json_object *lots(struct db *db, customer_id id)
{
	json_object *list = json_new_array();
	struct db_rows *rows = db_select(db, QUERY_LOTS_OPEN, DB_PARAMS(db_id(id.value)));
	while (db_next(rows)) {
		json_object *json = json_new_object();
		json_put_number(json, "points", db_get_number(rows, LOTS_OPEN_REMAINING));
		put_time(json, "expires_at", db_get_time(rows, LOTS_OPEN_EXPIRES_AT));
		json_append(list, json);
	}
	return list;
}

static json_object *reports(struct db *db, const struct work *work, customer_id id)
{
	json_object *list = json_new_array();
	struct db_rows *rows = db_select(db, QUERY_SHOP_USER_STAMPS, DB_PARAMS(db_id(id.value)));
	while (db_next(rows)) {
		json_object *json = json_new_object();
		json_put_text(
			json, "event", db_get_text(rows, SHOP_USER_STAMPS_SLUG, work->context));
		json_put_text(json, "reference",
			db_get_text(rows, SHOP_USER_STAMPS_REFERENCE, work->context));
		json_put_text(
			json, "source", db_get_text(rows, SHOP_USER_STAMPS_SOURCE, work->context));
		put_date(json, "date", db_get_date(rows, SHOP_USER_STAMPS_DATE));
		put_time(json, "at", db_get_time(rows, SHOP_USER_STAMPS_AT));
		json_put_bool(json, "taken_back", !db_is_null(rows, SHOP_USER_STAMPS_REMOVED_AT));
		json_append(list, json);
	}
	return list;
}

static json_object *claims(struct db *db, const struct work *work, customer_id id)
{
	json_object *list = json_new_array();
	struct db_rows *rows = db_select(db, QUERY_SHOP_USER_CLAIMS, DB_PARAMS(db_id(id.value)));
	while (db_next(rows)) {
		struct claim claim = claim_of_row(rows, work->context);
		json_object *json = json_new_object();
		json_put_number(json, "id", (int64_t)claim.id.value);
		json_put_text(json, "event", claim.event);
		json_put_number(json, "milestone", (int64_t)claim.milestone.value);
		json_put_text(json, "product", claim.product_name);
		json_put_text(json, "kind", claim.kind);
		json_put_optional(json, "points", claim.points);
		json_put_text(json, "state", claim.state);
		put_time(json, "claimed_at", claim.claimed_at);
		json_put_text(json, "coupon", claim.coupon);
		json_put_text(json, "tracking", claim.tracking);
		json_append(list, json);
	}
	return list;
}

static json_object *payouts(struct db *db, const struct work *work, customer_id id)
{
	struct payout *payouts;
	size_t count;
	json_object *list = json_new_array();
	payouts_of_customer(db, work->context, id, &payouts, &count);
	for (size_t i = 0; i < count; i++)
		json_append(list, payout_json(&payouts[i]));
	return list;
}

static enum result profile_transaction(struct db *db, void *state)
{
	struct work *work = state;
	struct db_rows *rows = db_select(db, QUERY_SHOP_USER,
		DB_PARAMS(db_time(work->now), db_id(work->subject->issuer_id),
			db_text(work->subject->subject)));
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	customer_id id = { db_get_id(rows, SHOP_USER_ID) };
	json_object *json = json_attach(work->context, json_new_object());
	json_put_number(json, "id", (int64_t)id.value);
	json_put_text(json, "subject", work->subject->subject);
	json_put_text(json, "username", db_get_text(rows, SHOP_USER_USERNAME, work->context));
	json_put_text(json, "state", db_get_text(rows, SHOP_USER_STATE, work->context));
	json_put_number(json, "points", db_get_number(rows, SHOP_USER_POINTS));
	put_time(json, "since", db_get_time(rows, SHOP_USER_CREATED_AT));
	json_put(json, "participations", participations(db, work, id));
	if (work->edit) {
		json_put_bool(json, "belongs_to_the_shop", customer_is_staff(db, id));
		json_put(json, "reports", reports(db, work, id));
		json_put(json, "claims", claims(db, work, id));
		json_put(json, "point_entries", ledger(db, work, id));
		json_put(json, "payouts", payouts(db, work, id));
		json_put(json, "point_lots", lots(db, id));
		json_put(json, "addresses",
			address_of_user(db, work->context, work->seal, id, work->now));
	}
	if (work->edit)
		audit_write(work->edit, "user.export", "user", id.value, NULL, NULL);
	work->profile = json;
	return RESULT_OK;
}

enum result customer_profile(struct db *db, const void *context, const struct subject *subject,
	instant now, json_object **profile)
{
	struct work work = { .context = context, .subject = subject, .now = now };
	enum result result = db_autocommit(db, profile_transaction, &work);
	*profile = work.profile;
	return result;
}

enum result personal_data_export(struct edit *edit, const struct subject *subject,
	const struct seal *seal, json_object **profile)
{
	struct work work = { .context = edit->context,
		.subject = subject,
		.now = edit->now,
		.edit = edit,
		.seal = seal };
	enum result result = edit_transaction(edit, profile_transaction, &work);
	*profile = work.profile;
	return result;
}
