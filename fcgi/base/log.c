/* SPDX-License-Identifier: MIT */
/* Writes log lines in whole pieces, so that the lines of several workers do not mix. */
#include "base/log.h"

#include "base/clock.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
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

static struct line waiting; /* whole lines */

void log_flush(void)
{
	const size_t length = waiting.length;
	waiting.length = 0;
	/* A failure cannot be reported anywhere. */
	if (length > 0 && write(STDERR_FILENO, waiting.text, length) < 0)
		return;
}

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
	memcpy(waiting.text + waiting.length, line.text, line.length);
	waiting.length += line.length;
}
