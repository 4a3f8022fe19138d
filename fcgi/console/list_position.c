/* SPDX-License-Identifier: MIT */
/* Converts positions in lists to parameters of their queries and to cursors. */
#include "console/list_position.h"

#include "base/memory.h"
#include "base/text.h"
#include "web/cursor.h"

#include <inttypes.h>

struct list_position list_position_start(const struct list *list)
{
	return (struct list_position){ list->key_start, list->is_rising ? 0 : UINT64_MAX };
}

struct list_position list_position_of(
	const struct list *list, const struct db_rows *rows, const void *context)
{
	struct list_position position = { .id = db_get_id(rows, LIST_POSITION) };
	unsigned key = list->key;
	switch (key ? list->columns[key].kind : COLUMN_HIDDEN) {
	case COLUMN_NUMBER: position.key = db_number(db_get_number(rows, key)); break;
	case COLUMN_DATE: position.key = db_date(db_get_date(rows, key)); break;
	case COLUMN_TIME: position.key = db_time(db_get_time(rows, key)); break;
	case COLUMN_TEXT: position.key = db_text(db_get_text(rows, key, context)); break;
	default: break;
	}
	return position;
}

static unsigned put_others(const struct list *list, struct db_value *values)
{
	for (unsigned i = 0; i < list->value_count; i++)
		values[i] = list->values[i];
	return list->value_count;
}

static unsigned bind_looks(const struct list *list, const struct list_position *position,
	int64_t limit, struct db_value *values)
{
	unsigned count = 0;
	for (unsigned i = 0; i < list->looks; i++) {
		count += put_others(list, values + count);
		values[count++] = db_id(position->id);
		values[count++] = db_number(limit);
	}
	values[count++] = db_number(limit);
	return count;
}

/* A sorted list reads its index twice: the rest of the equal keys, and the keys after them. */
unsigned list_position_bind(const struct list *list, const struct list_position *position,
	int64_t limit, struct db_value values[LIST_VALUES_MAXIMUM])
{
	unsigned count = put_others(list, values);
	if (list->looks)
		return bind_looks(list, position, limit, values);
	if (list->key)
		values[count++] = position->key;
	values[count++] = db_id(position->id);
	values[count++] = db_number(limit);
	if (!list->key)
		return count;
	count += put_others(list, values + count);
	values[count++] = position->key;
	values[count++] = db_number(limit);
	values[count++] = db_number(limit);
	return count;
}

/* --- cursors --- */

static const char *name_of(const struct call *call, const struct list *list)
{
	return memory_format(call->context, "console/%s%s?%s", list->name, list->path,
		list->filter ? list->filter : "");
}

static const char *key_text(const void *context, const struct db_value *key)
{
	char day[DATE_TEXT], time[INSTANT_TEXT];
	switch (key->type) {
	case DB_NUMBER: return memory_format(context, "%" PRId64, key->number);
	case DB_DATE: return memory_copy_text(context, date_format(key->date, day));
	case DB_TIME: return memory_copy_text(context, instant_format(key->time, time));
	case DB_TEXT: return memory_copy_bytes(context, key->bytes, key->length);
	default: return NULL;
	}
}

static bool read_key(const struct list *list, const char *text, struct db_value *key)
{
	date day;
	instant time;
	int64_t number;
	switch (list->key ? list->columns[list->key].kind : COLUMN_HIDDEN) {
	case COLUMN_NUMBER:
		if (!text_to_number(text, INT64_MIN, INT64_MAX, &number))
			return false;
		*key = db_number(number);
		return true;
	case COLUMN_DATE:
		if (!date_parse(text, &day))
			return false;
		*key = db_date(day);
		return true;
	case COLUMN_TIME:
		if (!instant_parse(text, &time))
			return false;
		*key = db_time(time);
		return true;
	case COLUMN_TEXT: *key = db_text(text); return true;
	default: return *text == 0;
	}
}

const char *list_position_write(
	const struct call *call, const struct list *list, const struct list_position *position)
{
	return cursor_write_sorted(call->context, console_of(call)->secret, name_of(call, list),
		console_user_of(call)->session.staff,
		list->key ? key_text(call->context, &position->key) : NULL, position->id);
}

bool list_position_read(const struct call *call, const struct list *list, const char *cursor,
	struct list_position *position)
{
	const char *key;
	return cursor_read_sorted(call->context, console_of(call)->secret, name_of(call, list),
		       console_user_of(call)->session.staff, cursor, &key, &position->id)
		&& read_key(list, key, &position->key);
}
