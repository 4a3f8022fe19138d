/* SPDX-License-Identifier: MIT */
/* Converts values to parameters and from columns. */
#include "db/internal.h"

#include "base/memory.h"
#include "db/failure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct db_value db_null(void)
{
	return (struct db_value){ .type = DB_NULL };
}
struct db_value db_number(int64_t number)
{
	return (struct db_value){ .type = DB_NUMBER, .number = number };
}
struct db_value db_id(uint64_t id)
{
	return (struct db_value){ .type = DB_ID, .id = id };
}
struct db_value db_date(date day)
{
	return (struct db_value){ .type = DB_DATE, .date = day };
}
struct db_value db_time(instant time)
{
	return (struct db_value){ .type = DB_TIME, .time = time };
}

struct db_value db_text(const char *text)
{
	return text ? (struct db_value){ .type = DB_TEXT, .length = strlen(text), .bytes = text }
		    : db_null();
}

struct db_value db_bytes(const void *bytes, size_t length)
{
	return (struct db_value){ .type = DB_BYTES, .length = length, .bytes = bytes };
}

/* A failed transaction function has no rows. Values read from them are NULL, and the failure
 * decides at the end. */
static const struct statement_column *column_of(const struct db_rows *rows, unsigned column)
{
	static const struct statement_column NOTHING = { .is_null = 1 };
	if (!rows->statement)
		return &NOTHING;
	if (!rows->db->is_busy || column >= rows->statement->column_count)
		abort(); /* too late, or a column of another query */
	return &rows->statement->columns[column];
}

/* NULL when the value is NULL, or when the column has another type; the latter fails the
 * transaction function. */
static const struct statement_column *column_holding(
	const struct db_rows *rows, unsigned column, bool is_kind(enum statement_column_kind kind))
{
	const struct statement_column *found = column_of(rows, column);
	if (found->is_null)
		return NULL;
	if (is_kind(found->kind))
		return found;
	char text[100];
	snprintf(
		text, sizeof text, "column %u is read as a type that it does not have", column + 1);
	db_note_failure(rows->db, STATEMENT_UNSUPPORTED_ERROR, text);
	return NULL;
}

static bool is_number(enum statement_column_kind kind)
{
	return kind == STATEMENT_NUMBER;
}

static bool is_date_or_time(enum statement_column_kind kind)
{
	return kind == STATEMENT_DATE || kind == STATEMENT_TIME;
}

static bool is_bytes(enum statement_column_kind kind)
{
	return kind == STATEMENT_BYTES;
}

bool db_is_null(const struct db_rows *rows, unsigned column)
{
	return column_of(rows, column)->is_null;
}

int64_t db_get_number(const struct db_rows *rows, unsigned column)
{
	const struct statement_column *from = column_holding(rows, column, is_number);
	return from ? from->number : 0;
}

uint64_t db_get_id(const struct db_rows *rows, unsigned column)
{
	return (uint64_t)db_get_number(rows, column);
}

struct optional_number db_get_optional(const struct db_rows *rows, unsigned column)
{
	return (struct optional_number){ !db_is_null(rows, column), db_get_number(rows, column) };
}

date db_get_date(const struct db_rows *rows, unsigned column)
{
	return (date){ (int32_t)(db_get_time(rows, column).seconds / 86400) };
}

instant db_get_time(const struct db_rows *rows, unsigned column)
{
	const struct statement_column *from = column_holding(rows, column, is_date_or_time);
	if (!from)
		return (instant){ 0 };
	const MYSQL_TIME *time = &from->time;
	const date day = { month_first((struct month){ (int)time->year, (int)time->month }).day
		+ (int)time->day - 1 };
	return (instant){ (int64_t)day.day * 86400 + time->hour * 3600 + time->minute * 60
		+ time->second };
}

char *db_get_bytes(const struct db_rows *rows, unsigned column, const void *context, size_t *length)
{
	const struct statement_column *from = column_holding(rows, column, is_bytes);
	*length = 0;
	if (!from)
		return NULL;
	*length = from->length;
	if (from->length <= STATEMENT_TEXT_ROOM)
		return memory_copy_bytes(context, from->bytes, from->length);
	char *whole = statement_long_bytes(rows->statement, column, context);
	if (!whole)
		db_note_failure(rows->db, statement_error_number(rows->statement),
			statement_error_text(rows->statement));
	return whole;
}

char *db_get_text(const struct db_rows *rows, unsigned column, const void *context)
{
	size_t length;
	return db_get_bytes(rows, column, context, &length);
}

char *db_get_zone(const struct db_rows *rows, unsigned column, const void *context)
{
	char *zone = db_get_text(rows, column, context), text[150];
	if (zone && !zone_exists(zone)) {
		snprintf(text, sizeof text, "this host has no time zone %s", zone);
		db_note_failure(rows->db, FAILURE_NO_ZONE_NUMBER, text);
	}
	return zone;
}
