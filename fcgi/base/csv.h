/* SPDX-License-Identifier: MIT */
/* Reads CSV (RFC 4180) record by record in bounded memory. Accepts quoted fields, CRLF or LF, and a
 * byte order mark at the start; skips empty lines. Everything must be UTF-8. */
#ifndef DOJANG_BASE_CSV_H
#define DOJANG_BASE_CSV_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { CSV_FIELDS_MAXIMUM = 32, CSV_RECORD_MAXIMUM = 65536 };

struct csv;
struct csv_record {
	const char *fields[CSV_FIELDS_MAXIMUM]; /* valid until the next record is read */
	size_t count;
	uint64_t line; /* where it begins, counted from 1 */
};

enum csv_answer { CSV_RECORD, CSV_END, CSV_FAULT };

/* Reads from the current position of file. The caller keeps file and closes it. */
struct csv *csv_new(const void *context, FILE *file);
/* *fault is set to a sentence, and record->line to the line. After an error or the end, do not read
 * on. */
enum csv_answer csv_next(struct csv *csv, struct csv_record *record, const char **fault);

#endif
