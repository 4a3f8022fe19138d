/* SPDX-License-Identifier: MIT */
/* Writes one line per event on standard error: time=... event=... key=value. Values with blanks or
 * quotes are quoted and control characters are escaped, so a line cannot be forged. Never log a
 * token, a body, a subject or a name. Only programs log. */
#ifndef DOJANG_BASE_LOG_H
#define DOJANG_BASE_LOG_H

#include <stdint.h>

/* when text is NULL, the value is number */
struct log_value {
	const char *key;
	const char *text;
	int64_t number;
};

static inline struct log_value log_text(const char *key, const char *text)
{
	return (struct log_value){ .key = key, .text = text ? text : "" };
}

static inline struct log_value log_number(const char *key, int64_t number)
{
	return (struct log_value){ .key = key, .number = number };
}

#define LOG_TEXT(key, text) log_text((key), (text))
#define LOG_NUMBER(key, number) log_number((key), (int64_t)(number))

void log_write_values(const char *event, const struct log_value *values, unsigned count);
#define log_write(event, ...) \
	log_write_values((event), (const struct log_value[]){ __VA_ARGS__ }, \
		(unsigned)(sizeof((const struct log_value[]){ __VA_ARGS__ }) \
			/ sizeof(struct log_value)))

/* The same, buffered: one write is for many lines (4 KB). Lines are written by log_flush, or before
 * the next unbuffered line. A process that is killed loses its buffered lines. */
void log_write_later_values(const char *event, const struct log_value *values, unsigned count);
#define log_write_later(event, ...) \
	log_write_later_values((event), (const struct log_value[]){ __VA_ARGS__ }, \
		(unsigned)(sizeof((const struct log_value[]){ __VA_ARGS__ }) \
			/ sizeof(struct log_value)))
void log_flush(void);

/* When nobody reads the log, programs continue without it: lines beyond 4 KB are dropped, and
 * counted in a line once somebody reads again. Returns the number of lines dropped since the last
 * call. */
uint64_t log_take_dropped(void);

/* Writes a whole line without building it, for a program that ends without memory. */
void log_emergency(const char *line);

#endif
