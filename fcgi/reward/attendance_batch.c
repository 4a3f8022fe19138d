/* SPDX-License-Identifier: MIT */
/* Serves check-ins and calendars of several customers with one statement, since its cost hardly
 * grows with its rows. */
#include "reward/attendance.h"

#include "base/memory.h"
#include "base/text.h"
#include "reward/attendance_rows.h"

/* Those who can be served together: of one event and one issuer, each once. */
struct group {
	const struct event *event;
	uint64_t issuer_id;
	instant now;
	struct attendance_item *members[ATTENDANCE_BATCH_MAX];
	struct reading readings[ATTENDANCE_BATCH_MAX];
	size_t count;
	bool is_created[ATTENDANCE_BATCH_MAX];
};

static bool has_member(const struct group *group, const struct attendance_item *item)
{
	for (size_t i = 0; i < group->count; i++)
		if (text_equals(group->members[i]->subject->subject, item->subject->subject))
			return true;
	return false;
}

/* event: what the first asks for, kept or just read. */
static void gather(struct group *group, const struct event *event, bool is_check_in,
	struct attendance_item *const *items, size_t count)
{
	for (size_t i = 0; i < count && group->count < ATTENDANCE_BATCH_MAX; i++) {
		struct attendance_item *item = items[i];
		const struct subject *subject = item->subject;
		if (!text_equals(item->slug, items[0]->slug)
			|| subject->issuer_id != group->issuer_id || has_member(group, item))
			continue;
		if (is_check_in
			&& eligibility_unmet(&event->options.asked, &subject->facts, group->now)
				!= REQUIREMENT_NONE)
			continue;
		item->attendance = (struct attendance){ .event = event,
			.today = event_today(event, group->now) };
		group->members[group->count++] = item;
	}
}

static struct reading *reading_of(struct group *group, const struct db_rows *rows)
{
	const uint64_t customer = db_get_id(rows, 2);
	for (size_t i = 0; i < group->count; i++)
		if (group->readings[i].has_begun
			&& group->members[i]->attendance.customer.value == customer)
			return &group->readings[i];
	const char *subject = db_get_text(rows, 6, group->members[0]->context);
	for (size_t i = 0; i < group->count; i++)
		if (text_equals(group->members[i]->subject->subject, subject))
			return &group->readings[i];
	return NULL;
}

static enum result read_state_transaction(struct db *db, void *state)
{
	struct group *group = state;
	struct db_value subjects[ATTENDANCE_BATCH_MAX];
	const struct db_value event = db_id(group->event->id.value);
	for (size_t i = 0; i < group->count; i++)
		reading_begin(&group->readings[i], group->members[i]->context,
			&group->members[i]->attendance);
	for (size_t i = 0; i < countof(subjects); i++)
		subjects[i] = db_text(group->members[i < group->count ? i : 0]->subject->subject);
	struct db_rows *rows = db_select(db, QUERY_ATTENDANCE_OF_MANY,
		DB_PARAMS(event, event, db_id(group->issuer_id), subjects[0], subjects[1],
			subjects[2], subjects[3], subjects[4], subjects[5], subjects[6],
			subjects[7]));
	while (db_next(rows)) {
		struct reading *reading = reading_of(group, rows);
		if (reading)
			reading_add(reading, rows);
	}
	return RESULT_OK;
}

static bool has_today(const struct attendance *attendance)
{
	const struct dates *dates = &attendance->dates;
	for (size_t i = dates->count; i > 0; i--)
		if (dates->items[i - 1].day == attendance->today.day)
			return true;
	return false;
}

/* All or nobody: where fewer came in than were asked for, nobody can say who. */
static bool insert(
	struct db *db, const struct group *group, const struct db_value *ids, size_t count)
{
	uint64_t inserted = 0;
	const struct event *event = group->event;
	return db_change_unless_duplicate(db, QUERY_ATTENDANCE_INSERT_MANY,
		       DB_PARAMS(db_date(event_today(event, group->now)), db_time(group->now),
			       db_id(event->id.value), db_id(event->version), ids[0], ids[1],
			       ids[2], ids[3], ids[4], ids[5], ids[6], ids[7]),
		       &inserted)
		&& inserted == count;
}

static enum result check_in_transaction(struct db *db, void *state)
{
	struct group *group = state;
	struct db_value ids[ATTENDANCE_BATCH_MAX];
	size_t count = 0;
	enum result result = read_state_transaction(db, group);
	for (size_t i = 0; i < group->count; i++) {
		const struct attendance *attendance = &group->members[i]->attendance;
		group->is_created[i] = group->readings[i].finding == FOUND
			&& !has_today(attendance);
		if (group->is_created[i])
			ids[count++] = db_id(attendance->customer.value);
	}
	if (count == 0 || db_has_failed(db))
		return result;
	for (size_t i = count; i < countof(ids); i++)
		ids[i] = ids[0];
	if (insert(db, group, ids, count))
		return result;
	for (size_t i = 0; i < group->count; i++) {
		if (group->is_created[i])
			group->readings[i].finding = FOUND_OTHER_VERSION;
		group->is_created[i] = false;
	}
	return result;
}

static void finish(struct group *group, size_t i)
{
	struct attendance_item *item = group->members[i];
	struct attendance *out = &item->attendance;
	const enum finding finding = group->readings[i].finding;
	item->is_done = finding == FOUND || finding == FOUND_BLOCKED;
	item->result = finding == FOUND_BLOCKED ? ERR_FORBIDDEN
		: group->is_created[i]          ? RESULT_CREATED
						: RESULT_OK;
	if (group->is_created[i]) {
		reading_add_date(&group->readings[i], out->today);
		out->at = group->now;
	}
	out->participation = rules_participation(out->dates, group->event->window, out->today);
}

/* The event that the first asks for, as the worker keeps it; NULL: nobody is served together. */
static const struct event *begin(struct group *group, struct db *db, struct event_cache *cache,
	struct attendance_item *const *items)
{
	const struct event *event;
	if (event_cache_get(cache, db, items[0]->slug, false, &event) != RESULT_OK)
		return NULL;
	group->event = event;
	group->issuer_id = items[0]->subject->issuer_id;
	return event;
}

void attendance_check_in_batch(struct db *db, struct event_cache *cache, instant now,
	struct attendance_item *const *items, size_t count)
{
	struct group group = { .now = now };
	const struct event *event = begin(&group, db, cache, items);
	if (!event || event->announces_attendance || event->options.excludes_staff
		|| rules_phase(event->window, event_today(event, now)) != PHASE_RUNNING)
		return;
	gather(&group, event, true, items, count);
	if (group.count < 2 || db_autocommit(db, check_in_transaction, &group) != RESULT_OK)
		return;
	for (size_t i = 0; i < group.count; i++)
		/* a given day is to become the customer's own */
		if (group.is_created[i] || !reading_has_today_given(&group.readings[i]))
			finish(&group, i);
}

void attendance_view_batch(struct db *db, struct event_cache *cache, instant now,
	struct attendance_item *const *items, size_t count)
{
	struct group group = { .now = now };
	const struct event *event = begin(&group, db, cache, items);
	/* some of it may lie in the archive */
	if (!event || rules_phase(event->window, event_today(event, now)) == PHASE_ENDED)
		return;
	gather(&group, event, false, items, count);
	if (group.count < 2 || db_autocommit(db, read_state_transaction, &group) != RESULT_OK)
		return;
	for (size_t i = 0; i < group.count; i++)
		finish(&group, i);
}
