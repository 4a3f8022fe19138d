/* SPDX-License-Identifier: MIT */
/* Reads lists and renders them. */
#include "console/list.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/change_text.h"
#include "console/list_position.h"
#include "reward/rules.h"

#include <inttypes.h>
#include <string.h>

/* --- cells --- */

static const char *cell_text(
	const struct db_rows *rows, unsigned column, enum column_kind kind, const void *context)
{
	char day[DATE_TEXT], time[INSTANT_TEXT];
	if (db_is_null(rows, column))
		return NULL;
	switch (kind) {
	case COLUMN_ID: return memory_format(context, "%" PRIu64, db_get_id(rows, column));
	case COLUMN_CHANGE:
	case COLUMN_NUMBER: return memory_format(context, "%" PRId64, db_get_number(rows, column));
	case COLUMN_DATE:
		return memory_copy_text(context, date_format(db_get_date(rows, column), day));
	case COLUMN_TIME:
		return memory_copy_text(context, instant_format(db_get_time(rows, column), time));
	default: return db_get_text(rows, column, context);
	}
}

const char *list_phase(const struct call *call, const struct db_rows *rows,
	const struct column *column, unsigned index)
{
	static const char *const WORDS[] = {
		[PHASE_COMING] = "coming", [PHASE_RUNNING] = "running", [PHASE_ENDED] = "ended"
	};
	const char *state = db_get_text(rows, index, call->context),
		   *time_zone = db_get_text(rows, column->phase.time_zone, call->context);
	struct event_window window = { db_get_date(rows, column->phase.starts_on),
		db_get_date(rows, column->phase.ends_on) };
	return text_equals(state, "open")
		? WORDS[rules_phase(window, zone_date(time_zone, call->now))]
		: state;
}

const char *list_claim_word(const char *state, const char *kind)
{
	if (text_equals(state, "claimed") && text_equals(kind, "points"))
		return "credited";
	return text_equals(state, "claimed") && text_equals(kind, "coupon") ? "issued" : state;
}

/* "command:root" is a user of the host, shown as "command line: root". */
static const char *actor_in_words(const struct call *call, const char *actor)
{
	static const char COMMAND[] = "command:";
	const char *word = actor ? page_text(call, memory_format(call->context, "actor.%s", actor))
				 : NULL;
	if (!actor || !text_starts_with(actor, COMMAND))
		return word ? word : actor;
	return memory_format(
		call->context, "%s: %s", page_text(call, "word.command"), actor + strlen(COMMAND));
}

/* Only ids and slugs are inserted into paths. */
static const char *link_text(const struct db_rows *rows, const struct column *columns,
	const struct column *column, const void *context)
{
	if (!column->link || db_is_null(rows, column->link_from))
		return NULL;
	if (columns[column->link_from].kind == COLUMN_TEXT)
		return memory_format(context, "%s%s", column->link,
			db_get_text(rows, column->link_from, context));
	return memory_format(
		context, "%s%" PRIu64, column->link, db_get_id(rows, column->link_from));
}

/* Kinds that are shown as another kind: sets the text, and returns that kind. */
static enum column_kind translate(const struct call *call, const struct db_rows *rows,
	const struct column *column, unsigned index, const char **text)
{
	switch (column->kind) {
	case COLUMN_FACTS: *text = change_text(call, *text); return COLUMN_TEXT;
	case COLUMN_ACTOR: *text = actor_in_words(call, *text); return COLUMN_TEXT;
	case COLUMN_PHASE: *text = list_phase(call, rows, column, index); return COLUMN_WORD;
	case COLUMN_CLAIM_STATE:
		*text = list_claim_word(*text, db_get_text(rows, column->kind_from, call->context));
		return COLUMN_WORD;
	case COLUMN_ID: return COLUMN_TEXT;
	default: return column->kind;
	}
}

static void put_number(
	json_object *cell, const struct db_rows *rows, enum column_kind kind, unsigned index)
{
	int64_t number = db_get_number(rows, index);
	bool is_change = kind == COLUMN_CHANGE;
	json_put_number(cell, "number", is_change && number < 0 ? -number : number);
	json_put_bool(cell, "has_number", true);
	json_put_text(cell, "sign", !is_change || number == 0 ? NULL : number > 0 ? "+" : "−");
}

static json_object *cell_json(const struct call *call, const struct db_rows *rows,
	const struct column *columns, unsigned index)
{
	const struct column *column = &columns[index];
	static const char *const NAMES[] = { [COLUMN_TEXT] = "text",
		[COLUMN_DATE] = "date",
		[COLUMN_TIME] = "time",
		[COLUMN_WORD] = "word" };
	static const char *const PLACES[] = { [PLACE_LINE] = "line",
		[PLACE_TITLE] = "title",
		[PLACE_STATE] = "state",
		[PLACE_NONE] = "none" };
	json_object *cell = json_new_object();
	const char *text = cell_text(rows, index, column->kind, call->context);
	/* an erased customer still has a number */
	if (!text && column->link && !db_is_null(rows, column->link_from))
		text = memory_format(
			call->context, "#%" PRIu64, db_get_id(rows, column->link_from));
	enum column_kind kind = translate(call, rows, column, index, &text);
	bool is_number = kind == COLUMN_NUMBER || kind == COLUMN_CHANGE;
	if (kind == COLUMN_WORD
		&& !(text && page_text(call, memory_format(call->context, "word.%s", text))))
		kind = COLUMN_TEXT;
	json_put_text(cell, "column", column->name);
	json_put_text(cell, "place", PLACES[column->place]);
	json_put_text(cell, "whole", column->is_long ? text : NULL);
	json_put_text(cell, "href", link_text(rows, columns, column, call->context));
	json_put_bool(cell, "is_number", is_number);
	json_put_bool(cell, "is_id", column->kind == COLUMN_ID);
	json_put_null(cell, "number");
	json_put_null(cell, "sign");
	json_put_bool(cell, "has_number", false);
	for (size_t i = COLUMN_TEXT; i < countof(NAMES); i++)
		if (NAMES[i])
			json_put_text(cell, NAMES[i], kind == i ? text : NULL);
	if (is_number && text)
		put_number(cell, rows, kind, index);
	return cell;
}

static bool is_shown(const struct column *column)
{
	return !list_is_hidden(column) && !column->is_for_files_only;
}

static json_object *row_json(
	const struct call *call, const struct list *list, const struct db_rows *rows)
{
	json_object *cells = json_new_array(), *row = json_new_object();
	for (unsigned i = 0; list->columns[i].name; i++)
		if (is_shown(&list->columns[i]))
			json_append(cells, cell_json(call, rows, list->columns, i));
	json_put(row, "cells", cells);
	json_put_text(row, "id",
		memory_format(call->context, "%" PRIu64, db_get_id(rows, LIST_POSITION)));
	return row;
}

/* --- reading --- */

struct read_work {
	const struct call *call;
	const struct list *list;
	struct list_position position;
	bool has_pages, has_more;
	json_object *rows;
	size_t count;
};

static struct db_rows *begin_read(struct db *db, const struct read_work *work)
{
	struct db_value values[LIST_VALUES_MAXIMUM];
	const struct list *list = work->list;
	if (!work->has_pages)
		return db_read(db, list->query, list->values, list->value_count);
	unsigned count = list_position_bind(list, &work->position, LIST_LIMIT + 1, values);
	return db_read(db, list->query, values, count);
}

static enum result read_rows(struct read_work *work)
{
	struct db *db = console_of(work->call)->db;
	struct list_position position = work->position;
	work->rows = json_attach(work->call->context, json_new_array());
	struct db_rows *rows = begin_read(db, work);
	while (db_next(rows)) {
		work->has_more = work->has_pages && work->count == LIST_LIMIT;
		if (work->has_more)
			continue;
		json_append(work->rows, row_json(work->call, work->list, rows));
		work->count++;
		position = list_position_of(work->list, rows, work->call->context);
	}
	if (work->has_more)
		work->position = position;
	return db_end_read(db);
}

/* 0 for a list without filters, and for a filter without options. */
static size_t length_of(json_object *array)
{
	return json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
}

/* The chosen filters as a query, without one of them, and with this sort order. */
static const char *query_of(
	const struct call *call, json_object *filters, const char *without, const char *sort)
{
	struct writer query = { .context = call->context };
	for (size_t i = 0; i < length_of(filters); i++) {
		json_object *filter = json_object_array_get_idx(filters, i);
		const char *name = json_object_get_string(json_object_object_get(filter, "name"));
		if (!text_equals(name, without) && !text_equals(name, "sort"))
			writer_put_text(&query,
				list_filter(call->context, name,
					json_object_get_string(
						json_object_object_get(filter, "value"))));
	}
	writer_put_text(&query, list_filter(call->context, "sort", sort));
	return writer_text(&query);
}

static const char *sort_of(json_object *filters)
{
	for (size_t i = 0; i < length_of(filters); i++) {
		json_object *filter = json_object_array_get_idx(filters, i);
		if (text_equals(
			    json_object_get_string(json_object_object_get(filter, "name")), "sort"))
			return json_object_get_string(json_object_object_get(filter, "value"));
	}
	return "";
}

/* The text of a chosen option. */
static void put_chosen(json_object *chip, json_object *filter)
{
	json_object *options = json_object_object_get(filter, "options");
	for (size_t i = 0; i < length_of(options); i++) {
		json_object *option = json_object_array_get_idx(options, i);
		if (!json_object_get_boolean(json_object_object_get(option, "is_chosen")))
			continue;
		json_put(chip, "word", json_object_get(json_object_object_get(option, "word")));
		json_put(chip, "label", json_object_get(json_object_object_get(option, "label")));
	}
}

/* The filters that are in use, each with the link that takes it away. */
static json_object *chips_json(const struct call *call, const struct list *list)
{
	json_object *chips = json_new_array(), *filters = list->filters;
	const char *sort = sort_of(filters);
	for (size_t i = 0; i < length_of(filters); i++) {
		json_object *filter = json_object_array_get_idx(filters, i);
		const char *name = json_object_get_string(json_object_object_get(filter, "name")),
			   *value = json_object_get_string(json_object_object_get(filter, "value"));
		if (!*value || text_equals(name, "sort"))
			continue;
		json_object *chip = json_new_object();
		json_put_text(chip, "name", name);
		json_put_null(chip, "word");
		json_put_text(chip, "label", value);
		if (json_object_get_boolean(json_object_object_get(filter, "is_select")))
			put_chosen(chip, filter);
		json_put_text(chip, "href",
			memory_format(call->context, "%s?%s", list->path,
				query_of(call, filters, name, sort)));
		json_append(chips, chip);
	}
	return chips;
}

static bool offers(json_object *filters, const char *sort)
{
	for (size_t i = 0; sort && i < length_of(filters); i++) {
		json_object *filter = json_object_array_get_idx(filters, i),
			    *options = json_object_object_get(filter, "options");
		if (!json_object_get_boolean(json_object_object_get(filter, "is_sort")))
			continue;
		for (size_t j = 0; j < length_of(options); j++)
			if (text_equals(json_object_get_string(json_object_object_get(
						json_object_array_get_idx(options, j), "value")),
				    sort))
				return true;
	}
	return false;
}

/* The column's head sorts by it, or back again. */
static void put_sorting(const struct call *call, json_object *json, const struct list *list,
	const struct column *column)
{
	const char *sort = sort_of(list->filters);
	bool may_fall = offers(list->filters, column->falling),
	     may_rise = offers(list->filters, column->rising);
	bool falls = may_fall && text_equals(sort, column->falling),
	     rises = may_rise && text_equals(sort, column->rising);
	const char *next = falls && may_rise ? column->rising
		: (falls || rises)           ? NULL
		: may_fall                   ? column->falling
					     : column->rising;
	json_put_bool(json, "falls", falls);
	json_put_bool(json, "rises", rises);
	json_put_text(json, "sort_href",
		may_fall || may_rise ? memory_format(call->context, "%s?%s", list->path,
			query_of(call, list->filters, NULL, next))
				     : NULL);
}

static json_object *column_json(
	const struct call *call, const struct list *list, const struct column *column)
{
	json_object *json = json_new_object();
	json_put_text(json, "column", column->name);
	json_put_bool(
		json, "is_number", column->kind == COLUMN_NUMBER || column->kind == COLUMN_CHANGE);
	put_sorting(call, json, list, column);
	return json;
}

static json_object *table_json(const struct read_work *work)
{
	const struct call *call = work->call;
	const struct list *list = work->list;
	const char *filter = list->filter ? list->filter : "", *next = NULL;
	json_object *table = json_attach(call->context, json_new_object()),
		    *columns = json_new_array();
	bool is_compact = false;
	for (const struct column *column = list->columns; column->name; column++) {
		if (is_shown(column))
			json_append(columns, column_json(call, list, column));
		is_compact = is_compact || column->place == PLACE_TITLE;
	}
	if (work->has_more)
		next = memory_format(call->context, "%s?%scursor=%s", list->path, filter,
			list_position_write(call, list, &work->position));
	json_put_bool(table, "has_filters", list->filters != NULL);
	json_put(table, "filters",
		list->filters ? json_object_get(list->filters) : json_new_array());
	json_object *chips = chips_json(call, list);
	json_put_bool(table, "has_chips", json_object_array_length(chips) > 0);
	json_put(table, "chips", chips);
	json_put_bool(table, "is_compact", is_compact);
	json_put_text(table, "path", list->path);
	json_put(table, "columns", columns);
	json_put(table, "rows", json_object_get(work->rows));
	json_put_number(table, "count", (int64_t)work->count);
	json_put_text(table, "empty", list->name);
	json_put_text(table, "picture", page_is_section(list->name) ? list->name : NULL);
	json_put_text(table, "next", next);
	json_put_text(table, "export",
		list->export_path && work->count
			? memory_format(call->context, "%s?%s", list->export_path, filter)
			: NULL);
	return table;
}

enum result list_page(
	const struct call *call, const struct list *list, const char *cursor, json_object **table)
{
	struct read_work work = {
		.call = call, .list = list, .position = list_position_start(list), .has_pages = true
	};
	if (cursor && !list_position_read(call, list, cursor, &work.position))
		return ERR_BAD_REQUEST;
	enum result result = read_rows(&work);
	if (result == RESULT_OK)
		*table = table_json(&work);
	return result;
}

enum result list_rows(const struct call *call, const struct list *list, json_object **table)
{
	struct read_work work = { .call = call, .list = list };
	enum result result = read_rows(&work);
	if (result == RESULT_OK)
		*table = table_json(&work);
	return result;
}

const char *list_filter(const void *context, const char *name, const char *value)
{
	return value && *value
		? memory_format(context, "%s=%s&", name, text_percent_encode(context, value))
		: "";
}
