/* SPDX-License-Identifier: MIT */
/* Loads events and their milestones. */
#include "reward/event.h"

#include "base/memory.h"
#include "base/text.h"

enum { MILESTONES_AT_FIRST = 8 };

struct load_work {
	const void *context;
	const char *slug;
	struct event *event;
};

static void read_event(const struct db_rows *rows, const void *context, struct event *event)
{
	event->id.value = db_get_id(rows, EVENT_ROW_ID);
	event->version = db_get_id(rows, EVENT_ROW_VERSION);
	event->name = db_get_text(rows, EVENT_ROW_NAME, context);
	event->description = db_get_text(rows, EVENT_ROW_DESCRIPTION, context);
	event->image = db_get_text(rows, EVENT_ROW_IMAGE, context);
	event->terms = db_get_text(rows, EVENT_ROW_TERMS, context);
	event->mode = text_equals(db_get_text(rows, EVENT_ROW_MODE, context), "consecutive")
		? MODE_CONSECUTIVE
		: MODE_CUMULATIVE;
	event->window = (struct event_window){ db_get_date(rows, EVENT_ROW_STARTS_ON),
		db_get_date(rows, EVENT_ROW_ENDS_ON) };
}

const char *const MILESTONE_BASES[] = {
	[MODE_CUMULATIVE] = "count", [MODE_CONSECUTIVE] = "streak", NULL
};

enum event_mode milestone_basis_of(const char *name)
{
	return text_equals(name, MILESTONE_BASES[MODE_CONSECUTIVE]) ? MODE_CONSECUTIVE
								    : MODE_CUMULATIVE;
}

static void read_milestone(
	const struct db_rows *rows, const void *context, struct milestone *milestone)
{
	*milestone = (struct milestone){
		.id = { db_get_id(rows, EVENT_MILESTONES_ID) },
		.basis = milestone_basis_of(db_get_text(rows, EVENT_MILESTONES_BASIS, context)),
		.rule = {
			.at = (uint32_t)db_get_number(rows, EVENT_MILESTONES_AT),
			.has_earned_from = !db_is_null(rows, EVENT_MILESTONES_EARNED_FROM),
			.earned_from = db_get_date(rows, EVENT_MILESTONES_EARNED_FROM),
		},
		.claim_until = {
			.is_set = !db_is_null(rows, EVENT_MILESTONES_CLAIM_UNTIL),
			.value = db_get_time(rows, EVENT_MILESTONES_CLAIM_UNTIL),
		},
		.product = {
			.id = { db_get_id(rows, EVENT_MILESTONES_PRODUCT_ID) },
			.name = db_get_text(rows, EVENT_MILESTONES_NAME, context),
			.kind = db_get_text(rows, EVENT_MILESTONES_KIND, context),
			.points = db_get_optional(rows, EVENT_MILESTONES_POINTS),
			.wallet = wallet_of(db_get_text(rows, EVENT_MILESTONES_WALLET, context)),
			.expiry = { expiry_kind_of(db_get_text(
					    rows, EVENT_MILESTONES_EXPIRES, context)),
				db_get_number(rows, EVENT_MILESTONES_EXPIRES_AFTER) },
			.image = db_get_text(rows, EVENT_MILESTONES_IMAGE, context),
			.tax_note = db_get_text(rows, EVENT_MILESTONES_TAX_NOTE, context),
			.remain = db_get_optional(rows, EVENT_MILESTONES_REMAIN),
		},
	};
}

static void read_milestones(struct db *db, const void *context, struct event *event)
{
	size_t capacity = 0;
	struct db_rows *rows = db_select(
		db, QUERY_EVENT_MILESTONES, DB_PARAMS(db_id(event->id.value)));
	while (db_next(rows)) {
		if (event->milestone_count == capacity) {
			capacity = capacity ? 2 * capacity : MILESTONES_AT_FIRST;
			event->milestones = memory_grow(
				context, event->milestones, struct milestone, capacity);
		}
		read_milestone(rows, context, &event->milestones[event->milestone_count++]);
	}
}

const char *const STAMPED_BY[] = { "customer", "shop", "both", NULL };

static enum stamped_by stamped_by_of(const char *name)
{
	int index = STAMPED_BY_CUSTOMER;
	while (STAMPED_BY[index] && !text_equals(STAMPED_BY[index], name))
		index++;
	return STAMPED_BY[index] ? (enum stamped_by)index : STAMPED_BY_CUSTOMER;
}

struct event_options event_options_of_row(
	const struct db_rows *rows, unsigned first, const void *context)
{
#define COLUMN(name) (first + EVENT_FIND_##name - EVENT_FIND_NEEDS_EMAIL)
	return (struct event_options){
		.asked = { db_get_number(rows, COLUMN(NEEDS_EMAIL)) != 0,
			db_get_number(rows, COLUMN(NEEDS_PHONE)) != 0,
			(uint32_t)db_get_number(rows, COLUMN(NEEDS_ACCOUNT_DAYS)) },
		.excludes_staff = db_get_number(rows, COLUMN(EXCLUDES_STAFF)) != 0,
		.review_customers = db_get_number(rows, COLUMN(REVIEW_CUSTOMERS)),
		.closing_hours = db_get_number(rows, COLUMN(CLOSING_HOURS)),
		.is_public = db_get_number(rows, COLUMN(IS_PUBLIC)) != 0,
		.stamped_by = stamped_by_of(db_get_text(rows, COLUMN(STAMPED_BY), context)),
		.shop_days_back = db_get_number(rows, COLUMN(SHOP_DAYS_BACK)),
		.freezes = { (uint32_t)db_get_number(rows, COLUMN(FREEZES)),
			(uint32_t)db_get_number(rows, COLUMN(FREEZE_EVERY)) },
		.makeup = { (uint32_t)db_get_number(rows, COLUMN(MAKEUPS)),
			(uint32_t)db_get_number(rows, COLUMN(MAKEUP_BACK)),
			(uint32_t)db_get_number(rows, COLUMN(MAKEUP_PRICE)),
			db_get_number(rows, COLUMN(MAKEUP_PAYS)) != 0 },
	};
#undef COLUMN
}

void event_read_daily_points(struct db *db, const void *context, struct event *event)
{
	struct daily_rule *rules = memory_array(context, struct daily_rule, DAILY_RULES_MAXIMUM);
	size_t count = 0;
	struct db_rows *rows = db_select(
		db, QUERY_DAILY_POINTS_RULES, DB_PARAMS(db_id(event->id.value)));
	while (db_next(rows) && count < DAILY_RULES_MAXIMUM)
		if (daily_rule_parse(
			    db_get_text(rows, DAILY_POINTS_RULES_RULE, context), &rules[count]))
			rules[count++].points = db_get_number(rows, DAILY_POINTS_RULES_POINTS);
	event->daily_points.rules = rules;
	event->daily_points.count = count;
}

static void read_daily_points(struct db *db, const struct db_rows *rows, struct event *event)
{
	event->pays_check_ins = db_get_number(rows, EVENT_FIND_PAYS_CHECK_INS);
	event->daily_points.cap = db_get_optional(rows, EVENT_FIND_DAILY_POINTS_CAP);
	event->budget = db_get_optional(rows, EVENT_FIND_DAILY_POINTS_BUDGET);
	event->daily_wallet = wallet_of(db_get_text(rows, EVENT_FIND_DAILY_POINTS_WALLET, event));
	if (event->pays_check_ins)
		event_read_daily_points(db, event, event);
}

static enum result load_transaction(struct db *db, void *state)
{
	struct load_work *work = state;
	struct db_rows *rows = db_select(db, QUERY_EVENT_FIND, DB_PARAMS(db_text(work->slug)));
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	work->event = memory_new(work->context, struct event);
	work->event->slug = memory_copy_text(work->event, work->slug);
	read_event(rows, work->event, work->event);
	work->event->time_zone = db_get_zone(rows, EVENT_ROW_TIME_ZONE, work->event);
	work->event->announces_attendance = db_get_number(rows, EVENT_FIND_ANNOUNCES_CHECK_INS);
	work->event->announces_claims = db_get_number(rows, EVENT_FIND_ANNOUNCES_CLAIMS);
	work->event->options = event_options_of_row(rows, EVENT_FIND_NEEDS_EMAIL, work->event);
	read_daily_points(db, rows, work->event);
	read_milestones(db, work->event, work->event);
	return RESULT_OK;
}

enum result event_load(struct db *db, const void *context, const char *slug, struct event **event)
{
	struct load_work work = { .context = context, .slug = slug };
	enum result result = db_autocommit(db, load_transaction, &work);
	*event = work.event;
	return result;
}

const struct milestone *event_milestone(const struct event *event, milestone_id id)
{
	for (size_t i = 0; i < event->milestone_count; i++)
		if (event->milestones[i].id.value == id.value)
			return &event->milestones[i];
	return NULL;
}

date event_today(const struct event *event, instant now)
{
	return zone_date(event->time_zone, now);
}

/* --- lists --- */

enum { LIST_CHUNK = 64, DAY_SECONDS = 86400 };

struct list_work {
	const void *context;
	instant now;
	bool only_public;
	uint64_t position;
	size_t limit;
	struct event *events;
	size_t count;
	bool has_more;
};

/* Sorts like (start, id); 0 is before all. */
uint64_t event_position(const struct event *event)
{
	return (uint64_t)(uint32_t)event->window.starts_on.day << 32 | event->id.value;
}

static struct db_rows *select_chunk(struct db *db, const struct list_work *work, uint64_t position)
{
	static const date LAST_DAY = { 2932896 }; /* 9999-12-31 */
	date start = position ? (date){ (int32_t)(position >> 32) } : LAST_DAY;
	uint64_t id = position ? position & UINT32_MAX : UINT32_MAX;
	date yesterday = { (int32_t)(work->now.seconds / DAY_SECONDS) - 1 };
	return db_select(db, QUERY_EVENT_LIST,
		DB_PARAMS(db_time(work->now), db_number(work->only_public), db_date(start),
			db_date(start), db_id(id), db_date(yesterday), db_time(work->now),
			db_number(LIST_CHUNK)));
}

/* An event whose time zone this host does not have has no dates: it is left out, and calls that
 * name it are refused and logged. */
static bool belongs_in_list(const struct event *event, instant now)
{
	if (!zone_exists(event->time_zone))
		return false;
	return event->is_claimable
		|| rules_phase(event->window, event_today(event, now)) != PHASE_ENDED;
}

static enum result list_transaction(struct db *db, void *state)
{
	struct list_work *work = state;
	uint64_t position = work->position;
	work->count = 0;
	work->has_more = false;
	for (size_t in_chunk = LIST_CHUNK; in_chunk == LIST_CHUNK && !work->has_more;) {
		struct db_rows *rows = select_chunk(db, work, position);
		for (in_chunk = 0; db_next(rows); in_chunk++) {
			struct event event = { .slug = db_get_text(
						       rows, EVENT_LIST_SLUG, work->context),
				.is_claimable = db_get_number(rows, EVENT_LIST_IS_CLAIMABLE),
				.options = { .stamped_by = stamped_by_of(db_get_text(rows,
						     EVENT_LIST_STAMPED_BY, work->context)) } };
			read_event(rows, work->context, &event);
			event.time_zone = db_get_text(rows, EVENT_ROW_TIME_ZONE, work->context);
			position = event_position(&event);
			if (!belongs_in_list(&event, work->now))
				continue;
			if (work->count < work->limit)
				work->events[work->count++] = event;
			else
				work->has_more = true;
		}
	}
	return RESULT_OK;
}

enum result event_list(struct db *db, const void *context, instant now, bool only_public,
	uint64_t position, size_t limit, struct event **events, size_t *count, bool *has_more)
{
	struct list_work work = { context, now, only_public, position, limit,
		memory_array(context, struct event, limit), 0, false };
	enum result result = db_autocommit(db, list_transaction, &work);
	*events = work.events;
	*count = work.count;
	*has_more = work.has_more;
	return result;
}

/* --- for the shop's backend --- */

static void read_any(const struct db_rows *rows, const void *context, struct event *event)
{
	*event = (struct event){
		.slug = db_get_text(rows, ANY_EVENT_ROW_SLUG, context),
		.time_zone = db_get_text(rows, EVENT_ROW_TIME_ZONE, context),
		.is_draft = text_equals(db_get_text(rows, ANY_EVENT_ROW_STATE, context), "draft"),
		.options = { .is_public = db_get_number(rows, ANY_EVENT_ROW_IS_PUBLIC) != 0,
			.stamped_by = stamped_by_of(
				db_get_text(rows, ANY_EVENT_ROW_STAMPED_BY, context)),
			.freezes = { (uint32_t)db_get_number(rows, ANY_EVENT_ROW_FREEZES),
				(uint32_t)db_get_number(rows, ANY_EVENT_ROW_FREEZE_EVERY) } },
	};
	read_event(rows, context, event);
}

enum result event_all(struct db *db, const void *context, uint64_t before, size_t limit,
	struct event **events, size_t *count, bool *has_more)
{
	*events = memory_array(context, struct event, limit);
	struct db_rows *rows = db_read(db, QUERY_EVENT_ALL,
		DB_PARAMS(db_id(before ? before : UINT64_MAX), db_number((int64_t)limit + 1)));
	for (*count = 0; *count < limit && db_next(rows); ++*count)
		read_any(rows, context, &(*events)[*count]);
	*has_more = db_next(rows);
	return db_end_read(db);
}

struct any_work {
	const void *context;
	const char *slug;
	struct event *event;
};

static enum result any_transaction(struct db *db, void *state)
{
	struct any_work *work = state;
	struct db_rows *rows = db_select(db, QUERY_EVENT_ANY, DB_PARAMS(db_text(work->slug)));
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	read_any(rows, work->context, work->event);
	read_milestones(db, work->context, work->event);
	return RESULT_OK;
}

enum result event_any(struct db *db, const void *context, const char *slug, struct event *event)
{
	return db_autocommit(db, any_transaction, &(struct any_work){ context, slug, event });
}

struct figures_work {
	const struct event *event;
	date today;
	struct event_figures *figures;
};

static enum result figures_transaction(struct db *db, void *state)
{
	struct figures_work *work = state;
	struct event_figures *figures = work->figures;
	struct db_value id = db_id(work->event->id.value);
	struct db_rows *rows = db_select(
		db, QUERY_EVENT_FIGURES, DB_PARAMS(db_date(work->today), id, id));
	if (db_next(rows)) {
		figures->participants = db_get_number(rows, EVENT_FIGURES_PARTICIPANTS);
		figures->check_ins = db_get_number(rows, EVENT_FIGURES_CHECK_INS);
		figures->checked_in_today = db_get_number(rows, EVENT_FIGURES_CHECKED_IN_TODAY);
	}
	rows = db_select(db, QUERY_CONSOLE_REPORT_CLAIMS, DB_PARAMS(id));
	if (db_next(rows)) {
		figures->claims = db_get_number(rows, CONSOLE_REPORT_CLAIMS_TOTAL);
		figures->to_ship = db_get_number(rows, CONSOLE_REPORT_CLAIMS_TO_SHIP);
		figures->points_granted = db_get_number(rows, CONSOLE_REPORT_CLAIMS_GRANTED);
	}
	return RESULT_OK;
}

enum result event_figures_read(
	struct db *db, const struct event *event, instant now, struct event_figures *figures)
{
	*figures = (struct event_figures){ 0 };
	return db_autocommit(db, figures_transaction,
		&(struct figures_work){ event, event_today(event, now), figures });
}
