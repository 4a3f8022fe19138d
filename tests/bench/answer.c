/* SPDX-License-Identifier: MIT */
/* Reads status, length and end of an HTTP answer that may not be there in full yet. */
#define _GNU_SOURCE
#include "answer.h"

#include <stdlib.h>
#include <string.h>

struct head {
	long length, retry_after;
	bool is_chunked, ends_connection, is_problem;
};

static const char *value_of(const char *line, const char *name)
{
	size_t size = strlen(name);
	return strncasecmp(line, name, size) == 0 && line[size] == ':'
		? line + size + 1 + strspn(line + size + 1, " ")
		: NULL;
}

static void read_header(const char *line, struct head *head)
{
	const char *value;
	if ((value = value_of(line, "Content-Length")) != NULL)
		head->length = strtol(value, NULL, 10);
	else if ((value = value_of(line, "Transfer-Encoding")) != NULL)
		head->is_chunked = strncasecmp(value, "chunked", strlen("chunked")) == 0;
	else if ((value = value_of(line, "Connection")) != NULL)
		head->ends_connection = strncasecmp(value, "close", strlen("close")) == 0;
	else if ((value = value_of(line, "Retry-After")) != NULL)
		head->retry_after = strtol(value, NULL, 10);
	else if ((value = value_of(line, "Content-Type")) != NULL)
		head->is_problem = strncasecmp(value, "application/problem+json",
					   strlen("application/problem+json"))
			== 0;
}

static bool is_refusal(int status, const struct head *head)
{
	return (status == 429 || status == 503) && head->retry_after > 0 && head->is_problem;
}

/* Chunks follow each other until one of size 0. */
static enum answer_state chunks(const char *place, const char *end)
{
	for (;;) {
		char *after;
		const char *line_end = memmem(place, (size_t)(end - place), "\r\n", 2);
		if (!line_end)
			return ANSWER_PARTIAL;
		long size = strtol(place, &after, 16);
		if (after == place || size < 0)
			return ANSWER_NONSENSE;
		if (size + 4 > end - line_end)
			return ANSWER_PARTIAL;
		if (size == 0)
			return ANSWER_WHOLE;
		place = line_end + 2 + size + 2;
	}
}

enum answer_state answer_read(const char *bytes, size_t size, struct answer *answer)
{
	const char *head_end = memmem(bytes, size, "\r\n\r\n", 4), *end = bytes + size;
	struct head head = { .length = -1 };
	if (!head_end)
		return ANSWER_PARTIAL;
	if (strncmp(bytes, "HTTP/1.1 ", 9) != 0)
		return ANSWER_NONSENSE;
	for (const char *line = bytes; line < head_end; line = strstr(line, "\r\n") + 2)
		read_header(line, &head);
	int status = (int)strtol(bytes + 9, NULL, 10);
	*answer = (struct answer){ status, head.ends_connection, is_refusal(status, &head),
		head_end + 4 };
	if (head.is_chunked)
		return chunks(answer->body, end);
	if (head.length < 0)
		return ANSWER_NONSENSE;
	return end - answer->body >= head.length ? ANSWER_WHOLE : ANSWER_PARTIAL;
}
