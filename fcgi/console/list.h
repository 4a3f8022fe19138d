/* SPDX-License-Identifier: MIT */
/* Lists: a query and a table of columns become a page's table, page by page, or a CSV file of any
 * length. */
#ifndef DOJANG_CONSOLE_LIST_H
#define DOJANG_CONSOLE_LIST_H

#include "console/page.h"

enum { LIST_LIMIT = 50 };

enum column_kind {
	COLUMN_HIDDEN, /* for links and positions */
	COLUMN_TEXT,
	COLUMN_NUMBER,
	COLUMN_DATE,
	COLUMN_TIME,
	/* a word of ours, like a state: "word.shipped" of the catalogue, else as it is */
	COLUMN_WORD,
	COLUMN_FACTS, /* an object of JSON, shown in words */
	COLUMN_ACTOR, /* a name, or who else of the audit log's actors it was */
	/* an event's state, its first and last day before it and its time zone behind it: draft,
	   coming, running, ended */
	COLUMN_PHASE,
};

/* In the order of the query's columns; the first is the position. A table ends with a row whose
 * name is NULL. */
struct column {
	const char *name; /* "column.NAME" of the catalogue */
	enum column_kind kind;
	/* "/admin/claims/", followed by the value of the column link_from; NULL: no link */
	const char *link;
	unsigned link_from;
	bool is_key_alone; /* not shown: of a kind only for its order or a link */
};

static inline bool list_is_hidden(const struct column *column)
{
	return column->kind == COLUMN_HIDDEN || column->is_key_alone;
}

struct list {
	const char *name; /* "claims": texts "list.claims.empty" */
	/* its last two values are the position (rows come in falling order of it) and how many */
	enum query query;
	const struct column *columns;
	const struct db_value *values; /* the query's others */
	unsigned value_count;
	const char *path; /* of the page */
	/* its query without the cursor: "state=shipped&", percent-encoded; NULL: "" */
	const char *filter;
	const char *export_path; /* of the CSV file; NULL: there is none */
	bool is_rising;          /* positions come in rising order */
	/* the column that rows are sorted by before their position; 0: none. The query's values are
	 * then the others, key, position, how many (of the same key); the others, key, how many
	 * (behind it); how many */
	unsigned key;
	/* 0: one. The query's values are, so many times, the others, position, how many; then how
	 * many */
	unsigned looks;
	struct db_value key_start; /* before all keys */
	json_object *filters;      /* of list_filters_new; NULL: none are offered */
};

/* Behind every date that can be, as a key's start. */
#define LIST_LAST_DATE db_date((date){ 2932896 })

/* Among the fields of every list's page. */
#define LIST_CURSOR(target) \
	{ \
		.name = "cursor", .type = FIELD_TEXT, .source = FIELD_QUERY, \
		.offset = offsetof(target, cursor), .minimum = 1, .maximum = 2000 \
	}

/* One page as data for console/table.html. ERR_BAD_REQUEST: the cursor is of another list. */
enum result list_page(
	const struct call *call, const struct list *list, const char *cursor, json_object **table);
/* Rows of a query without pages. */
enum result list_rows(const struct call *call, const struct list *list, json_object **table);
/* All of it as CSV, made while it is sent. */
enum result list_export(const struct call *call, struct response *out, const struct list *list);

/* A cell that keeps a spreadsheet from taking it for a formula, quoted; below context. */
const char *list_csv_cell(const void *context, const char *text);
/* What stands in a COLUMN_PHASE; "open" is one of the three others. */
const char *list_phase(const struct call *call, const struct db_rows *rows, unsigned column);
/* One pair of a filter: "state=shipped&", or "" where value is NULL or empty. */
const char *list_filter(const void *context, const char *name, const char *value);

/* --- what a list can be filtered and sorted by: a form above it --- */

/* Below the call's context. Labels are "filter.NAME" of the catalogue. */
json_object *list_filters_new(const struct call *call);
/* A choice among words of ours, "word.WORD"; the empty value is all of them, or, of a sort, the
 * first word. */
void list_filters_words(
	json_object *filters, const char *name, const char *const *words, const char *chosen);
/* A choice among rows (console/choices.h). */
void list_filters_rows(
	json_object *filters, const char *name, json_object *rows, const char *chosen);
/* Something typed. */
void list_filters_text(json_object *filters, const char *name, const char *typed);
void list_filters_digits(json_object *filters, const char *name, const char *typed);
/* A number typed into a filter; empty is 0. */
bool list_filters_number(const char *typed, uint64_t *number);
/* Is value among words, or NULL or empty? */
bool list_filters_knows(const char *const *words, const char *value);

#endif
