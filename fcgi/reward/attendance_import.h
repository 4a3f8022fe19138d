/* SPDX-License-Identifier: MIT */
/* Attendance from elsewhere: a CSV file with a header of subject, date and, where there are
 * several, issuer. All of it or nothing. */
#ifndef DOJANG_REWARD_ATTENDANCE_IMPORT_H
#define DOJANG_REWARD_ATTENDANCE_IMPORT_H

#include "base/settings.h"
#include "records/edit.h"

#include <stdio.h>

struct attendance_import {
	const char *event;               /* slug */
	FILE *file;                      /* read more than once: must be seekable */
	const struct settings *settings; /* the issuers that customers may come from */
	/* tells removed persons again, who are left out */
	const char *secret;
	/* Told now and then, for whoever waits; total is 0 while the file is only being checked. */
	void (*watch)(void *state, uint64_t done, uint64_t total);
	void *watch_state;
};

struct attendance_import_outcome {
	uint64_t rows;      /* in the file */
	uint64_t added;     /* those that were not there yet */
	uint64_t customers; /* made for it */
	uint64_t left_out;  /* rows of removed persons */
};

/* RESULT_OK; ERR_NOT_FOUND (event), ERR_INVALID with the line that is at fault. Customers that do
 * not exist are made. */
enum result attendance_import(struct edit *edit, const struct attendance_import *import,
	struct attendance_import_outcome *outcome);

#endif
