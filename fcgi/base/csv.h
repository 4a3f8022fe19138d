/* SPDX-License-Identifier: MIT */
/* Reads CSV (RFC 4180) record by record in bounded memory: quoted fields, CRLF or LF, a byte order
 * mark at the beginning; empty lines are left out. Everything must be UTF-8. */
#ifndef DOJANG_BASE_CSV_H
#define DOJANG_BASE_CSV_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { CSV_FIELDS_MAXIMUM = 32, CSV_RECORD_MAXIMUM = 65536 };

struct csv;
struct csv_record {
	const char *fields[CSV_FIELDS_MAXIMUM]; /* good until the next record is read */
	size_t count;
	uint64_t line; /* on which it begins, from 1 */
};

enum csv_answer { CSV_RECORD, CSV_END, CSV_FAULT };

/* Reads from where file stands, which stays the caller's. */
struct csv *csv_new(const void *context, FILE *file);
/* *fault is a sentence; record->line tells where. After a fault or the end nothing more is to be
 * read. */
enum csv_answer csv_next(struct csv *csv, struct csv_record *record, const char **fault);

#endif
