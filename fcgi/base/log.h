/* SPDX-License-Identifier: MIT */
/* One line per occurrence on standard error: time=… event=… key=value. Values with blanks or quotes are quoted, control characters
 * escaped, so a line cannot be forged. Never a token, a body, a subject or a name. Only programs log. */
#ifndef DOJANG_BASE_LOG_H
#define DOJANG_BASE_LOG_H

#include <stdint.h>

struct log_value { const char *key; const char *text; int64_t number; };       /* text NULL: number is meant */

#define LOG_TEXT(k, t) ((struct log_value){ .key = (k), .text = (t) ? (t) : "" })
#define LOG_NUMBER(k, n) ((struct log_value){ .key = (k), .number = (int64_t)(n) })

void log_write_values(const char *event, const struct log_value *values, unsigned count);
#define log_write(event, ...) \
	log_write_values((event), (const struct log_value[]){ __VA_ARGS__ }, \
		(unsigned)(sizeof((const struct log_value[]){ __VA_ARGS__ }) / sizeof(struct log_value)))

#endif
