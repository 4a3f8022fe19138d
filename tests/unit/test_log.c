/* SPDX-License-Identifier: MIT */
/* Log lines: one occurrence, one line, whatever is in the values. */
#include "base/log.h"
#include "base/memory.h"

#include "sentence.h"

#include <stdio.h>
#include <sys/resource.h>
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
		cmocka_unit_test(lines_that_wait_are_written_when_memory_ends) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
