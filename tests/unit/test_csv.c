/* SPDX-License-Identifier: MIT */
/* The CSV reader: encodings, separators, records with their lines, and the faults that it names. */
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
static char *all_separated(const void *context, const char *bytes, size_t length, char separator)
{
	FILE *file = file_of(bytes, length);
	struct csv *csv = csv_new(context, file);
	struct csv_record record;
	csv_start(csv, separator);
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

static char *all_of(const void *context, const char *bytes, size_t length)
{
	return all_separated(context, bytes, length, ',');
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
		{ "a carriage return alone ends a line", BYTES("a\rb\r\rc"), "1:a;2:b;4:c;end" },
		{ "at the end of the file too", BYTES("a,b\r"), "1:a|b;end" },
		{ "quotes hold commas", BYTES("\"a,b\",c\n"), "1:a,b|c;end" },
		{ "a doubled quote is one", BYTES("\"a\"\"b\"\n"), "1:a\"b;end" },
		{ "an empty quoted field is empty", BYTES("\"\",\"\"\n"), "1:|;end" },
		{ "a line break within quotes counts as a line", BYTES("\"a\nb\"\nc\n"),
			"1:a\nb;3:c;end" },
		{ "CRLF within quotes is a line feed", BYTES("\"a\r\nb\"\n"), "1:a\nb;end" },
		{ "CR within quotes too", BYTES("\"a\rb\"\r"), "1:a\nb;end" },
		{ "a byte order mark is not text",
			BYTES("\xef\xbb\xbf"
			      "a\n"),
			"1:a;end" },
		{ "only at the beginning", BYTES("a,\xef\xbb\xbf\n"), "1:a|\xef\xbb\xbf;end" },
		{ "Korean is text", BYTES("도장,1\n"), "1:도장|1;end" },
		{ "text after a quoted field is a fault", BYTES("a\n\"b\"c\n"), "1:a;2!quotes" },
		{ "a quote within a field is one", BYTES("a\"b\n"), "1!quotes" },
		{ "a quoted field without end is one", BYTES("a\n\"b\nc"), "1:a;2!quotes" },
		{ "NUL is one", BYTES("a\0b\n"), "1!nul" },
		{ "NUL within quotes too", BYTES("\"a\0b\"\n"), "1!nul" },
		{ "what is not UTF-8 is one", BYTES("a\nb,\xff\n"), "1:a;2!encoding" },
		{ "the line of a fault is where its record begins", BYTES("\"a\nb\",\"c\nd\"e\n"),
			"1!quotes" },
	};
	void *context = memory_context(NULL);
	for (size_t i = 0; i < countof(rows); i++)
		sentence_text(rows[i].sentence, rows[i].want,
			all_of(context, rows[i].bytes, rows[i].length));
	memory_free(context);
}

static void every_encoding_is_read_as_utf8(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *bytes;
		size_t length;
		enum csv_encoding encoding;
		const char *want;
	} rows[] = {
		{ "UTF-8 with a mark", BYTES("\xef\xbb\xbf쿠폰\n"), CSV_UTF8, "1:쿠폰;end" },
		{ "UTF-8 without one", BYTES("쿠폰\n"), CSV_UTF8, "1:쿠폰;end" },
		{ "whose first byte is that of a mark", BYTES("ＡＢＣ－１\n"), CSV_UTF8,
			"1:ＡＢＣ－１;end" },
		{ "whose first two bytes are", BYTES("ﻀ,（주)\n"), CSV_UTF8, "1:ﻀ|（주);end" },
		{ "shorter than a mark", BYTES("a"), CSV_UTF8, "1:a;end" },
		{ "only a mark", BYTES("\xef\xbb\xbf"), CSV_UTF8, "end" },
		{ "UTF-16, low byte first", BYTES("\xff\xfe\xe0\xcf,\0a\0\r\0\n\0b\0"), CSV_UTF16LE,
			"1:쿠|a;2:b;end" },
		{ "UTF-16, high byte first", BYTES("\xfe\xff\xcf\xe0\0,\0a\0\n"), CSV_UTF16BE,
			"1:쿠|a;end" },
		{ "UTF-16 with a pair", BYTES("\xff\xfe\x3d\xd8\x00\xde\n\0"), CSV_UTF16LE,
			"1:😀;end" },
		{ "half a pair is refused",
			BYTES("\xff\xfe"
			      "a\0\n\0\x3d\xd8"
			      "b\0"),
			CSV_UTF16LE, "1:a;2!encoding" },
		{ "the other half too", BYTES("\xff\xfe\x00\xde"), CSV_UTF16LE, "1!encoding" },
		{ "half a unit too",
			BYTES("\xff\xfe"
			      "a\0b"),
			CSV_UTF16LE, "1!encoding" },
		{ "NUL in UTF-16 is one",
			BYTES("\xff\xfe"
			      "a\0\0\0"),
			CSV_UTF16LE, "1!nul" },
		{ "CP949", BYTES("\xc4\xed\xc6\xf9,1\r\n\x8c\x63,2"), CSV_CP949,
			"1:쿠폰|1;2:똠|2;end" },
		{ "a byte that CP949 has not is refused", BYTES("\xc4\xed\n\xc6\xf9\x80,1\n"),
			CSV_CP949, "1:쿠;2!encoding" },
		{ "half a character too", BYTES("\xc4\xed\n\xc6"), CSV_CP949, "1:쿠;2!encoding" },
		{ "a quote is never half a character", BYTES("\xc4\"a\"\n"), CSV_CP949,
			"1!encoding" },
		{ "that begins like a mark", BYTES("\xef\xbb,a\n"), CSV_CP949, "1:癤|a;end" },
		{ "Latin-1 is refused", BYTES("a\nM\xfcller\n"), CSV_CP949, "1:a;2!encoding" },
		{ "UTF-8 with a broken character is not CP949", BYTES("쿠폰번호\nab\xb0\xa1\n"),
			CSV_UTF8, "1:쿠폰번호;2!encoding" },
		{ "UTF-8 that ends too early is not", BYTES("쿠폰번호\n쿠\xed\x8f"), CSV_UTF8,
			"1:쿠폰번호;2!encoding" },
	};
	void *context = memory_context(NULL);
	for (size_t i = 0; i < countof(rows); i++) {
		FILE *file = file_of(rows[i].bytes, rows[i].length);
		sentence_text(rows[i].sentence, CSV_ENCODINGS[rows[i].encoding],
			CSV_ENCODINGS[csv_encoding(csv_new(context, file))]);
		fclose(file);
		sentence_text(rows[i].sentence, rows[i].want,
			all_of(context, rows[i].bytes, rows[i].length));
	}
	memory_free(context);
}

/* Characters that lie across the pieces in which the file is looked at. */
static void a_long_file_keeps_its_encoding(void **state)
{
	(void)state;
	enum { LONG = 20000 };
	void *context = memory_context(NULL);
	for (size_t shift = 0; shift < 8; shift++) {
		char *text = memory_array(context, char, LONG + 16);
		for (size_t i = 0; i < LONG; i += 3)
			memcpy(text + shift + i, i % 300 ? "가" : "a,\n", 3);
		memset(text, 'x', shift);
		FILE *file = file_of(text, strlen(text));
		sentence_text("it is UTF-8", "UTF-8",
			CSV_ENCODINGS[csv_encoding(csv_new(context, file))]);
		fclose(file);
	}
	memory_free(context);
}

static void fields_are_separated_by_one_character(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *text;
		char separator;
		const char *want;
	} rows[] = {
		{ "semicolons", "a;b,c\n", ';', "1:a|b,c;end" },
		{ "tabs", "a\tb;c\n\"d\te\"\tf\n", '\t', "1:a|b;c;2:d\te|f;end" },
		{ "quotes inside a field are text from the clipboard", "5\" pipe\tx\n", '\t',
			"1:5\" pipe|x;end" },
		{ "but not in a file", "5\" pipe;x\n", ';', "1!quotes" },
	};
	void *context = memory_context(NULL);
	for (size_t i = 0; i < countof(rows); i++)
		sentence_text(rows[i].sentence, rows[i].want,
			all_separated(
				context, rows[i].text, strlen(rows[i].text), rows[i].separator));
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
	sentence_text(
		"one more is a fault", "1!too_long", all_of(context, line, 2 * CSV_FIELDS_MAXIMUM));
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
		bool is_fault = strcmp(got, "1!too_long") == 0;
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
		cmocka_unit_test(every_encoding_is_read_as_utf8),
		cmocka_unit_test(a_long_file_keeps_its_encoding),
		cmocka_unit_test(fields_are_separated_by_one_character),
		cmocka_unit_test(fields_are_as_many_as_allowed),
		cmocka_unit_test(a_record_is_as_long_as_allowed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
