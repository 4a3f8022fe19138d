/* SPDX-License-Identifier: MIT */
/* Writes log lines in whole pieces, so that the lines of several workers do not mix, and never
 * waits for a reader. */
#include "base/log.h"

#include "base/clock.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Writes up to PIPE_BUF arrive as a whole, with one line or several. A longer line is cut, but
 * keeps its line break. */
struct line {
	char text[4096];
	size_t length;
};

static void put_byte(struct line *line, char byte)
{
	if (line->length < sizeof(line->text) - 1)
		line->text[line->length++] = byte;
}

static void put_text(struct line *line, const char *text)
{
	for (; *text; text++)
		put_byte(line, *text);
}

static void put_escaped_byte(struct line *line, char byte)
{
	char escaped[5];
	snprintf(escaped, sizeof(escaped), "\\x%02x", (unsigned)(unsigned char)byte);
	put_text(line, escaped);
}

/* Returns how many bytes at the start of text must be escaped because they control a terminal or
 * are not text. C1 controls (U+0080 to U+009F) are two bytes. */
static size_t foreign_bytes(const char *text, bool is_utf8)
{
	unsigned char first = (unsigned char)text[0], second = (unsigned char)text[1];
	if (is_utf8 && first == 0xc2 && second < 0xa0)
		return 2;
	return first < 0x20 || first == 0x7f || (first >= 0x80 && !is_utf8);
}

static void put_quoted(struct line *line, const char *text)
{
	bool is_utf8 = text_is_utf8(text, strlen(text));
	put_byte(line, '"');
	while (*text) {
		size_t foreign = foreign_bytes(text, is_utf8);
		if (*text == '"' || *text == '\\')
			put_byte(line, '\\');
		if (foreign == 0)
			put_byte(line, *text++);
		for (; foreign > 0; foreign--)
			put_escaped_byte(line, *text++);
	}
	put_byte(line, '"');
}

static bool needs_quotes(const char *text)
{
	for (const char *at = text; *at; at++)
		if (*at == '"' || *at == '\\' || *at == '=' || (unsigned char)*at <= ' '
			|| (unsigned char)*at >= 0x7f)
			return true;
	return *text == 0;
}

static void put_value(struct line *line, const struct log_value *value)
{
	char number[24];
	const char *text = value->text ? value->text : number;
	if (!value->text)
		snprintf(number, sizeof(number), "%" PRId64, value->number);
	put_byte(line, ' ');
	put_text(line, value->key);
	put_byte(line, '=');
	if (needs_quotes(text))
		put_quoted(line, text);
	else
		put_text(line, text);
}

/* --- output --- */

/* How long a full pipe may delay a program. Once it has, nothing waits for it until it takes bytes
 * again. */
enum { PATIENCE_MS = 100 };

static struct {
	struct stat of; /* standard error when descriptor was opened */
	int descriptor; /* -1: standard error itself */
	bool is_stuck;
} output = { .descriptor = -1 };

/* A pipe is opened once more, because the flag O_NONBLOCK of standard error is shared with other
 * programs. Where this is not possible, poll decides, which several writers of one pipe can make
 * wrong. */
static int open_output(const struct stat *now)
{
	if (now->st_dev == output.of.st_dev && now->st_ino == output.of.st_ino)
		return output.descriptor;
	if (output.descriptor >= 0)
		close(output.descriptor);
	output.of = *now;
	output.descriptor = S_ISFIFO(now->st_mode)
		? open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
		: -1;
	return output.descriptor;
}

static bool is_writable(int descriptor)
{
	struct pollfd writable = { .fd = descriptor, .events = POLLOUT };
	return poll(&writable, 1, output.is_stuck ? 0 : PATIENCE_MS) > 0;
}

/* Like write, but fails with EAGAIN when nobody reads. */
static ssize_t put_out(const char *text, size_t length)
{
	struct stat now;
	if (fstat(STDERR_FILENO, &now) != 0)
		return -1;
	int own = open_output(&now), descriptor = own >= 0 ? own : STDERR_FILENO;
	errno = EAGAIN;
	output.is_stuck = !is_writable(descriptor);
	if (output.is_stuck)
		return -1;
	return S_ISSOCK(now.st_mode) ? send(descriptor, text, length, MSG_DONTWAIT | MSG_NOSIGNAL)
				     : write(descriptor, text, length);
}

/* --- lines that wait --- */

static struct line waiting; /* whole lines, the first of which may have been written in part */
static uint64_t dropped;    /* lines since log_take_dropped */
static uint64_t untold;     /* of these, not in a line of the log yet */

static uint64_t count_lines(const char *text, size_t length)
{
	uint64_t count = 0;
	for (size_t i = 0; i < length; i++)
		count += text[i] == '\n';
	return count;
}

static void drop(uint64_t lines)
{
	dropped += lines;
	untold += lines;
}

/* What cannot be written now stays; what can never be written goes. */
static void write_waiting(void)
{
	while (waiting.length > 0) {
		ssize_t count = put_out(waiting.text, waiting.length);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (count < 0) {
			drop(count_lines(waiting.text, waiting.length));
			count = (ssize_t)waiting.length;
		}
		waiting.length -= (size_t)count;
		memmove(waiting.text, waiting.text + count, waiting.length);
	}
}

void log_flush(void)
{
	write_waiting();
	if (untold == 0 || waiting.length > 0)
		return;
	int64_t lines = (int64_t)untold;
	untold = 0;
	log_write_later("log_lines_dropped", LOG_NUMBER("lines", lines));
	write_waiting();
}

uint64_t log_take_dropped(void)
{
	uint64_t lines = dropped;
	dropped = 0;
	return lines;
}

void log_emergency(const char *line)
{
	log_flush();
	if (put_out(line, strlen(line)) < 0)
		return; /* a failure cannot be reported anywhere */
}

/* --- lines --- */

static void build(
	struct line *line, const char *event, const struct log_value *values, unsigned count)
{
	line->length = 0;
	char time[INSTANT_TEXT];
	put_text(line, "time=");
	put_text(line, instant_format(clock_now(NULL), time));
	put_value(line, &(struct log_value){ .key = "event", .text = event });
	for (unsigned i = 0; i < count; i++)
		put_value(line, &values[i]);
	line->text[line->length++] = '\n';
}

void log_write_values(const char *event, const struct log_value *values, unsigned count)
{
	log_write_later_values(event, values, count);
	log_flush();
}

void log_write_later_values(const char *event, const struct log_value *values, unsigned count)
{
	struct line line; /* too large to clear for each line */
	build(&line, event, values, count);
	if (waiting.length + line.length > sizeof(waiting.text))
		log_flush();
	if (waiting.length + line.length > sizeof(waiting.text)) {
		drop(1);
		return;
	}
	memcpy(waiting.text + waiting.length, line.text, line.length);
	waiting.length += line.length;
}
