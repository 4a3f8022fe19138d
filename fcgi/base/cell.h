/* SPDX-License-Identifier: MIT */
/* Cells of spreadsheet files: characters that nobody sees are removed, and values that a
 * spreadsheet program damaged are recognised. */
#ifndef DOJANG_BASE_CELL_H
#define DOJANG_BASE_CELL_H

#include "base/calendar.h"

#include <stdbool.h>

/* What a cell holds decides how it is cleaned and what counts as damage. */
enum cell_kind {
	CELL_CODE, /* a coupon code, a tracking number */
	CELL_NAME, /* an identifier of another system: blanks at its ends are part of it */
	CELL_DATE,
	CELL_HEADING,
};

/* Cleans well-formed UTF-8 in place: removes invisible characters, makes plain blanks of all
 * others, trims, and takes a text out of ="…" and from behind the apostrophe that marks text. */
void cell_clean(char *text, enum cell_kind kind);
/* Makes a heading of it that can be compared: small letters, without blanks, punctuation and what
 * is in brackets. "Coupon No. (required)" becomes "couponno". */
void cell_fold_heading(char *text);

/* NULL, or how a clean cell is damaged: a name for spreadsheet_fault_text. */
const char *cell_damage(const char *text, enum cell_kind kind);

/* A date as spreadsheet programs write it, year first: 2026-11-22, 2026/11/22, 2026. 11. 22.,
 * 2026년 11월 22일; midnight may follow. */
bool cell_date(const char *text, date *day);

#endif
