/* SPDX-License-Identifier: MIT */
/* Imports attendance: checks the whole file first, then writes it in batches within one
 * transaction. */
#include "reward/attendance_import.h"

#include "base/memory.h"
#include "base/text.h"
#include "records/audit.h"
#include "customer/customer.h"
#include "reward/event_edit.h"
#include "customer/erased_subject.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_ROWS = 2000, SUBJECT_BYTES_MAXIMUM = 255 };

enum { SUBJECT, DATE, ISSUER };
static const struct spreadsheet_column COLUMNS[] = {
	[SUBJECT] = { .name = "subject",
		.kind = CELL_NAME,
		.headings = { "subject subjectid sub 식별자 회원식별자 고객식별자",
			"user userid customer customerid customerno customernumber member "
			"memberid memberno membernumber account accountid 회원 회원번호 "
			"회원아이디 회원id 아이디 고객 고객번호 고객아이디 고객id 사용자 "
			"사용자번호 사용자아이디 사용자id 유저 유저id 유저아이디 계정",
			"id username login loginid email 이메일 로그인아이디 번호" } },
	[DATE] = { .name = "date",
		.kind = CELL_DATE,
		.headings = { "date day attendancedate attendanceday attendedon attendanceon "
			      "checkin checkindate checkinday checkedinon visitdate 날짜 일자 "
			      "출석 출석일 출석일자 출석날짜 출석체크 출석체크일 출석체크일자 "
			      "출석체크날짜 출첵일 출첵날짜 체크인 체크인일 체크인일자 "
			      "체크인날짜 참여일 참여일자 참여날짜 방문일 방문일자",
			"일 일시 출석일시 attendedat checkedinat" } },
	[ISSUER] = { .name = "issuer",
		.kind = CELL_NAME,
		.is_optional = true,
		.headings = { "issuer iss issuername 발급자 발급처 발행자 발행처 발급기관 인증기관",
			"site shop mall 사이트 쇼핑몰 몰" } },
};
static const struct spreadsheet_schema SCHEMA = { COLUMNS, countof(COLUMNS), true };

struct row {
	uint64_t issuer_id;
	const char *subject;
	date date;
};

struct work {
	struct edit *edit;
	const struct attendance_import *import;
	struct attendance_import_outcome *outcome;
	struct edited_event event;
	date today;
	uint64_t issuer_ids[ISSUERS_MAXIMUM]; /* 0: not read yet */
	FILE *batch;                          /* JSON, into text */
	char *text;
	size_t length;
	uint64_t batched;
	bool is_importing; /* the check is done: inside the transaction */
};

/* --- one row --- */

/* The readers of cells answer NULL, or what is wrong. */

static const char *read_subject(const char *text, struct row *row)
{
	row->subject = text;
	return strlen(text) > SUBJECT_BYTES_MAXIMUM ? "the subject must have 1 to 255 bytes" : NULL;
}

static const char *read_date(const char *text, const struct work *work, struct row *row)
{
	char day[DATE_TEXT];
	const void *context = work->edit->context;
	if (!cell_date(text, &row->date))
		return memory_format(context, "\"%s\" is not a date (2026-11-22)", text);
	date_format(row->date, day);
	if (row->date.day < work->event.window.starts_on.day
		|| row->date.day > work->event.window.ends_on.day)
		return memory_format(context, "%s is not a day of the event", day);
	return row->date.day > work->today.day ? memory_format(context, "%s is yet to come", day)
					       : NULL;
}

static const char *read_issuer(const char *name, struct work *work, struct row *row)
{
	const struct settings *settings = work->import->settings;
	size_t i = 0;
	if (!*name && settings->issuer_count != 1)
		return "the row must name an issuer: the settings have not just one";
	while (*name && i < settings->issuer_count && !text_equals(name, settings->issuers[i].iss)
		&& !text_equals(name, settings->issuers[i].name))
		i++;
	if (i == settings->issuer_count)
		return memory_format(
			work->edit->context, "the settings have no issuer \"%s\"", name);
	if (!work->issuer_ids[i] && work->is_importing)
		return "the file changed while it was read";
	if (!work->issuer_ids[i]
		&& customer_issuer(work->edit->db, settings->issuers[i].iss, &work->issuer_ids[i])
			!= RESULT_OK)
		return "the issuer cannot be looked up";
	row->issuer_id = work->issuer_ids[i];
	return NULL;
}

static const char *read_row(struct spreadsheet_row *cells, struct work *work, struct row *row)
{
	if (cells->fault)
		return cells->fault;
	cells->column = COLUMNS[SUBJECT].name;
	const char *fault = read_subject(cells->cells[SUBJECT], row);
	if (fault)
		return fault;
	cells->column = COLUMNS[DATE].name;
	fault = read_date(cells->cells[DATE], work, row);
	if (fault)
		return fault;
	cells->column = COLUMNS[ISSUER].name;
	return read_issuer(cells->cells[ISSUER], work, row);
}

/* --- the file --- */

typedef void row_sink(struct work *work, const struct row *row);

static void watch(const struct work *work, uint64_t done, uint64_t total)
{
	if (work->import->watch && done % BATCH_ROWS == 0)
		work->import->watch(work->import->watch_state, done, total);
}

/* Calls sink for each row. RESULT_OK with the number of rows, or the error of a line. */
static enum result read_file(struct work *work, uint64_t total, row_sink *sink, uint64_t *rows)
{
	const void *context = work->edit->context;
	struct spreadsheet *spreadsheet = spreadsheet_open(context, work->import->file, &SCHEMA);
	struct spreadsheet_row cells;
	struct row row;
	*rows = 0;
	while (!db_has_failed(work->edit->db) && spreadsheet_next(spreadsheet, &cells)) {
		const char *fault = read_row(&cells, work, &row);
		if (fault)
			return edit_refuse(work->edit, ERR_INVALID, "file", "%s",
				spreadsheet_fault_sentence(
					context, cells.line, cells.column, fault));
		sink(work, &row);
		watch(work, ++*rows, total);
	}
	work->outcome->spreadsheet = spreadsheet;
	return RESULT_OK;
}

static void ignore_row(struct work *work, const struct row *row)
{
	(void)work;
	(void)row;
}

/* --- the batches --- */

static void begin_batch(struct work *work)
{
	work->batched = 0;
	work->batch = open_memstream(&work->text, &work->length);
	if (!work->batch)
		memory_exhausted();
}

static void drop_batch(struct work *work)
{
	fclose(work->batch);
	free(work->text);
	work->text = NULL;
}

static void send_batch(struct work *work)
{
	struct db *db = work->edit->db;
	struct db_value now = db_time(work->edit->now), rows;
	fputc(']', work->batch);
	if (fflush(work->batch) != 0)
		memory_exhausted();
	if (work->batched) {
		rows = db_bytes(work->text, work->length);
		work->outcome->customers += db_change(db, QUERY_IMPORT_CUSTOMERS,
			DB_PARAMS(
				now, rows, now, db_date(erased_subject_day_over(work->edit->now))));
		work->outcome->added += db_change(db, QUERY_IMPORT_ATTENDANCE,
			DB_PARAMS(db_id(work->event.id.value), now, rows));
		struct db_rows *counted = db_select(db, QUERY_IMPORT_LEFT_OUT, DB_PARAMS(rows));
		work->outcome->left_out += db_next(counted)
			? db_get_id(counted, IMPORT_LEFT_OUT_TOTAL)
			: 0;
	}
	drop_batch(work);
}

static void put_hex(FILE *file, const char *name, const void *bytes, size_t length)
{
	const unsigned char *at = bytes;
	fprintf(file, ",\"%s\":\"", name);
	for (size_t i = 0; i < length; i++)
		fprintf(file, "%02x", at[i]);
	fputc('"', file);
}

static void batch_row(struct work *work, const struct row *row)
{
	char day[DATE_TEXT];
	unsigned char hash[ERASED_SUBJECT_HASH_BYTES];
	void *scratch = memory_context(work->edit->context);
	erased_subject_hash(scratch, work->import->secret,
		&(struct subject){ .issuer_id = row->issuer_id, .subject = row->subject }, hash);
	memory_free(scratch);
	fprintf(work->batch, "%c{\"i\":%" PRIu64 ",\"d\":\"%s\"", work->batched ? ',' : '[',
		row->issuer_id, date_format(row->date, day));
	put_hex(work->batch, "s", row->subject, strlen(row->subject));
	put_hex(work->batch, "h", hash, sizeof hash);
	fputc('}', work->batch);
	if (++work->batched < BATCH_ROWS)
		return;
	send_batch(work);
	begin_batch(work);
}

static json_object *outcome_json(const struct attendance_import_outcome *outcome)
{
	json_object *json = json_new_object();
	json_put_number(json, "rows", (int64_t)outcome->rows);
	json_put_number(json, "added", (int64_t)outcome->added);
	json_put_number(json, "customers", (int64_t)outcome->customers);
	json_put_number(json, "left_out", (int64_t)outcome->left_out);
	return json;
}

/* The event may have been archived while the file was checked. An event that is not over cannot be
 * archived, so its import does not lock it. */
static enum result hold_event(struct work *work)
{
	return work->today.day > work->event.window.ends_on.day
		? event_edit_refuse_archived(work->edit, work->event.id)
		: RESULT_OK;
}

static enum result import_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	uint64_t total = work->outcome->rows;
	(void)db;
	work->is_importing = true;
	work->outcome->added = work->outcome->customers = work->outcome->left_out = 0;
	enum result result = hold_event(work);
	if (result != RESULT_OK)
		return result;
	begin_batch(work);
	result = read_file(work, total, batch_row, &work->outcome->rows);
	if (result != RESULT_OK) {
		drop_batch(work);
		return result;
	}
	send_batch(work);
	audit_write(work->edit, "attendance.import", "event", work->event.id.value, NULL,
		outcome_json(work->outcome));
	return RESULT_OK;
}

static enum result find_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	(void)db;
	enum result result = event_edit_find(work->edit, work->import->event, &work->event);
	return result == RESULT_OK ? event_edit_refuse_archived(work->edit, work->event.id)
				   : result;
}

enum result attendance_import(struct edit *edit, const struct attendance_import *import,
	struct attendance_import_outcome *outcome)
{
	struct work work = { .edit = edit, .import = import, .outcome = outcome };
	*outcome = (struct attendance_import_outcome){ 0 };
	enum result result = db_autocommit(edit->db, find_transaction, &work);
	if (result != RESULT_OK)
		return result;
	work.today = zone_date(work.event.time_zone, edit->now);
	result = read_file(&work, 0, ignore_row, &outcome->rows);
	return result == RESULT_OK ? edit_transaction(edit, import_transaction, &work) : result;
}
