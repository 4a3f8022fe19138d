/* SPDX-License-Identifier: MIT */
/* Reads delimited text record by record in bounded memory: quoted fields (RFC 4180), lines that end
 * with CRLF, LF or CR, blank lines left out. The text is UTF-8, UTF-16 with a byte order mark, or
 * CP949; the fields are UTF-8. base/spreadsheet.h is built on it. */
#ifndef DOJANG_BASE_CSV_H
#define DOJANG_BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { CSV_FIELDS_MAXIMUM = 256, CSV_RECORD_MAXIMUM = 65536 };

enum csv_encoding { CSV_UTF8, CSV_UTF16LE, CSV_UTF16BE, CSV_CP949, CSV_ENCODING_COUNT };
extern const char *const CSV_ENCODINGS[]; /* "UTF-8", … */

/* Why a file cannot be read any further; the names are in spreadsheet_fault_text. */
#define CSV_FAULT_ENCODING "encoding"     /* the text is in none of the encodings */
#define CSV_FAULT_CONVERSION "conversion" /* it is CP949, which this host cannot convert */
#define CSV_FAULT_NUL "nul"               /* a NUL byte */
#define CSV_FAULT_QUOTES "quotes"         /* a quote is not closed, or is inside a field */
#define CSV_FAULT_TOO_LONG "too_long"     /* the record has too many bytes or fields */
#define CSV_FAULT_UNREADABLE "unreadable" /* the file cannot be read, or not twice */

struct csv;
struct csv_record {
	char *fields[CSV_FIELDS_MAXIMUM]; /* until the next record is read; may be shortened */
	size_t count;
	uint64_t line; /* where it starts, from 1 */
};

enum csv_answer { CSV_RECORD, CSV_END, CSV_FAULT };

/* Reads the whole file once to recognise its encoding. The file must be seekable; the caller closes
 * it. Allocates below context. */
struct csv *csv_new(const void *context, FILE *file);
enum csv_encoding csv_encoding(const struct csv *csv);
/* Starts again at the first record, with a separator: ',', ';' or '\t'. */
void csv_start(struct csv *csv, char separator);
/* *fault is one of CSV_FAULT_…, record->line its line. Do not call it again after a fault or the
 * end. */
enum csv_answer csv_next(struct csv *csv, struct csv_record *record, const char **fault);

#endif
