/* SPDX-License-Identifier: MIT */
/* Shows the progress of long work, only on a terminal. */
#ifndef DOJANG_COMMAND_PROGRESS_H
#define DOJANG_COMMAND_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress;

struct progress *progress_new(const void *context, bool is_quiet);
/* total 0: unknown. Writes at most ten times per second. */
void progress_show(struct progress *progress, const char *what, uint64_t done, uint64_t total);
/* A permanent line. */
void progress_note(struct progress *progress, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Clears the progress line before other output. */
void progress_end(struct progress *progress);

#endif
