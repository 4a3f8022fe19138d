/* SPDX-License-Identifier: MIT */
/* Lists: a query and a table of columns become a page's table, page by page, or a CSV file of any length. */
#ifndef DOJANG_CONSOLE_LIST_H
#define DOJANG_CONSOLE_LIST_H

#include "console/page.h"

enum { LIST_LIMIT = 50 };

enum column_kind {
	COLUMN_HIDDEN,          /* for links and positions */
	COLUMN_TEXT,
	COLUMN_NUMBER,
	COLUMN_DATE,
	COLUMN_TIME,
	COLUMN_WORD,            /* a word of ours, like a state: "word.shipped" of the catalogue, else as it is */
};

/* In the order of the query's columns; the first is the position. A table ends with a row whose name is NULL. */
struct column {
	const char *name;               /* "column.NAME" of the catalogue */
	enum column_kind kind;
	const char *link;               /* "/admin/claims/", followed by the value of the column link_from; NULL: no link */
	unsigned link_from;
};

struct list {
	const char *name;               /* "claims": texts "list.claims.empty"; part of the cursor */
	enum query query;               /* its last two values are the position (rows come in falling order of it) and how many */
	const struct column *columns;
	const struct db_value *values;  /* the query's others */
	unsigned value_count;
	const char *path;               /* of the page */
	const char *filter;             /* its query without the cursor: "state=shipped&", percent-encoded; NULL: "" */
	const char *export_path;        /* of the CSV file; NULL: there is none */
};

/* Among the fields of every list's page. */
#define LIST_CURSOR(target) { .name = "cursor", .type = FIELD_TEXT, .source = FIELD_QUERY, .offset = offsetof(target, cursor), .minimum = 1, .maximum = 200 }

/* One page as data for console/table.html. ERR_BAD_REQUEST: the cursor is of another list. */
enum result list_page(const struct call *call, const struct list *list, const char *cursor, json_object **table);
/* Rows of a query without pages. */
enum result list_rows(const struct call *call, const struct list *list, json_object **table);
/* All of it as CSV, made while it is sent. */
enum result list_export(const struct call *call, struct response *out, const struct list *list);

/* A cell that keeps a spreadsheet from taking it for a formula, quoted; below context. */
const char *list_csv_cell(const void *context, const char *text);
/* One pair of a filter: "state=shipped&", or "" where value is NULL or empty. */
const char *list_filter(const void *context, const char *name, const char *value);

#endif
