/* SPDX-License-Identifier: MIT */
/* Lists: a query and a table of columns become a table on a page, with paging, or a CSV file of any
 * length. */
#ifndef DOJANG_CONSOLE_LIST_H
#define DOJANG_CONSOLE_LIST_H

#include "console/page.h"

enum { LIST_LIMIT = 50 };

enum column_kind {
	COLUMN_HIDDEN, /* for links and positions */
	COLUMN_TEXT,
	COLUMN_NUMBER,
	COLUMN_ID,     /* a number that identifies something: never grouped */
	COLUMN_CHANGE, /* a number with its sign */
	COLUMN_DATE,
	COLUMN_TIME,
	/* a translated word such as a state: "word.shipped" of the catalogue, otherwise the value
	   itself */
	COLUMN_WORD,
	COLUMN_FACTS, /* a JSON object, shown as text */
	COLUMN_ACTOR, /* a name, or another actor of the audit log */
	/* the state of an event, which depends on its days (struct column): draft, coming, running,
	   ended */
	COLUMN_PHASE,
	/* the state of a claim; points and coupons need no work by staff (kind_from) */
	COLUMN_CLAIM_STATE,
	COLUMN_LOCAL_TIME, /* the date and time in the staff's time zone, for spreadsheets */
};

/* The first column of a list's query is the position. */
enum { LIST_POSITION };

/* Indexed by the query's columns. A table ends with a row without a name. */
struct column {
	const char *name; /* "column.NAME" of the catalogue */
	enum column_kind kind;
	/* "/admin/claims/", followed by the value of the column link_from; NULL: no link */
	const char *link;
	unsigned link_from;
	/* of a COLUMN_PHASE: the columns of the event's days */
	struct {
		unsigned starts_on, ends_on, time_zone;
	} phase;
	/* the words of the sort orders by this column, the highest first and the lowest first;
	 * NULL: none */
	const char *falling, *rising;
	bool is_long; /* shortened on the page, with the whole text as a title */
	/* where a phone shows it; a list without a PLACE_TITLE has one line for each cell */
	enum column_place { PLACE_LINE, PLACE_TITLE, PLACE_STATE, PLACE_NONE } place;
	unsigned kind_from;     /* of a COLUMN_CLAIM_STATE: the column of the product's kind */
	bool is_key_alone;      /* not shown: only for the order or for a link */
	bool is_for_files_only; /* in the CSV file, not on the page */
	bool is_for_page_only;  /* on the page, not in the CSV file */
};

static inline bool list_is_hidden(const struct column *column)
{
	return column->kind == COLUMN_HIDDEN || column->is_key_alone;
}

struct list {
	const char *name; /* "claims": texts "list.claims.empty" */
	/* its last two parameters are the position (rows are in descending order of it) and the
	 * limit */
	enum query query;
	const struct column *columns;
	const struct db_value *values; /* the query's other parameters */
	unsigned value_count;
	const char *path; /* path of the page */
	/* its query without the cursor: "state=shipped&", percent-encoded; NULL: "" */
	const char *filter;
	const char *export_path; /* path of the CSV file; NULL: none */
	bool is_rising;          /* positions are ascending */
	/* the column by which rows are sorted before their position; 0: none. The query's
	 * parameters are then: the others, key, position, limit (of the same key); the others, key,
	 * limit (after it); limit */
	unsigned key;
	/* 0: one. The query's parameters are that many times the others, position, limit; then the
	 * limit */
	unsigned looks;
	struct db_value key_start; /* before all keys */
	json_object *filters;      /* from list_filters_new; NULL: none */
};

/* A key after every possible date, as a start. */
#define LIST_LAST_DATE db_date((date){ 2932896 })

/* Part of the fields of every list's page. */
#define LIST_CURSOR(struct_) QUERY_FIELD(struct_, cursor, FIELD_TEXT, FIELD_RANGE(1, 2000))

/* One page as data for console/table.html. ERR_BAD_REQUEST: the cursor belongs to another list. */
enum result list_page(
	const struct call *call, const struct list *list, const char *cursor, json_object **table);
/* Rows of a query without paging. */
enum result list_rows(const struct call *call, const struct list *list, json_object **table);
/* All rows as CSV, produced while it is sent. */
enum result list_export(const struct call *call, struct response *out, const struct list *list);

/* A quoted cell that a spreadsheet does not take for a formula, below context. */
const char *list_csv_cell(const void *context, const char *text);
/* The value of a COLUMN_PHASE; "open" is one of the three others. */
const char *list_phase(const struct call *call, const struct db_rows *rows,
	const struct column *column, unsigned index);
/* "word.WORD" for the state of a claim of a product of this kind. */
const char *list_claim_word(const char *state, const char *kind);
/* A pair of a filter: "state=shipped&", or "" when value is NULL or empty. */
const char *list_filter(const void *context, const char *name, const char *value);

/* --- what a list can be filtered and sorted by: a form above it --- */

/* Allocated below the call's context. Labels are "filter.NAME" of the catalogue. */
json_object *list_filters_new(const struct call *call);
/* A choice among translated words, "word.WORD". The empty value is all of them or, for a sort
 * order, the first word. */
void list_filters_words(
	json_object *filters, const char *name, const char *const *words, const char *chosen);
/* A choice among rows (console/choices.h). */
void list_filters_rows(
	json_object *filters, const char *name, json_object *rows, const char *chosen);
/* A text input. */
void list_filters_text(json_object *filters, const char *name, const char *typed);
void list_filters_digits(json_object *filters, const char *name, const char *typed);
/* A number typed into a filter; empty is 0. */
bool list_filters_number(const char *typed, uint64_t *number);
/* A pattern for LIKE: texts that begin with this one, below context. */
const char *list_beginning(const void *context, const char *text);
/* True when value is among words, or NULL or empty. */
bool list_filters_knows(const char *const *words, const char *value);

#endif
