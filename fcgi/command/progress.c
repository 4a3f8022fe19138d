/* SPDX-License-Identifier: MIT */
/* Shows progress on one line of the terminal on standard error. */
#include "command/progress.h"

#include "base/clock.h"
#include "base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum { INTERVAL_MS = 100 };

struct progress {
	bool is_quiet;
	bool is_terminal;
	bool is_shown;
	int64_t shown_at;
};

struct progress *progress_new(const void *context, bool is_quiet)
{
	struct progress *progress = memory_new(context, struct progress);
	progress->is_quiet = is_quiet;
	progress->is_terminal = !is_quiet && isatty(STDERR_FILENO);
	return progress;
}

void progress_show(struct progress *progress, const char *what, uint64_t done, uint64_t total)
{
	int64_t now = clock_monotonic_ms();
	if (!progress->is_terminal
		|| (progress->is_shown && now - progress->shown_at < INTERVAL_MS))
		return;
	fprintf(stderr, "\r\033[K%s %" PRIu64, what, done);
	if (total)
		fprintf(stderr, " of %" PRIu64 " (%" PRIu64 " %%)", total,
			done >= total ? 100 : 100 * done / total);
	fflush(stderr);
	progress->is_shown = true;
	progress->shown_at = now;
}

void progress_end(struct progress *progress)
{
	if (progress->is_shown)
		fputs("\r\033[K", stderr);
	progress->is_shown = false;
}

void progress_note(struct progress *progress, const char *format, ...)
{
	if (progress->is_quiet)
		return;
	progress_end(progress);
	va_list list;
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fputc('\n', stderr);
}
