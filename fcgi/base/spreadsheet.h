/* SPDX-License-Identifier: MIT */
/* The one reader of files from spreadsheet programs (Excel, Google Sheets, LibreOffice, Numbers)
 * and of text copied out of them. Encoding and separator are recognised, columns are found by their
 * headings in English or Korean, cells are cleaned, and damaged values are refused by line and
 * column. */
#ifndef DOJANG_BASE_SPREADSHEET_H
#define DOJANG_BASE_SPREADSHEET_H

#include "base/cell.h"
#include "base/json.h"

#include <stdio.h>

enum { SPREADSHEET_COLUMNS_MAXIMUM = 4, SPREADSHEET_HEADING_RANKS = 3 };

struct spreadsheet_column {
	const char *name;
	enum cell_kind kind;
	bool is_optional; /* the column may be missing; its cells may be empty */
	/* Its headings as cell_fold_heading returns them, separated by blanks. A later rank is used
	 * only when no column has a heading of an earlier rank. */
	const char *headings[SPREADSHEET_HEADING_RANKS];
};

struct spreadsheet_schema {
	const struct spreadsheet_column *columns;
	size_t count;
	bool needs_headings; /* false: a file without headings has just these columns, in order */
};

struct spreadsheet_row {
	uint64_t line; /* where it begins, from 1 */
	/* in the order of the schema, valid until the next row is read; "" when missing */
	const char *cells[SPREADSHEET_COLUMNS_MAXIMUM];
	const char *fault;  /* NULL, or the name of the error: see spreadsheet_fault_text */
	const char *column; /* the name of the column with the error; NULL: the whole row */
};

/* Lines with errors: the first ones, and the number of all. */
enum { SPREADSHEET_WRONG_MAXIMUM = 20 };
struct spreadsheet_wrong {
	uint64_t line;
	const char *column, *fault; /* as in a row */
	const char *text;           /* the cell with the error; NULL: the whole row */
};
struct spreadsheet_faults {
	struct spreadsheet_wrong items[SPREADSHEET_WRONG_MAXIMUM];
	size_t count;
};

struct spreadsheet;

/* The file must be seekable; the caller closes it. Allocates below context. */
struct spreadsheet *spreadsheet_open(
	const void *context, FILE *file, const struct spreadsheet_schema *schema);
/* False at the end of the file. Errors of a whole column come last. */
bool spreadsheet_next(struct spreadsheet *spreadsheet, struct spreadsheet_row *row);
/* Adds a row with an error. Allocates below context. */
void spreadsheet_note(struct spreadsheet_faults *faults, const void *context,
	const struct spreadsheet_schema *schema, const struct spreadsheet_row *row);

/* How the file is read: {"encoding", "separator": "comma" | "semicolon" | "tab" | null, "columns":
 * [{"column", "heading": text | null, "position"}], "ignored": [heading]}. The caller releases it.
 */
json_object *spreadsheet_json(const struct spreadsheet *spreadsheet);
/* The same as a sentence: "read as UTF-8, separated by tabs; subject is column 2 (회원)". */
char *spreadsheet_description(const struct spreadsheet *spreadsheet, const void *context);
/* The text of an error; the argument itself when it is not an error of the reader. */
const char *spreadsheet_fault_text(const char *fault);
/* "line 3, code: the cell is empty" */
char *spreadsheet_fault_sentence(
	const void *context, uint64_t line, const char *column, const char *fault);

#endif
