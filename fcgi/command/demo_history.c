/* SPDX-License-Identifier: MIT */
/* Generates the demo's customers, their check-ins and claims, and writes them in batches. */
#include "command/demo_history.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NAMED = 3,
	REGULARS = 17,
	DAY_SECONDS = 86400,
	OPENING_SECOND = 25200,
	OPEN_SECONDS = 61200,
	SHIFT_SECONDS = 9176,
	NAME_ROOM = 32
};
enum { CLAIMS_OF_100 = 70 };

/* Days of history as bits: bit 0 is the event's first day, bit DEMO_DAYS_BEFORE is today. */
typedef uint32_t days;
/* all days before today */
static const days YESTERDAY_BACK = ((days)1 << DEMO_DAYS_BEFORE) - 1;

struct attendee {
	char subject[NAME_ROOM];
	days days;
	uint32_t moment;
	bool claims, is_regular;
};

static const struct {
	const char *subject;
	days days;
} NAMED_ATTENDEES[NAMED] = {
	{ "minji", 0x1e0000 }, /* the last 4 days */
	{ "jun", 0x1fff80 },   /* the last 14 */
	{ "sora", 0x16db6d },  /* 14, with gaps */
};

static const char *const NAMES[] = {
	"seoyeon",
	"minjun",
	"jiwoo",
	"haneul",
	"doyun",
	"seojun",
	"hayun",
	"jiho",
	"yuna",
	"eunwoo",
	"chaewon",
	"siwoo",
	"dahye",
	"junseo",
	"nari",
	"taeyang",
	"bora",
	"hyunwoo",
	"sumin",
	"garam",
	"yejin",
	"donghyun",
	"areum",
	"jaehyun",
	"gaeun",
	"woojin",
	"mina",
	"sangho",
};

/* The number-th value of a fixed pseudo-random sequence (splitmix64). */
static uint64_t scatter(uint64_t number)
{
	uint64_t z = (number + 1) * 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static uint32_t share(uint64_t number, uint32_t salt)
{
	return (uint32_t)(scatter(number * 64 + salt) % 100);
}

static int64_t moment_of(
	const struct demo_history *history, const struct attendee *attendee, uint32_t day)
{
	int64_t start = history->day_start.seconds
		- (DEMO_DAYS_BEFORE - (int64_t)day) * DAY_SECONDS;
	return start + OPENING_SECOND + (attendee->moment + SHIFT_SECONDS * day) % OPEN_SECONDS;
}

/* Most check in occasionally, the first ones almost daily. */
static days made_up_days(uint64_t number)
{
	uint32_t liking = share(number, 60),
		 joined = (uint32_t)(scatter(number) % DEMO_DAYS_BEFORE);
	days came = 0;
	if (number < REGULARS)
		return YESTERDAY_BACK & ~(number % 3 ? (days)0x1020 >> number % 5 : 0);
	for (uint32_t day = joined / 2; day <= DEMO_DAYS_BEFORE; day++)
		if (share(number, day) < 8 + liking * liking / 120)
			came |= (days)1 << day;
	return came;
}

static struct attendee attendee_of(const struct demo_history *history, uint64_t index)
{
	struct attendee attendee = { .moment = (uint32_t)(scatter(~index) % OPEN_SECONDS),
		.claims = index >= NAMED };
	if (index < NAMED) {
		snprintf(attendee.subject, sizeof attendee.subject, "%s",
			NAMED_ATTENDEES[index].subject);
		attendee.days = NAMED_ATTENDEES[index].days;
		return attendee;
	}
	uint64_t number = index - NAMED;
	snprintf(attendee.subject, sizeof attendee.subject, "%s%" PRIu64,
		NAMES[number % countof(NAMES)], number / countof(NAMES) + 1);
	attendee.is_regular = number < REGULARS;
	attendee.days = made_up_days(number);
	if (moment_of(history, &attendee, DEMO_DAYS_BEFORE) > history->now.seconds)
		attendee.days &= YESTERDAY_BACK;
	return attendee;
}

uint64_t demo_history_customers(const struct demo_history *history)
{
	return history->others + NAMED;
}

/* The day of the customer's at-th check-in; false when there are fewer. */
static bool reached_on(const struct attendee *attendee, uint32_t at, uint32_t *day)
{
	for (*day = 0; *day <= DEMO_DAYS_BEFORE; ++*day)
		if (attendee->days >> *day & 1 && --at == 0)
			return true;
	return false;
}

/* Whether and when this customer claimed it. Only regular customers claimed items, so that their
 * number is known in advance. */
static bool claimed_at(const struct demo_history *history, const struct attendee *attendee,
	uint32_t at, bool is_item, int64_t *seconds)
{
	uint32_t day;
	if (!attendee->claims || (is_item && !attendee->is_regular)
		|| !reached_on(attendee, at, &day))
		return false;
	*seconds = moment_of(history, attendee, day) + 20 + (attendee->moment + at) % 900;
	return *seconds <= history->now.seconds
		&& (is_item || (attendee->moment + at * 37) % 100 < CLAIMS_OF_100);
}

uint32_t demo_history_item_claims(const struct demo_history *history, uint32_t at)
{
	uint32_t count = 0;
	for (uint64_t index = NAMED;
		index < NAMED + REGULARS && index < demo_history_customers(history); index++) {
		struct attendee attendee = attendee_of(history, index);
		int64_t seconds;
		count += claimed_at(history, &attendee, at, true, &seconds);
	}
	return count;
}

/* --- documents --- */

struct document {
	FILE *file;
	char *text;
	size_t length, rows;
};

static void open_document(struct document *document)
{
	*document = (struct document){ 0 };
	document->file = open_memstream(&document->text, &document->length);
	if (!document->file)
		memory_exhausted();
}

static FILE *next_row(struct document *document)
{
	fputc(document->rows++ ? ',' : '[', document->file);
	return document->file;
}

/* The text is allocated below context. */
static struct db_value close_document(struct document *document, const void *context)
{
	fputs(document->rows ? "]" : "[]", document->file);
	if (fclose(document->file) != 0)
		memory_exhausted();
	memory_attach(context, document->text, free);
	return db_bytes(document->text, document->length);
}

static const char *hex(const char *text, char out[2 * NAME_ROOM])
{
	for (size_t i = 0; text[i]; i++)
		snprintf(out + 2 * i, 3, "%02x", (unsigned char)text[i]);
	return out;
}

static const char *sql_time(int64_t seconds, char out[INSTANT_TEXT])
{
	instant_format((instant){ seconds }, out);
	out[strlen("2026-11-22")] = ' ';
	out[strlen("2026-11-22 03:04:05")] = 0;
	return out;
}

static struct db_value days_document(const struct demo_history *history, const void *context)
{
	struct document document;
	open_document(&document);
	for (int day = 0; day <= DEMO_DAYS_BEFORE; day++) {
		char text[DATE_TEXT], time[INSTANT_TEXT];
		int before = DEMO_DAYS_BEFORE - day;
		fprintf(next_row(&document), "{\"n\":%d,\"date\":\"%s\",\"start\":\"%s\"}", day,
			date_format((date){ history->today.day - before }, text),
			sql_time(history->day_start.seconds - (int64_t)before * DAY_SECONDS, time));
	}
	return close_document(&document, context);
}

static void add_claims(struct document *document, const struct demo_history *history,
	const struct attendee *attendee, const char *subject)
{
	for (size_t i = 0; i < DEMO_MILESTONES; i++) {
		const struct demo_milestone *milestone = &history->milestones[i];
		int64_t seconds;
		char time[INSTANT_TEXT];
		if (claimed_at(history, attendee, milestone->at, milestone->is_item, &seconds))
			fprintf(next_row(document), "{\"s\":\"%s\",\"m\":%" PRIu64 ",\"t\":\"%s\"}",
				subject, milestone->id, sql_time(seconds, time));
	}
}

/* --- one batch --- */

struct batch {
	const struct demo_history *history;
	struct db_value attendees, claims, days;
};

static struct batch make_batch(
	const struct demo_history *history, const void *context, uint64_t first)
{
	struct document attendees, claims;
	open_document(&attendees);
	open_document(&claims);
	for (uint64_t index = first;
		index < first + DEMO_BATCH && index < demo_history_customers(history); index++) {
		char subject[2 * NAME_ROOM];
		struct attendee attendee = attendee_of(history, index);
		hex(attendee.subject, subject);
		fprintf(next_row(&attendees),
			"{\"i\":%" PRIu64 ",\"s\":\"%s\",\"d\":%" PRIu32 ",\"o\":%" PRIu32 "}",
			history->issuer_id, subject, attendee.days, attendee.moment);
		add_claims(&claims, history, &attendee, subject);
	}
	return (struct batch){ history, close_document(&attendees, context),
		close_document(&claims, context), days_document(history, context) };
}

static enum result load_transaction(struct db *db, void *pointer)
{
	const struct batch *batch = pointer;
	struct db_value event = db_id(batch->history->event.value),
			issuer = db_id(batch->history->issuer_id);
	struct db_value now = db_time(batch->history->now);
	db_change(db, QUERY_IMPORT_CUSTOMERS,
		DB_PARAMS(now, batch->attendees, now, db_date(batch->history->today)));
	db_change(
		db, QUERY_DEMO_ATTENDANCE, DB_PARAMS(event, batch->attendees, issuer, batch->days));
	struct db_rows *rows = db_select(db, QUERY_DEMO_LAST_CLAIM, DB_NO_PARAMS);
	struct db_value last = db_id(db_next(rows) ? db_get_id(rows, DEMO_LAST_CLAIM_LAST_ID) : 0);
	db_change(db, QUERY_DEMO_CLAIMS, DB_PARAMS(batch->claims, issuer));
	db_change(db, QUERY_DEMO_POINT_ENTRIES, DB_PARAMS(event, last));
	db_change(db, QUERY_DEMO_BALANCES, DB_PARAMS(event, last));
	db_change(db, QUERY_DEMO_STOCK_MOVEMENTS, DB_PARAMS(event, last));
	db_change(db, QUERY_DEMO_STOCK, DB_PARAMS(event, last));
	return RESULT_OK;
}

enum result demo_history_load(
	struct db *db, const void *context, const struct demo_history *history, uint64_t first)
{
	void *memory = memory_context(context);
	struct batch batch = make_batch(history, memory, first);
	enum result result = db_transaction(db, load_transaction, &batch);
	memory_free(memory);
	return result;
}
