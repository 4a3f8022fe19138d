/* SPDX-License-Identifier: MIT */
/* Imports attendance: checks the whole file first, then writes it in batches within one
 * transaction. */
#include "reward/attendance_import.h"

#include "base/csv.h"
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
enum column { COLUMN_SUBJECT, COLUMN_DATE, COLUMN_ISSUER, COLUMN_COUNT };

static const char *const COLUMN_NAMES[COLUMN_COUNT] = { "subject", "date", "issuer" };

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
	size_t columns[COLUMN_COUNT]; /* the position of each column in a record; COLUMN_ABSENT */
	size_t column_count;
	FILE *batch; /* JSON, into text */
	char *text;
	size_t length;
	uint64_t batched;
	bool is_importing; /* the check is done: inside the transaction */
};

enum { COLUMN_ABSENT = CSV_FIELDS_MAXIMUM };

static enum result refuse(const struct work *work, uint64_t line, const char *what)
{
	return edit_refuse(work->edit, ERR_INVALID, "file", "line %" PRIu64 ": %s", line, what);
}

/* --- one record --- */

static const char *read_header(struct work *work, const struct csv_record *record)
{
	for (size_t column = 0; column < COLUMN_COUNT; column++)
		work->columns[column] = COLUMN_ABSENT;
	work->column_count = record->count;
	for (size_t i = 0; i < record->count; i++) {
		size_t column = 0;
		while (column < COLUMN_COUNT
			&& !text_equals(record->fields[i], COLUMN_NAMES[column]))
			column++;
		if (column == COLUMN_COUNT || work->columns[column] != COLUMN_ABSENT)
			return memory_format(work->edit->context,
				"the header names \"%s\", but knows subject, date and issuer, once "
				"each",
				record->fields[i]);
		work->columns[column] = i;
	}
	if (work->columns[COLUMN_SUBJECT] == COLUMN_ABSENT
		|| work->columns[COLUMN_DATE] == COLUMN_ABSENT)
		return "the header must name subject and date";
	if (work->columns[COLUMN_ISSUER] == COLUMN_ABSENT
		&& work->import->settings->issuer_count != 1)
		return "the header must name issuer: the settings have not just one";
	return NULL;
}

static const char *read_subject(
	const struct csv_record *record, const struct work *work, struct row *row)
{
	row->subject = record->fields[work->columns[COLUMN_SUBJECT]];
	size_t length = strlen(row->subject);
	if (length < 1 || length > SUBJECT_BYTES_MAXIMUM)
		return "the subject must have 1 to 255 bytes";
	return text_has_control(row->subject) || strpbrk(row->subject, "\n\t")
		? "the subject has a control character"
		: NULL;
}

static const char *read_date(
	const struct csv_record *record, const struct work *work, struct row *row)
{
	const char *text = record->fields[work->columns[COLUMN_DATE]];
	if (!date_parse(text, &row->date))
		return memory_format(
			work->edit->context, "\"%s\" is not a date (2026-11-22)", text);
	if (row->date.day < work->event.window.starts_on.day
		|| row->date.day > work->event.window.ends_on.day)
		return memory_format(work->edit->context, "%s is not a day of the event", text);
	if (row->date.day > work->today.day)
		return memory_format(work->edit->context, "%s is yet to come", text);
	return NULL;
}

static const char *read_issuer(const struct csv_record *record, struct work *work, struct row *row)
{
	const struct settings *settings = work->import->settings;
	size_t column = work->columns[COLUMN_ISSUER], i = 0;
	const char *name = column == COLUMN_ABSENT ? settings->issuers[0].iss
						   : record->fields[column];
	while (i < settings->issuer_count && !text_equals(name, settings->issuers[i].iss)
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

static const char *read_row(const struct csv_record *record, struct work *work, struct row *row)
{
	if (record->count != work->column_count)
		return memory_format(work->edit->context,
			"there are %zu fields where the header has %zu", record->count,
			work->column_count);
	const char *fault = read_subject(record, work, row);
	if (!fault)
		fault = read_date(record, work, row);
	return fault ? fault : read_issuer(record, work, row);
}

/* --- the file --- */

typedef void row_sink(struct work *work, const struct row *row);

static void watch(const struct work *work, uint64_t done, uint64_t total)
{
	if (work->import->watch && done % BATCH_ROWS == 0)
		work->import->watch(work->import->watch_state, done, total);
}

/* Calls sink for each row. RESULT_OK with the number of rows, or the error of a line. */
static enum result read_rows(
	struct work *work, struct csv *csv, uint64_t total, row_sink *sink, uint64_t *rows)
{
	struct csv_record record;
	struct row row;
	const char *fault;
	enum csv_answer answer = csv_next(csv, &record, &fault);
	*rows = 0;
	if (answer == CSV_RECORD)
		fault = read_header(work, &record);
	else if (answer == CSV_END)
		fault = "there is no header: subject,date";
	while (!fault && !db_has_failed(work->edit->db)
		&& csv_next(csv, &record, &fault) == CSV_RECORD) {
		fault = read_row(&record, work, &row);
		if (fault)
			break;
		sink(work, &row);
		watch(work, ++*rows, total);
	}
	return fault ? refuse(work, record.line, fault) : RESULT_OK;
}

static enum result read_file(struct work *work, uint64_t total, row_sink *sink, uint64_t *rows)
{
	if (fseek(work->import->file, 0, SEEK_SET) != 0)
		return edit_refuse(
			work->edit, ERR_INVALID, "file", "cannot be read twice: give a plain file");
	struct csv *csv = csv_new(work->edit->context, work->import->file);
	enum result result = read_rows(work, csv, total, sink, rows);
	memory_free(csv);
	return result;
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
