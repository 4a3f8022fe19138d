/* SPDX-License-Identifier: MIT */
/* Runs prepared statements: binds parameters and columns once per connection. */
#include "db/statement.h"

#include "db/fault_calls.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static void close_handle(void *handle)
{
	mysql_stmt_close(handle);
}

static enum statement_column_kind kind_of(const MYSQL_FIELD *field)
{
	switch (field->type) {
	case MYSQL_TYPE_TINY:
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_LONGLONG: return STATEMENT_NUMBER;
	/* what SUM returns */
	case MYSQL_TYPE_DECIMAL:
	case MYSQL_TYPE_NEWDECIMAL:
		return field->decimals == 0 ? STATEMENT_NUMBER : STATEMENT_UNSUPPORTED;
	case MYSQL_TYPE_DATE: return STATEMENT_DATE;
	case MYSQL_TYPE_DATETIME:
	case MYSQL_TYPE_TIMESTAMP: return STATEMENT_TIME;
	case MYSQL_TYPE_NULL:
	case MYSQL_TYPE_VARCHAR:
	case MYSQL_TYPE_VAR_STRING:
	case MYSQL_TYPE_STRING:
	case MYSQL_TYPE_ENUM:
	case MYSQL_TYPE_SET:
	case MYSQL_TYPE_JSON:
	case MYSQL_TYPE_TINY_BLOB:
	case MYSQL_TYPE_BLOB:
	case MYSQL_TYPE_MEDIUM_BLOB:
	case MYSQL_TYPE_LONG_BLOB: return STATEMENT_BYTES;
	default: return STATEMENT_UNSUPPORTED;
	}
}

static void bind_column(struct statement *statement, unsigned index, const MYSQL_FIELD *field)
{
	struct statement_column *column = &statement->columns[index];
	MYSQL_BIND *bind = &statement->binds[index];
	column->kind = kind_of(field);
	bind->is_null = &column->is_null;
	bind->error = &column->is_cut;
	bind->length = &column->length;
	switch (column->kind) {
	case STATEMENT_UNSUPPORTED:
		statement->unsupported = memory_format(statement,
			"column %u (%s) has the unsupported type %u with %u decimals", index + 1,
			field->name, (unsigned)field->type, field->decimals);
		break;
	case STATEMENT_NUMBER:
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bind->buffer = &column->number;
		break;
	case STATEMENT_DATE:
	case STATEMENT_TIME:
		bind->buffer_type = field->type;
		bind->buffer = &column->time;
		break;
	case STATEMENT_BYTES:
		column->bytes = memory_zeroed(statement, STATEMENT_TEXT_ROOM);
		bind->buffer_type = MYSQL_TYPE_STRING;
		bind->buffer = column->bytes;
		bind->buffer_length = STATEMENT_TEXT_ROOM;
		break;
	}
}

static bool bind_columns(struct statement *statement)
{
	MYSQL_RES *description = mysql_stmt_result_metadata(statement->handle);
	if (!description)
		return mysql_stmt_errno(statement->handle) == 0; /* answers no rows */
	statement->column_count = mysql_num_fields(description);
	statement->columns = memory_array(
		statement, struct statement_column, statement->column_count);
	statement->binds = memory_array(statement, MYSQL_BIND, statement->column_count);
	for (unsigned i = 0; i < statement->column_count; i++)
		bind_column(statement, i, mysql_fetch_field_direct(description, i));
	mysql_free_result(description);
	return !statement->unsupported
		&& mysql_stmt_bind_result(statement->handle, statement->binds) == 0;
}

struct statement *statement_prepare(const void *context, MYSQL *mysql, const char *sql,
	unsigned *error_number, char *error_text, size_t error_size)
{
	MYSQL_STMT *handle = mysql_stmt_init(mysql);
	if (!handle)
		memory_exhausted();
	struct statement *statement = memory_new(context, struct statement);
	statement->handle = handle;
	memory_attach(statement, handle, close_handle);
	if (mysql_stmt_prepare(handle, sql, strlen(sql)) == 0
		&& mysql_stmt_param_count(handle) <= STATEMENT_PARAMETERS_MAXIMUM
		&& bind_columns(statement))
		return statement;
	*error_number = statement_error_number(statement);
	strncpy(error_text, statement_error_text(statement), error_size - 1);
	error_text[error_size - 1] = 0;
	memory_free(statement);
	return NULL;
}

static MYSQL_TIME time_of_seconds(int64_t seconds, bool is_date)
{
	struct tm parts = { 0 };
	time_t time = (time_t)seconds;
	if (!gmtime_r(&time, &parts))
		abort(); /* instants are bounded far below */
	return (MYSQL_TIME){
		.year = (unsigned)(parts.tm_year + 1900),
		.month = (unsigned)(parts.tm_mon + 1),
		.day = (unsigned)parts.tm_mday,
		.hour = (unsigned)parts.tm_hour,
		.minute = (unsigned)parts.tm_min,
		.second = (unsigned)parts.tm_sec,
		.time_type = is_date ? MYSQL_TIMESTAMP_DATE : MYSQL_TIMESTAMP_DATETIME,
	};
}

/* Parameters are const; the client library only reads them. */
static void *without_const(const void *pointer)
{
	union {
		const void *in;
		void *out;
	} u = { .in = pointer };
	return u.out;
}

static void bind_value(MYSQL_BIND *bind, MYSQL_TIME *time, const struct db_value *value)
{
	*bind = (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_NULL };
	switch (value->type) {
	case DB_NULL: break;
	case DB_NUMBER:
	case DB_ID:
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bind->is_unsigned = value->type == DB_ID;
		bind->buffer = without_const(&value->number);
		break;
	case DB_TEXT:
	case DB_BYTES:
		bind->buffer_type = value->type == DB_TEXT ? MYSQL_TYPE_STRING : MYSQL_TYPE_BLOB;
		bind->buffer = without_const(value->bytes);
		bind->buffer_length = value->length;
		break;
	case DB_DATE:
	case DB_TIME:
		*time = time_of_seconds(value->type == DB_DATE ? (int64_t)value->date.day * 86400
							       : value->time.seconds,
			value->type == DB_DATE);
		bind->buffer_type = value->type == DB_DATE ? MYSQL_TYPE_DATE : MYSQL_TYPE_DATETIME;
		bind->buffer = time;
		break;
	}
}

/* The client library loses the binding when a result without rows followed. */
static bool bind_compound(struct statement *statement)
{
	return statement->columns ? mysql_stmt_bind_result(statement->handle, statement->binds) == 0
				  : bind_columns(statement);
}

bool statement_run(struct statement *statement, const struct db_value *values, unsigned count)
{
	MYSQL_BIND binds[STATEMENT_PARAMETERS_MAXIMUM];
	MYSQL_TIME times[STATEMENT_PARAMETERS_MAXIMUM];
	if (count != mysql_stmt_param_count(statement->handle))
		/* a caller with a missing parameter must fail in its first test */
		abort();
	statement_end(statement);
	for (unsigned i = 0; i < count; i++)
		bind_value(&binds[i], &times[i], &values[i]);
	if (count && mysql_stmt_bind_param(statement->handle, binds) != 0)
		return false;
	if (mysql_stmt_execute(statement->handle) != 0)
		return false;
	if (statement->is_compound ? mysql_stmt_field_count(statement->handle) == 0
				   : statement->column_count == 0)
		return true;
	statement->has_rows = true;
	if (statement->is_compound && !bind_compound(statement))
		return false;
	return mysql_stmt_store_result(statement->handle) == 0;
}

void statement_end(struct statement *statement)
{
	if (!statement->has_rows)
		return;
	statement->has_rows = false;
	while (statement->is_compound && mysql_stmt_next_result(statement->handle) == 0)
		/* before the rows are freed: afterwards the client library reports no more results
		 */
		;
	mysql_stmt_free_result(statement->handle);
}

bool statement_next(struct statement *statement, bool *failed)
{
	*failed = false;
	if (!statement->has_rows)
		return false;
	int answer = mysql_stmt_fetch(statement->handle);
	if (answer == 0 || answer == MYSQL_DATA_TRUNCATED)
		return true;
	*failed = answer != MYSQL_NO_DATA;
	statement_end(statement);
	return false;
}

char *statement_long_bytes(const struct statement *statement, unsigned column, const void *context)
{
	unsigned long length = statement->columns[column].length;
	char *whole = memory_zeroed(context, length + 1);
	MYSQL_BIND bind = { .buffer_type = MYSQL_TYPE_STRING,
		.buffer = whole,
		.buffer_length = length,
		.length = &length };
	return mysql_stmt_fetch_column(statement->handle, &bind, column, 0) == 0 ? whole : NULL;
}

unsigned statement_error_number(const struct statement *statement)
{
	return statement->unsupported ? STATEMENT_UNSUPPORTED_ERROR
				      : mysql_stmt_errno(statement->handle);
}

const char *statement_error_text(const struct statement *statement)
{
	return statement->unsupported ? statement->unsupported
				      : mysql_stmt_error(statement->handle);
}
