/* SPDX-License-Identifier: MIT */
/* The CSV reader: records with their lines, and the faults that it names. */
#include "base/csv.h"
#include "base/memory.h"

#include "sentence.h"

#include <stdlib.h>

#define BYTES(text) (text), sizeof(text) - 1

static FILE *file_of(const char *bytes, size_t length)
{
	FILE *file = tmpfile();
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	rewind(file);
	return file;
}

/* All records as "LINE:field|field;…", then "end" or "LINE!fault". */
static char *all_of(const void *context, const char *bytes, size_t length)
{
	FILE *file = file_of(bytes, length);
	struct csv *csv = csv_new(context, file);
	struct csv_record record;
	const char *fault;
	char *text = memory_copy_text(context, "");
	enum csv_answer answer;
	while ((answer = csv_next(csv, &record, &fault)) == CSV_RECORD) {
		text = memory_format(context, "%s%d:", text, (int)record.line);
		for (size_t i = 0; i < record.count; i++)
			text = memory_format(context, "%s%s%s", text, record.fields[i],
				i + 1 < record.count ? "|" : ";");
	}
	fclose(file);
	return answer == CSV_END ? memory_format(context, "%send", text)
				 : memory_format(context, "%s%d!%s", text, (int)record.line, fault);
}

static void records_come_with_their_lines(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *bytes;
		size_t length;
		const char *want;
	} rows[] = {
		{ "nothing has no records", BYTES(""), "end" },
		{ "a record ends with a line feed", BYTES("a,b\n"), "1:a|b;end" },
		{ "or with CRLF", BYTES("a,b\r\nc,d\r\n"), "1:a|b;2:c|d;end" },
		{ "or with the file", BYTES("a,b"), "1:a|b;end" },
		{ "fields may be empty", BYTES(",\n"), "1:|;end" },
		{ "the last field too", BYTES("a,\nb,"), "1:a|;2:b|;end" },
		{ "empty lines are left out and counted", BYTES("a\n\n\r\nb\n"), "1:a;4:b;end" },
		{ "blanks belong to a field", BYTES(" a , b \n"), "1: a | b ;end" },
		{ "a carriage return alone does too", BYTES("a\rb\n"), "1:a\rb;end" },
		{ "quotes hold commas", BYTES("\"a,b\",c\n"), "1:a,b|c;end" },
		{ "a doubled quote is one", BYTES("\"a\"\"b\"\n"), "1:a\"b;end" },
		{ "an empty quoted field is empty", BYTES("\"\",\"\"\n"), "1:|;end" },
		{ "a line break within quotes counts as a line", BYTES("\"a\nb\"\nc\n"),
			"1:a\nb;3:c;end" },
		{ "CRLF within quotes is a line feed", BYTES("\"a\r\nb\"\n"), "1:a\nb;end" },
		{ "a byte order mark is not text",
			BYTES("\xef\xbb\xbf"
			      "a\n"),
			"1:a;end" },
		{ "only at the beginning", BYTES("a,\xef\xbb\xbf\n"), "1:a|\xef\xbb\xbf;end" },
		{ "Korean is text", BYTES("도장,1\n"), "1:도장|1;end" },
		{ "text after a quoted field is a fault", BYTES("a\n\"b\"c\n"),
			"1:a;2!there is text after a quoted field" },
		{ "a quote within a field is one", BYTES("a\"b\n"),
			"1!there is a quote inside a field without quotes" },
		{ "a quoted field without end is one", BYTES("a\n\"b\nc"),
			"1:a;2!a quoted field does not end" },
		{ "NUL is one", BYTES("a\0b\n"), "1!there is a NUL byte" },
		{ "NUL within quotes too", BYTES("\"a\0b\"\n"), "1!there is a NUL byte" },
		{ "what is not UTF-8 is one", BYTES("a\nb,\xff\n"), "1:a;2!the text is not UTF-8" },
		{ "half a byte order mark is one",
			BYTES("\xef\xbb"
			      "a\n"),
			"1!the text is not UTF-8" },
		{ "the line of a fault is where its record begins", BYTES("\"a\nb\",\"c\nd\"e\n"),
			"1!there is text after a quoted field" },
	};
	void *context = memory_context(NULL);
	for (size_t i = 0; i < countof(rows); i++)
		sentence_text(rows[i].sentence, rows[i].want,
			all_of(context, rows[i].bytes, rows[i].length));
	memory_free(context);
}

static void fields_are_as_many_as_allowed(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	char line[2 * CSV_FIELDS_MAXIMUM + 2];
	for (size_t i = 0; i < CSV_FIELDS_MAXIMUM; i++) {
		line[2 * i] = 'x';
		line[2 * i + 1] = ',';
	}
	const char *most = all_of(context, line, 2 * CSV_FIELDS_MAXIMUM - 1);
	sentence_number(
		"the most fields are read", 2 + 2 * CSV_FIELDS_MAXIMUM + 3, (int64_t)strlen(most));
	sentence_text("one more is a fault", "1!there are too many fields",
		all_of(context, line, 2 * CSV_FIELDS_MAXIMUM));
	memory_free(context);
}

/* Around the limit nothing is written beyond the record's room (the sanitizers watch) and nothing
 * is cut. */
static void a_record_is_as_long_as_allowed(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	char *line = memory_array(context, char, CSV_RECORD_MAXIMUM + 3);
	for (size_t length = CSV_RECORD_MAXIMUM - 4; length < CSV_RECORD_MAXIMUM + 3; length++) {
		memset(line, 'x', length);
		line[length / 2] = ',';
		const char *got = all_of(context, line, length);
		bool is_fault = strcmp(got, "1!the record is too long") == 0;
		sentence_holds("it is read whole or refused",
			is_fault || strlen(got) == strlen("1:") + length + strlen(";end"));
		sentence_holds(
			"beyond the room it is refused", length < CSV_RECORD_MAXIMUM || is_fault);
	}
	memory_free(context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_come_with_their_lines),
		cmocka_unit_test(fields_are_as_many_as_allowed),
		cmocka_unit_test(a_record_is_as_long_as_allowed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
