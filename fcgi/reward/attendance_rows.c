/* SPDX-License-Identifier: MIT */
/* Collects dates in order, and the customer they belong to. */
#include "reward/attendance_rows.h"

#include "base/memory.h"

enum { DATES_AT_FIRST = 32 };

static date *date_room(const void *context, date *items, size_t count)
{
	bool is_full = count >= DATES_AT_FIRST ? (count & (count - 1)) == 0 : count == 0;
	return is_full ? memory_grow(context, items, date, count ? 2 * count : DATES_AT_FIRST)
		       : items;
}

/* In practice rows arrive in the order of their primary key. ORDER BY would make the server check
 * this each time. */
static void put_in_order(struct dates *dates, date *items, date day)
{
	size_t place = dates->count++;
	for (; place > 0 && items[place - 1].day > day.day; place--)
		items[place] = items[place - 1];
	items[place] = day;
	dates->items = items;
}

/* Returns where the items are now. */
static date *add_date(const void *context, struct dates *dates, date *items, date day)
{
	items = date_room(context, items, dates->count);
	put_in_order(dates, items, day);
	return items;
}

static void note_made_up(const void *context, date day, struct dates *dates)
{
	date *days = memory_array(context, date, dates->made_up_count + 1);
	for (size_t i = 0; i < dates->made_up_count; i++)
		days[i] = dates->made_up[i];
	days[dates->made_up_count++] = day;
	dates->made_up = days;
}

/* column has the time when the day was added; NULL for a check-in. The next one tells whether the
 * customer made it up. There are few such days. */
static void note_given(const struct db_rows *rows, unsigned column, const void *context,
	const char *time_zone, date day, struct dates *dates)
{
	if (db_is_null(rows, column))
		return;
	struct given_day *given = memory_array(context, struct given_day, dates->given_count + 1);
	for (size_t i = 0; i < dates->given_count; i++)
		given[i] = dates->given[i];
	given[dates->given_count++] = (struct given_day){ day,
		zone_date(time_zone, db_get_time(rows, column)) };
	dates->given = given;
	if (db_get_number(rows, column + 1))
		note_made_up(context, day, dates);
}

struct dates reading_dates(struct db *db, const void *context, enum query query, event_id event,
	const char *time_zone, customer_id customer)
{
	date *items = NULL;
	struct dates dates = { 0 };
	struct db_rows *rows = db_select(
		db, query, DB_PARAMS(db_id(event.value), db_id(customer.value)));
	while (db_next(rows)) {
		date day = db_get_date(rows, ATTENDANCE_DAY_DATE);
		items = add_date(context, &dates, items, day);
		note_given(rows, ATTENDANCE_DAY_GIVEN_AT, context, time_zone, day, &dates);
	}
	return dates;
}

/* All days of a customer in an event are archived together, so when there are none here, all may be
 * in the archive. */
struct dates attendance_dates(struct db *db, const void *context, event_id event,
	const char *time_zone, struct freeze_rule freezes, customer_id customer)
{
	struct dates dates = reading_dates(
		db, context, QUERY_ATTENDANCE_DATES, event, time_zone, customer);
	if (dates.count == 0)
		dates = reading_dates(db, context, QUERY_ARCHIVE_DATES, event, time_zone, customer);
	return dates_freeze(context, dates, freezes);
}

struct dates dates_freeze(const void *context, struct dates dates, struct freeze_rule freezes)
{
	if (freezes.most == 0)
		return dates;
	return rules_freeze(dates, freezes, memory_array(context, date, dates.count + 1));
}

void reading_begin(struct reading *reading, const void *context, struct attendance *out)
{
	*reading = (struct reading){ .context = context, .out = out, .finding = FOUND_NO_CUSTOMER };
	out->dates = (struct dates){ 0 };
	out->paid = (struct paid_days){ 0 };
}

static enum finding read_who(const struct db_rows *rows, struct attendance *out)
{
	out->customer.value = db_get_id(rows, ATTENDANCE_ROW_USER_ID);
	if (db_get_id(rows, ATTENDANCE_ROW_VERSION) != out->event->version)
		return FOUND_OTHER_VERSION;
	return db_get_number(rows, ATTENDANCE_ROW_IS_ACTIVE) ? FOUND : FOUND_BLOCKED;
}

void reading_add_day(struct reading *reading, const struct db_rows *rows)
{
	struct attendance *out = reading->out;
	date day = db_get_date(rows, ATTENDANCE_DAY_DATE);
	reading_add_date(reading, day);
	note_given(rows, ATTENDANCE_DAY_GIVEN_AT, reading->context, out->event->time_zone, day,
		&out->dates);
}

void reading_add_date(struct reading *reading, date day)
{
	reading->items = add_date(reading->context, &reading->out->dates, reading->items, day);
}

void reading_add(struct reading *reading, const struct db_rows *rows)
{
	struct attendance *out = reading->out;
	if (!reading->has_begun)
		reading->finding = read_who(rows, out);
	reading->has_begun = true;
	if (db_is_null(rows, ATTENDANCE_ROW_DATE))
		return;
	date day = db_get_date(rows, ATTENDANCE_ROW_DATE);
	reading_add_date(reading, day);
	note_given(rows, ATTENDANCE_ROW_GIVEN_AT, reading->context, out->event->time_zone, day,
		&out->dates);
	if (day.day == out->today.day)
		out->at = db_get_time(rows, ATTENDANCE_ROW_AT);
}

bool reading_has_today_given(const struct reading *reading)
{
	bool is_given = false;
	for (size_t i = 0; i < reading->out->dates.given_count; i++)
		is_given |= reading->out->dates.given[i].day.day == reading->out->today.day;
	return is_given;
}
