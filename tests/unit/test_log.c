/* SPDX-License-Identifier: MIT */
/* Log lines: one occurrence, one line, whatever is in the values. */
#include "base/log.h"
#include "base/memory.h"

#include "sentence.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char line[8192];

/* What write puts on standard error, without the time at its start. */
static const char *capture(void (*write)(const void *), const void *what)
{
	int ends[2], kept = dup(STDERR_FILENO);
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	write(what);
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(ends[1]);
	ssize_t length = read(ends[0], line, sizeof(line) - 1);
	close(ends[0]);
	assert_true(length > 26);
	line[length] = 0;
	assert_true(strncmp(line, "time=20", 7) == 0 && line[24] == 'Z' && line[25] == ' ');
	return line + 26;
}

static void write_text(const void *text)
{
	log_write("seen", LOG_TEXT("value", text), LOG_NUMBER("number", -5));
}

static void values_cannot_forge_a_line(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *text, *want;
	} rows[] = {
		{ "plain", "plain", "plain" },
		{ "a route", "/api/v1/events/{event}", "/api/v1/events/{event}" },
		{ "nothing", "", "\"\"" },
		{ "blanks", "two words", "\"two words\"" },
		{ "what looks like another value", "a=b", "\"a=b\"" },
		{ "quotes", "say \"hi\"", "\"say \\\"hi\\\"\"" },
		{ "backslashes", "a\\b", "\"a\\\\b\"" },
		{ "line breaks", "a\r\nevent=forged", "\"a\\x0d\\x0aevent=forged\"" },
		{ "escape", "\x1b[2J", "\"\\x1b[2J\"" },
		{ "delete", "\x7f", "\"\\x7f\"" },
		{ "Korean", "도장", "\"도장\"" },
		{ "controls of two bytes",
			"a\xc2\x9b"
			"2J",
			"\"a\\xc2\\x9b2J\"" },
		{ "the first character after them", "\xc2\xa0", "\"\xc2\xa0\"" },
		{ "bytes that are no UTF-8", "\xff\xeb\x8f\x84", "\"\\xff\\xeb\\x8f\\x84\"" },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		char want[128];
		snprintf(want, sizeof(want), "event=seen value=%s number=-5\n", rows[i].want);
		sentence_text(rows[i].sentence, want, capture(write_text, rows[i].text));
	}
	sentence_text("NULL", "event=seen value=\"\" number=-5\n", capture(write_text, NULL));
}

static void long_lines_are_cut_and_end(void **state)
{
	(void)state;
	static char text[10000];
	memset(text, 'x', sizeof(text) - 1);
	capture(write_text, text);
	assert_int_equal(strlen(line), 4096);
	assert_string_equal(line + 4094, "x\n");
}

static void write_some(const void *count)
{
	for (int i = 0; i < *(const int *)count; i++)
		log_write_later("later", LOG_NUMBER("number", i));
	log_write("now", LOG_TEXT("value", "last"));
}

static void write_many(const void *text)
{
	for (int i = 0; i < 3; i++)
		log_write_later("later", LOG_TEXT("value", text), LOG_NUMBER("number", i));
}

static void lines_that_may_wait_come_in_order_and_whole(void **state)
{
	(void)state;
	const int count = 2;
	assert_true(strncmp(capture(write_some, &count), "event=later number=0\n", 21) == 0);
	assert_non_null(strstr(line, "event=later number=1\n"));
	assert_non_null(strstr(strstr(line, "number=1"), "event=now value=last\n"));
	static char text[1900];
	memset(text, 'x', sizeof(text) - 1);
	/* two fit in what is written at once: the third waits */
	capture(write_many, text);
	assert_non_null(strstr(line, "number=1\n"));
	assert_null(strstr(line, "number=2"));
	assert_true(strncmp(capture(write_some, &count), "event=later", 11) == 0);
	assert_non_null(strstr(line, "number=2\n"));
}

/* --- when nobody reads --- */

enum { MANY = 3000, ALL = MANY + 2 };

/* Reads what has arrived; adds up the lines, and the lines that a line says were dropped. */
static void read_all(int end, long *lines, long *dropped)
{
	static char text[1 << 20];
	size_t length = 0;
	struct pollfd readable = { .fd = end, .events = POLLIN };
	while (poll(&readable, 1, 0) > 0 && (readable.revents & POLLIN)) {
		ssize_t count = read(end, text + length, sizeof(text) - 1 - length);
		assert_true(count > 0);
		length += (size_t)count;
	}
	text[length] = 0;
	for (char *at = text, *stop; *at; at = stop + 1) {
		stop = strchr(at, '\n');
		assert_non_null(stop);
		assert_memory_equal(at, "time=20", 7);
		const char *told = strstr(at, "event=log_lines_dropped lines=");
		if (told && told < stop)
			*dropped += strtol(strchr(strchr(told, '=') + 1, '=') + 1, NULL, 10);
		else
			++*lines;
	}
}

/* Nobody reads standard error, then somebody does. Every line is read or counted as dropped. */
static void write_unread(const int ends[2])
{
	long lines = 0, dropped = 0;
	int kept = dup(STDERR_FILENO);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	(void)log_take_dropped();
	alarm(60); /* otherwise a write that waits would never end */
	for (int i = 0; i < MANY; i++)
		log_write("unread", LOG_NUMBER("number", i),
			LOG_TEXT("text", "aaaaaaaaaaaaaaaaaaaaaa"));
	read_all(ends[0], &lines, &dropped);
	assert_int_equal(dropped, 0);
	uint64_t counted = log_take_dropped();
	log_write("read", LOG_NUMBER("number", 1));
	read_all(ends[0], &lines, &dropped);
	log_write("read", LOG_NUMBER("number", 2));
	read_all(ends[0], &lines, &dropped);
	alarm(0);
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(ends[0]);
	assert_true(counted > 0);
	counted += log_take_dropped();
	assert_int_equal(counted, dropped);
	assert_int_equal(lines + dropped, ALL);
}

static void a_log_that_nobody_reads_stops_nobody(void **state)
{
	(void)state;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	write_unread(ends);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	write_unread(ends);
}

/* The flag is shared with the programs that hold the other descriptors of this pipe. */
static void standard_error_itself_stays_as_it_was(void **state)
{
	(void)state;
	int ends[2], kept = dup(STDERR_FILENO);
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	log_write("seen", LOG_NUMBER("number", 1));
	int flags = fcntl(STDERR_FILENO, F_GETFL);
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(ends[0]);
	close(ends[1]);
	assert_int_equal(flags & O_NONBLOCK, 0);
}

/* In a child, for it ends there. */
static void run_out_of_memory(const void *text)
{
	int status;
	pid_t child = fork();
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
		log_write_later("later", LOG_TEXT("value", text));
		memory_exhausted();
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
}

static void lines_that_wait_are_written_when_memory_ends(void **state)
{
	(void)state;
	assert_string_equal(capture(run_out_of_memory, "answered"),
		"event=later value=answered\nevent=out_of_memory\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(values_cannot_forge_a_line),
		cmocka_unit_test(long_lines_are_cut_and_end),
		cmocka_unit_test(lines_that_may_wait_come_in_order_and_whole),
		cmocka_unit_test(a_log_that_nobody_reads_stops_nobody),
		cmocka_unit_test(standard_error_itself_stays_as_it_was),
		cmocka_unit_test(lines_that_wait_are_written_when_memory_ends) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
