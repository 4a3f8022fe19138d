/* SPDX-License-Identifier: MIT */
/* Imports attendance from a spreadsheet file with the columns subject, date and, with several
 * issuers, issuer. Imports all rows or none. */
#ifndef DOJANG_REWARD_ATTENDANCE_IMPORT_H
#define DOJANG_REWARD_ATTENDANCE_IMPORT_H

#include "base/settings.h"
#include "base/spreadsheet.h"
#include "records/edit.h"

#include <stdio.h>

struct attendance_import {
	const char *event;               /* slug */
	FILE *file;                      /* read several times, so it must be seekable */
	const struct settings *settings; /* the issuers of the customers */
	/* hashes the subjects of erased customers, whose rows are skipped */
	const char *secret;
	/* Called from time to time to report progress; total is 0 during the check of the file. */
	void (*watch)(void *state, uint64_t done, uint64_t total);
	void *watch_state;
};

struct attendance_import_outcome {
	uint64_t rows;                         /* rows in the file */
	uint64_t added;                        /* rows that did not exist yet */
	uint64_t customers;                    /* customers that were created */
	uint64_t left_out;                     /* rows of erased customers */
	const struct spreadsheet *spreadsheet; /* how the file was read */
};

/* RESULT_OK; ERR_NOT_FOUND (event); ERR_INVALID with the invalid line. Creates missing customers.
 */
enum result attendance_import(struct edit *edit, const struct attendance_import *import,
	struct attendance_import_outcome *outcome);

#endif
