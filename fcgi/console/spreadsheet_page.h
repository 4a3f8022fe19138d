/* SPDX-License-Identifier: MIT */
/* Pages that take a spreadsheet: a form for a file or for typed text, and how the text was read.
 * Their texts are "form.NAME.…" and "sheet.….NAME" of the catalogue. */
#ifndef DOJANG_CONSOLE_SPREADSHEET_PAGE_H
#define DOJANG_CONSOLE_SPREADSHEET_PAGE_H

#include "base/spreadsheet.h"
#include "console/page.h"

/* Bytes of a file, characters of typed text, bytes of a form (nginx's location for these pages has
 * the same), rows of a preview. */
enum {
	SPREADSHEET_MAXIMUM = 1024 * 1024,
	SPREADSHEET_BODY = 2 * 1024 * 1024,
	SPREADSHEET_PREVIEW = 100
};

struct spreadsheet_input {
	const char *name;  /* "codes" */
	const char *field; /* of the typed text */
	const char *back;  /* where "Cancel" leads */
};

/* The file that was sent, else the typed text; NULL: neither or both, as out->errors says. It is
 * closed with the call's memory. */
FILE *spreadsheet_page_file(const struct call *call, struct response *out,
	const struct field_bytes *file, const char *typed);
/* Puts how the file was read and which lines are wrong into data, for sheet_read.html. */
void spreadsheet_page_put(json_object *data, const struct spreadsheet *spreadsheet,
	const struct spreadsheet_faults *faults);
/* Shows the form, with what was typed and what is wrong; data is of page_new. */
enum result spreadsheet_page_ask(const struct call *call, struct response *out,
	const struct spreadsheet_input *input, json_object *data);

#endif
