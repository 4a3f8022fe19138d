/* SPDX-License-Identifier: MIT */
/* Says how far long work is, on a terminal and nowhere else. */
#ifndef DOJANG_COMMAND_PROGRESS_H
#define DOJANG_COMMAND_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress;

struct progress *progress_new(const void *context, bool is_quiet);
/* total 0: not known. Writes at most ten times a second. */
void progress_show(struct progress *progress, const char *what, uint64_t done, uint64_t total);
/* A line that stays. */
void progress_note(struct progress *progress, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Wipes what is shown, before something else is written. */
void progress_end(struct progress *progress);

#endif
