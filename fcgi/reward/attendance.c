/* SPDX-License-Identifier: MIT */
/* Check-ins: the primary key decides, everything else is worked out from the rows. */
#include "reward/attendance.h"

#include "base/memory.h"
#include "reward/message.h"

#include <inttypes.h>

enum { DATES_AT_FIRST = 32, TRIES = 3 };

/* An event that is kept may be out of date; then, and when the customer is new, the work is done again on fresh ground. */
enum finding { FOUND, FOUND_NO_CUSTOMER, FOUND_BLOCKED, FOUND_OF_THE_SHOP, FOUND_OTHER_VERSION };

struct work {
	const void *context;
	const struct subject *subject;
	instant now;
	struct attendance *out;
	date *items;
	bool has_inserted;                      /* by the body; with autocommit this stays true when the body runs again */
	bool is_created;                        /* by this request, for good */
	enum finding finding;
};

static date *date_room(const void *context, date *items, size_t count)
{
	bool is_full = count >= DATES_AT_FIRST ? (count & (count - 1)) == 0 : count == 0;
	return is_full ? memory_grow(context, items, date, count ? 2 * count : DATES_AT_FIRST) : items;
}

/* Rows come by their primary key in practice; saying ORDER BY would have the server look into it each time. */
static void put_in_order(struct dates *dates, date *items, date day)
{
	size_t place = dates->count++;
	for (; place > 0 && items[place - 1].day > day.day; place--)
		items[place] = items[place - 1];
	items[place] = day;
	dates->items = items;
}

/* Answers where the items are now. */
static date *add_date(const void *context, struct dates *dates, date *items, date day)
{
	items = date_room(context, items, dates->count);
	put_in_order(dates, items, day);
	return items;
}

/* column says when the day was given, NULL of a check-in. There are few such days. */
static void note_given(const struct db_rows *rows, unsigned column, const void *context, const char *time_zone, date day, struct dates *dates)
{
	if (db_is_null(rows, column))
		return;
	struct given_day *given = memory_array(context, struct given_day, dates->given_count + 1);
	for (size_t i = 0; i < dates->given_count; i++)
		given[i] = dates->given[i];
	given[dates->given_count++] = (struct given_day){ day, zone_date(time_zone, db_get_time(rows, column)) };
	dates->given = given;
}

static struct dates read_dates(struct db *db, const void *context, enum query query, event_id event, const char *time_zone, user_id user)
{
	date *items = NULL;
	struct dates dates = { 0 };
	struct db_rows *rows = db_select(db, query, DB_VALUES(db_id(event.value), db_id(user.value)));
	while (db_next(rows)) {
		date day = db_get_date(rows, 0);
		items = add_date(context, &dates, items, day);
		note_given(rows, 1, context, time_zone, day, &dates);
	}
	return dates;
}

/* A customer's days of an event move to the archive all at once, so who finds none here may find all there. */
struct dates attendance_dates(struct db *db, const void *context, event_id event, const char *time_zone, user_id user)
{
	struct dates dates = read_dates(db, context, QUERY_ATTENDANCE_DATES, event, time_zone, user);
	return dates.count ? dates : read_dates(db, context, QUERY_ARCHIVE_DATES, event, time_zone, user);
}

static enum finding read_first_row(const struct db_rows *rows, struct work *work)
{
	struct attendance *out = work->out;
	out->user.value = db_get_id(rows, 2);
	if (db_get_id(rows, 4) != out->event->version)
		return FOUND_OTHER_VERSION;
	return db_get_number(rows, 3) ? FOUND : FOUND_BLOCKED;
}

static void read_date(const struct db_rows *rows, struct work *work)
{
	struct dates *dates = &work->out->dates;
	if (db_is_null(rows, 0))
		return;
	date day = db_get_date(rows, 0);
	work->items = add_date(work->context, dates, work->items, day);
	note_given(rows, 5, work->context, work->out->event->time_zone, day, dates);
	if (day.day == work->out->today.day)
		work->out->at = db_get_time(rows, 1);
}

static bool is_over(const struct attendance *attendance)
{
	return rules_phase(attendance->event->window, attendance->today) == PHASE_ENDED;
}

static enum result read_body(struct db *db, void *state)
{
	struct work *work = state;
	const struct subject *subject = work->subject;
	work->out->dates = (struct dates){ 0 };
	work->items = NULL;
	work->finding = FOUND_NO_CUSTOMER;      /* where there is no row */
	struct db_rows *rows = db_select(db, QUERY_ATTENDANCE_OF, DB_VALUES(db_id(work->out->event->id.value),
		db_id(work->out->event->id.value), db_id(subject->issuer_id), db_text(subject->subject)));
	for (bool is_first = true; db_next(rows); is_first = false) {
		if (is_first)
			work->finding = read_first_row(rows, work);
		read_date(rows, work);
	}
	if (work->finding == FOUND && work->out->dates.count == 0 && is_over(work->out))
		work->out->dates = read_dates(db, work->context, QUERY_ARCHIVE_DATES, work->out->event->id, work->out->event->time_zone,
			work->out->user);
	return RESULT_OK;
}

/* After the insert, which looked at event and customer: only the dates and whose they are is left to be read. Which were given matters to
 * nothing that a check-in says. */
static enum result read_own(struct db_rows *rows, struct work *work)
{
	date *items = NULL;
	struct attendance *out = work->out;
	out->dates = (struct dates){ 0 };
	while (db_next(rows)) {
		out->user.value = db_get_id(rows, 1);
		items = add_date(work->context, &out->dates, items, db_get_date(rows, 0));
	}
	out->at = work->now;
	work->finding = FOUND;
	return RESULT_OK;
}

static void announce(struct db *db, const struct work *work)
{
	char day[DATE_TEXT];
	const struct attendance *out = work->out;
	message_announce(db, &(struct announcement){ .kind = "attendance.created", .event = out->event->id, .user = out->user,
		.key = memory_format(work->context, "%" PRIu64 "-%" PRIu64 "-%s", out->event->id.value, out->user.value, date_format(out->today, day)),
		.data = memory_format(work->context, "{\"date\":\"%s\"}", day) }, work->now);
}

/* Nothing was inserted, and the customer seems to be one who may check in. */
static enum finding why_not(struct db *db, const struct work *work)
{
	if (work->out->event->options.excludes_staff && customer_is_of_the_shop(db, work->out->user))
		return FOUND_OF_THE_SHOP;
	return FOUND_OTHER_VERSION;     /* the cause went away between the two statements */
}

static bool is_today_given(const struct attendance *attendance)
{
	bool is_given = false;
	for (size_t i = 0; i < attendance->dates.given_count; i++)
		is_given |= attendance->dates.given[i].day.day == attendance->today.day;
	return is_given;
}

/* Today counts already, though the customer comes only now: from here on it is the customer's own, and not taken back with an outage. */
static void adopt(struct db *db, struct work *work)
{
	struct attendance *out = work->out;
	if (work->finding != FOUND || !is_today_given(out))
		return;
	if (db_change(db, QUERY_ATTENDANCE_ADOPT, DB_VALUES(db_time(work->now), db_id(out->event->id.value), db_id(out->user.value),
			db_date(out->today))) == 1)
		out->at = work->now;
	else
		work->finding = FOUND_OTHER_VERSION;    /* taken back just now: check in anew */
}

static enum result check_in_body(struct db *db, void *state)
{
	struct work *work = state;
	const struct event *event = work->out->event;
	uint64_t changed;
	struct db_rows *rows;
	enum query insert = event->options.excludes_staff ? QUERY_ATTENDANCE_INSERT_OUTSIDER : QUERY_ATTENDANCE_INSERT;
	bool is_new = db_change_then_select(db, insert, DB_VALUES(db_date(work->out->today),
		db_time(work->now), db_id(work->subject->issuer_id), db_text(work->subject->subject), db_id(event->id.value),
		db_id(event->version)), &changed, QUERY_ATTENDANCE_DATES_OF_INSERTED, DB_VALUES(db_id(event->id.value)), &rows);
	work->has_inserted = changed == 1 || (work->has_inserted && !event->announces_attendance);
	enum result result = changed == 1 ? read_own(rows, work) : read_body(db, work);
	if (is_new && changed == 0 && work->finding == FOUND)
		work->finding = why_not(db, work);
	if (!is_new)
		adopt(db, work);
	if (changed == 1 && event->announces_attendance)
		announce(db, work);
	return result;
}

static bool needs_again(const struct work *work)
{
	return work->finding == FOUND_NO_CUSTOMER || work->finding == FOUND_OTHER_VERSION;
}

/* Makes the customer exist (or finds it blocked), and says result otherwise. */
static enum result refuse(struct db *db, const struct work *work, enum result result)
{
	struct customer customer;
	enum result entered = customer_enter(db, work->context, work->subject, work->now, &customer);
	return entered == RESULT_OK ? result : entered;
}

static enum result get_event(struct db *db, struct event_cache *cache, const char *slug, bool must_be_fresh, struct work *work)
{
	enum result result = event_cache_get(cache, db, slug, must_be_fresh, &work->out->event);
	if (result != RESULT_OK)
		return refuse(db, work, result);
	work->out->today = event_today(work->out->event, work->now);
	return RESULT_OK;
}

static bool is_running(const struct attendance *attendance)
{
	return rules_phase(attendance->event->window, attendance->today) == PHASE_RUNNING;
}

/* Who lacks what the event asks for only looks: today's check-in may be there already. */
static db_body *body_for(db_body *body, struct work *work)
{
	if (body != check_in_body)
		return body;
	work->out->lack = rules_lack(&work->out->event->options.asked, &work->subject->facts, work->now);
	return work->out->lack == LACK_NOTHING ? body : read_body;
}

/* Runs body on the event as kept, and again on a fresh one until what it found holds. */
static enum result find(struct db *db, struct event_cache *cache, const char *slug, bool must_be_fresh, db_body *body, struct work *work)
{
	for (unsigned tries = 0; tries < TRIES; tries++, must_be_fresh = true) {
		enum result result = get_event(db, cache, slug, must_be_fresh, work);
		if (result != RESULT_OK)
			return result;
		db_body *fitting = body_for(body, work);
		bool is_refused = body == check_in_body && (fitting != body || !is_running(work->out));
		if (is_refused && !must_be_fresh)
			continue;
		if (is_refused && fitting == body)
			return refuse(db, work, ERR_EVENT_NOT_RUNNING);
		bool is_announced = fitting == check_in_body && work->out->event->announces_attendance;
		result = is_announced ? db_transaction(db, fitting, work) : db_attempt(db, fitting, work);
		work->is_created |= result == RESULT_OK && work->has_inserted;
		if (result == RESULT_OK && work->finding == FOUND_NO_CUSTOMER)
			result = refuse(db, work, RESULT_OK);
		if (result != RESULT_OK || !needs_again(work))
			return result;
	}
	return ERR_UNAVAILABLE;         /* the event was changed again and again meanwhile */
}

static enum result finish(enum result result, const struct work *work)
{
	struct attendance *out = work->out;
	if (result != RESULT_OK)
		return result;
	if (work->finding == FOUND_BLOCKED)
		return ERR_FORBIDDEN;
	out->participation = rules_participation(out->dates, out->event->window, out->today);
	if (work->finding == FOUND_OF_THE_SHOP)
		out->lack = LACK_OUTSIDER;
	return out->lack != LACK_NOTHING && !out->participation.is_checked_in_today ? ERR_FORBIDDEN : RESULT_OK;
}

enum result attendance_check_in(struct db *db, struct event_cache *cache, const void *context, const char *slug,
	const struct subject *subject, instant now, struct attendance *out)
{
	struct work work = { .context = context, .subject = subject, .now = now, .out = out };
	out->lack = LACK_NOTHING;
	enum result result = finish(find(db, cache, slug, false, check_in_body, &work), &work);
	return result == RESULT_OK && work.is_created ? RESULT_CREATED : result;
}

enum result attendance_view(struct db *db, struct event_cache *cache, const void *context, const char *slug, bool must_be_fresh,
	const struct subject *subject, instant now, struct attendance *out)
{
	struct work work = { .context = context, .subject = subject, .now = now, .out = out };
	out->lack = LACK_NOTHING;
	return finish(find(db, cache, slug, must_be_fresh, read_body, &work), &work);
}
