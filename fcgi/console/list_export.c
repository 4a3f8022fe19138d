/* SPDX-License-Identifier: MIT */
/* Exports lists as CSV: RFC 4180 with a byte order mark, as spreadsheets need it, in batches with
 * bounded memory. */
#include "console/list.h"

#include "base/memory.h"
#include "console/list_position.h"

#include <inttypes.h>
#include <string.h>

enum { BATCH = 500 };

struct export_work {
	const struct call *call;
	struct list list;
	struct list_position position; /* below position_context */
	void *position_context;
	size_t count;
	void *context; /* of one batch */
	struct writer text;
	bool has_heads;
};

static bool is_left_out(const struct column *column)
{
	return list_is_hidden(column) || column->is_for_page_only;
}

/* A formula begins with one of these, also after blanks. */
static bool is_formula(const char *text)
{
	const char *first = text + strspn(text, " \t\r\n");
	return strchr("\t\r", *text) ? *text != 0 : *first && strchr("=+-@", *first);
}

const char *list_csv_cell(const void *context, const char *text)
{
	struct writer cell = { .context = context };
	writer_put_text(&cell, "\"");
	if (is_formula(text))
		writer_put_text(&cell, "'");
	for (const char *at = text; *at; at++)
		writer_put(&cell, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
	writer_put_text(&cell, "\"");
	return writer_text(&cell);
}

/* As spreadsheets read it: 2026-11-26 22:48:35, in the staff's time zone. */
static const char *local_time(const struct export_work *work, instant time)
{
	char text[INSTANT_TEXT];
	const char *zone = console_of(work->call)->settings->notifier.digest_time_zone;
	instant_format((instant){ time.seconds + zone_offset(zone, time) }, text);
	return memory_format(work->context, "%.10s %.8s", text, text + 11);
}

static void put_cell(struct export_work *work, const struct db_rows *rows,
	const struct column *column, unsigned index)
{
	char day[DATE_TEXT], time[INSTANT_TEXT];
	const void *context = work->context;
	if (db_is_null(rows, index))
		return;
	switch (column->kind) {
	case COLUMN_ID:
	case COLUMN_CHANGE:
	case COLUMN_NUMBER:
		writer_put_text(&work->text,
			memory_format(context, "%" PRId64, db_get_number(rows, index)));
		break;
	case COLUMN_DATE:
		writer_put_text(&work->text, date_format(db_get_date(rows, index), day));
		break;
	case COLUMN_TIME:
		writer_put_text(&work->text, instant_format(db_get_time(rows, index), time));
		break;
	case COLUMN_LOCAL_TIME:
		writer_put_text(&work->text, local_time(work, db_get_time(rows, index)));
		break;
	case COLUMN_PHASE:
		writer_put_text(&work->text,
			list_csv_cell(context, list_phase(work->call, rows, column, index)));
		break;
	default:
		writer_put_text(
			&work->text, list_csv_cell(context, db_get_text(rows, index, context)));
	}
}

static void put_row(struct export_work *work, const struct db_rows *rows)
{
	const char *between = "";
	for (unsigned i = 0; work->list.columns[i].name; i++) {
		if (is_left_out(&work->list.columns[i]))
			continue;
		writer_put_text(&work->text, between);
		put_cell(work, rows, &work->list.columns[i], i);
		between = ",";
	}
	writer_put_text(&work->text, "\r\n");
}

static void keep_position(struct export_work *work, struct list_position last)
{
	void *context = memory_context(work->call->context);
	if (last.key.type == DB_TEXT)
		last.key = db_text(memory_copy_bytes(context, last.key.bytes, last.key.length));
	memory_free(work->position_context);
	work->position = last;
	work->position_context = context;
}

static enum result read_batch(struct export_work *work)
{
	struct db *db = console_of(work->call)->db;
	struct db_value values[LIST_VALUES_MAXIMUM];
	unsigned count = list_position_bind(&work->list, &work->position, BATCH, values);
	struct list_position last = work->position;
	work->count = 0;
	struct db_rows *rows = db_read(db, work->list.query, values, count);
	for (; db_next(rows); work->count++) {
		put_row(work, rows);
		last = list_position_of(&work->list, rows, work->context);
	}
	enum result result = db_end_read(db);
	if (result == RESULT_OK && work->count > 0)
		keep_position(work, last);
	return result;
}

static void put_heads(struct export_work *work)
{
	const char *between = "\xef\xbb\xbf";
	for (const struct column *column = work->list.columns; column->name; column++) {
		if (is_left_out(column))
			continue;
		const char *head = page_text(
			work->call, memory_format(work->context, "column.%s", column->name));
		writer_put_text(&work->text, between);
		writer_put_text(
			&work->text, list_csv_cell(work->context, head ? head : column->name));
		between = ",";
	}
	writer_put_text(&work->text, "\r\n");
}

/* The next part: the heads, then one batch of rows after the other. */
static enum stream_progress stream(struct writer *to, void *state)
{
	struct export_work *work = state;
	work->context = memory_context(work->call->context);
	work->text = (struct writer){ .context = work->context };
	enum result result = RESULT_OK;
	work->count = BATCH;
	if (!work->has_heads)
		put_heads(work);
	else
		result = read_batch(work);
	work->has_heads = true;
	writer_put(to, writer_text(&work->text), work->text.length);
	memory_free(work->context);
	if (result != RESULT_OK)
		return STREAM_FAILED;
	return work->count == BATCH ? STREAM_GOES_ON : STREAM_ENDED;
}

enum result list_export(const struct call *call, struct response *out, const struct list *list)
{
	struct export_work *work = memory_new(call->context, struct export_work);
	struct db_value *values = memory_array(
		call->context, struct db_value, list->value_count + 1);
	if (list->value_count > 0)
		memcpy(values, list->values, list->value_count * sizeof *values);
	*work = (struct export_work){
		.call = call, .list = *list, .position = list_position_start(list)
	};
	work->list.values = values;
	work->position_context = memory_context(call->context);
	out->stream = stream;
	out->stream_state = work;
	out->content_type = "text/csv; charset=utf-8";
	response_header(out, "Content-Disposition",
		memory_format(call->context, "attachment; filename=\"dojang-%s.csv\"", list->name));
	return RESULT_OK;
}
