/* SPDX-License-Identifier: MIT */
/* Reads the system's clocks, and the demo's offset. */
#include "base/clock.h"

#include "base/text.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { OFFSET_MAXIMUM = 2000000000 };

/* An unreadable file adds nothing: it is replaced while programs run. */
static int64_t read_offset(const char *path)
{
	char line[32];
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return 0;
	ssize_t size = read(file, line, sizeof(line) - 1);
	close(file);
	line[size > 0 ? size : 0] = 0;
	line[strcspn(line, "\r\n")] = 0;
	int64_t offset;
	return text_to_number(line, -OFFSET_MAXIMUM, OFFSET_MAXIMUM, &offset) ? offset : 0;
}

static struct timespec read_clock(clockid_t clock)
{
	struct timespec time = { 0 };
	clock_gettime(clock, &time);
	return time;
}

instant clock_now(const char *offset_file)
{
	return (instant){ read_clock(CLOCK_REALTIME).tv_sec
		+ (offset_file ? read_offset(offset_file) : 0) };
}

static int64_t clock_ms(clockid_t clock)
{
	struct timespec time = read_clock(clock);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int64_t clock_real_ms(void)
{
	return clock_ms(CLOCK_REALTIME);
}

int64_t clock_monotonic_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}
