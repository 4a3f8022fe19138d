/* SPDX-License-Identifier: MIT */
/* The reader of spreadsheet files: what Excel, Google Sheets, LibreOffice and Numbers write, in
 * Korean and English, and what is refused. */
#include "base/memory.h"
#include "base/spreadsheet.h"

#include "sentence.h"

#include <inttypes.h>
#include <stdlib.h>

#define BYTES(text) (text), sizeof(text) - 1

/* --- cells --- */

static void cells_are_cleaned(void **state)
{
	(void)state;
	static const struct {
		const char *sentence;
		enum cell_kind kind;
		const char *text, *want;
	} rows[] = {
		{ "a code stays", CELL_CODE, "AB-12 cd", "AB-12 cd" },
		{ "full-width letters stay", CELL_CODE, "ＡＢＣ－１", "ＡＢＣ－１" },
		{ "Korean stays", CELL_CODE, "（주)도장", "（주)도장" },
		{ "blanks go from the ends", CELL_CODE, " \t A \n", "A" },
		{ "NBSP goes from the ends", CELL_CODE, "\u00a0A\u00a0", "A" },
		{ "NBSP inside is a blank", CELL_CODE, "A\u00a0B", "A B" },
		{ "the ideographic blank too", CELL_CODE, "\u3000A\u3000B", "A B" },
		{ "zero-width blanks go", CELL_CODE, "A\u200bB\u200b", "AB" },
		{ "joiners go", CELL_CODE, "\u200cA\u200dB", "AB" },
		{ "marks of direction go", CELL_CODE, "\u200eA\u200f\u202aB\u202c\u2066C\u2069",
			"ABC" },
		{ "a word joiner goes", CELL_CODE, "A\u2060B", "AB" },
		{ "byte order marks go", CELL_CODE, "\ufeffA\ufeff", "A" },
		{ "soft hyphens go", CELL_CODE, "AB\u00adCD", "ABCD" },
		{ "fillers go", CELL_CODE, "\u3164A\uffa0", "A" },
		{ "variation selectors go", CELL_CODE, "A\ufe0f", "A" },
		{ "tags go", CELL_CODE, "A\U000e0041", "A" },
		{ "nothing but such is nothing", CELL_CODE, "\u200b\u00a0 \ufeff", "" },
		{ "a line separator is a blank", CELL_CODE, "A\u2028", "A" },
		{ "a text in a formula is a text", CELL_CODE, "=\"0123\"", "0123" },
		{ "an apostrophe marks a text", CELL_CODE, "'0123", "0123" },
		{ "as the console's own files write it", CELL_CODE, "'-12", "-12" },
		{ "an apostrophe alone stays", CELL_CODE, "'", "'" },
		{ "blanks are part of a name", CELL_NAME, " minji ", " minji " },
		{ "but not what looks like one", CELL_NAME, "\u00a0minji\u3000", "minji" },
		{ "nor what cannot be seen", CELL_NAME, "min\u200bji\ufeff", "minji" },
		{ "an apostrophe is part of a name", CELL_NAME, "'Abd", "'Abd" },
		{ "unless a formula would follow", CELL_NAME, "'=x", "=x" },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		char *text = memory_copy_text(NULL, rows[i].text);
		cell_clean(text, rows[i].kind);
		sentence_text(rows[i].sentence, rows[i].want, text);
		memory_free(text);
	}
}

static void headings_are_compared_without_their_form(void **state)
{
	(void)state;
	static const char *const rows[][2] = { { "Coupon Code", "couponcode" },
		{ "COUPON_NO.", "couponno" }, { "쿠폰 번호", "쿠폰번호" },
		{ "쿠폰번호(필수)", "쿠폰번호" }, { "(필수) 쿠폰번호*", "쿠폰번호" },
		{ "[필수]운송장 No", "운송장no" }, { "회원ＩＤ", "회원id" },
		{ "운송장번호（12자리）", "운송장번호" }, { "#", "" }, { "(x", "" },
		{ "x)", "x" } };
	for (size_t i = 0; i < countof(rows); i++) {
		char *text = memory_copy_text(NULL, rows[i][0]);
		cell_fold_heading(text);
		sentence_text(rows[i][0], rows[i][1], text);
		memory_free(text);
	}
}

static void damaged_cells_are_recognised(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "6.2345E+11", "scientific" },
		{ "1,23E+11", "scientific" },
		{ "1.0E5", "scientific" },
		{ "6E+11", "scientific" },
		{ "6.2345e+11", "scientific" },
		{ "-1.5E-07", "scientific" },
		{ "1.23457E+15", "scientific" },
		{ "####", "error_value" },
		{ "#", "error_value" },
		{ "#N/A", "error_value" },
		{ "#REF!", "error_value" },
		{ "#VALUE!", "error_value" },
		{ "#NAME?", "error_value" },
		{ "#DIV/0!", "error_value" },
		{ "#NULL!", "error_value" },
		{ "#NUM!", "error_value" },
		{ "#SPILL!", "error_value" },
		{ "#ERROR!", "error_value" },
		{ "#이름?", "error_value" },
		{ "#NV", "error_value" },
		{ "Err:502", "error_value" },
		{ "2026-03-01", "date" },
		{ "2026. 3. 1", "date" },
		{ "2026년 3월 1일", "date" },
		{ "2026-03-01 0:00", "date" },
		{ "3/1/2026", "date" },
		{ "1-Mar", "date" },
		{ "01-Mar-26", "date" },
		{ "Mar-01", "date" },
		{ "Sep-2026", "date" },
		{ "Mar 1, 2026", "date" },
		{ "03월 01일", "date" },
		{ "623,450,000,000", "number_format" },
		{ "1,234.50", "number_format" },
		{ "623450000000.0", "number_format" },
		{ "623450000000.00", "number_format" },
		{ "=A1&B2", "formula" },
		{ "\ufffd\ufffd-1", "lost" },
		{ "a\nb", "control" },
		{ "a\tb", "control" },
		{ "a\xc2\x85 b", "control" },
		{ "a\x7f", "control" },
		/* and these are not */
		{ "623450000000", NULL },
		{ "6234-5000-0000", NULL },
		{ "1E5", NULL },
		{ "3E902741", NULL },
		{ "E11", NULL },
		{ "ABC#1", NULL },
		{ "#A1", NULL },
		{ "10-MAR", NULL },
		{ "MAR1", NULL },
		{ "1234-56-78", NULL },
		{ "2026-13-01", NULL },
		{ "20260301", NULL },
		{ "99/99/2026", NULL },
		{ "12,34", NULL },
		{ "1234,567", NULL },
		{ "KR, 2", NULL },
		{ "1.5", NULL },
		{ "1.2.3", NULL },
		{ "A=B", NULL },
		{ "ＡＢＣ－１", NULL },
		{ "00012345", NULL },
	};
	for (size_t i = 0; i < countof(rows); i++)
		sentence_text(rows[i].text, rows[i].want, cell_damage(rows[i].text, CELL_CODE));
	sentence_text("a name may be a date", NULL, cell_damage("2026-03-01", CELL_NAME));
	sentence_text("but no damaged number", "scientific", cell_damage("6.2E+11", CELL_NAME));
	sentence_text("a date is a date", NULL, cell_damage("2026-03-01", CELL_DATE));
	sentence_text("##### is none", "error_value", cell_damage("#####", CELL_DATE));
}

static void dates_come_as_spreadsheets_write_them(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "2026-11-22", "2026-11-22" },
		{ "2026-1-2", "2026-01-02" },
		{ "2026/11/22", "2026-11-22" },
		{ "2026.11.22", "2026-11-22" },
		{ "2026. 11. 22", "2026-11-22" },
		{ "2026. 11. 22.", "2026-11-22" },
		{ "2026년 11월 22일", "2026-11-22" },
		{ "2026-11-22 0:00", "2026-11-22" },
		{ "2026-11-22 00:00:00", "2026-11-22" },
		{ "2024-02-29", "2024-02-29" },
		{ "2026-02-29", NULL },
		{ "2026-11-22 13:05", NULL },
		{ "11/22/2026", NULL },
		{ "22-11-2026", NULL },
		{ "46348", NULL },
		{ "2026-11", NULL },
		{ "", NULL },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		char text[DATE_TEXT];
		date day;
		bool is_date = cell_date(rows[i].text, &day);
		sentence_text(rows[i].text, rows[i].want, is_date ? date_format(day, text) : NULL);
	}
}

/* --- files --- */

static const struct spreadsheet_column CODE[] = {
	{ .name = "code", .kind = CELL_CODE, .headings = { "code coupon 쿠폰번호", "pin", "번호" } }
};
static const struct spreadsheet_column PARCEL[] = {
	{ .name = "claim",
		.kind = CELL_CODE,
		.headings = { "claim claimid 수령 수령번호", "주문번호", "id 번호" } },
	{ .name = "tracking", .kind = CELL_CODE, .headings = { "tracking 송장번호 운송장번호" } },
};
static const struct spreadsheet_column DAY[] = {
	{ .name = "subject", .kind = CELL_NAME, .headings = { "subject 회원", "아이디" } },
	{ .name = "date", .kind = CELL_DATE, .headings = { "date 날짜" } },
	{ .name = "issuer", .kind = CELL_NAME, .is_optional = true, .headings = { "issuer" } },
};
static const struct spreadsheet_schema CODES = { CODE, countof(CODE), false },
				       PARCELS = { PARCEL, countof(PARCEL), false },
				       DAYS = { DAY, countof(DAY), true };

/* All rows as "LINE:cell|cell;" and "LINE!column fault;", with how the file was read before them.
 */
static const char *read_all(const void *context, const char *bytes, size_t length,
	const struct spreadsheet_schema *schema)
{
	FILE *file = tmpfile();
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	struct spreadsheet *spreadsheet = spreadsheet_open(context, file, schema);
	struct spreadsheet_row row;
	char *text = memory_copy_text(context, "");
	while (spreadsheet_next(spreadsheet, &row)) {
		text = memory_format(context, "%s%" PRIu64, text, row.line);
		if (row.fault)
			text = memory_format(context, "%s!%s%s%s", text,
				row.column ? row.column : "", row.column ? " " : "", row.fault);
		for (size_t i = 0; !row.fault && i < schema->count; i++)
			text = memory_format(context, "%s%s%s", text, i ? "|" : ":", row.cells[i]);
		text = memory_format(context, "%s;", text);
	}
	assert_false(spreadsheet_next(spreadsheet, &row));
	json_object *json = spreadsheet_json(spreadsheet);
	text = memory_format(context, "%s %s", json_line(json), text);
	json_object_put(json);
	fclose(file);
	return text;
}

struct sample {
	const char *sentence;
	const struct spreadsheet_schema *schema;
	const char *bytes;
	size_t length;
	const char *want; /* the rows */
};

static const char *rows_of(const void *context, const struct sample *sample)
{
	const char *text = read_all(context, sample->bytes, sample->length, sample->schema);
	return strstr(text, "]} ") + strlen("]} ");
}

static void check(const struct sample *samples, size_t count)
{
	void *context = memory_context(NULL);
	for (size_t i = 0; i < count; i++)
		sentence_text(samples[i].sentence, samples[i].want, rows_of(context, &samples[i]));
	memory_free(context);
}

static void files_of_spreadsheet_programs_are_read(void **state)
{
	(void)state;
	static const struct sample samples[] = {
		{ "nothing", &CODES, BYTES(""), "" },
		{ "only blank lines", &CODES, BYTES("\n\r\n , ,\n\"\"\n"), "" },
		{ "one code", &CODES, BYTES("A-1"), "1:A-1;" },
		{ "Excel: CSV UTF-8", &CODES, BYTES("\xef\xbb\xbf쿠폰번호\r\nA-1\r\nA-2\r\n"),
			"2:A-1;3:A-2;" },
		{ "Excel: CSV of a Korean Windows", &CODES,
			BYTES("\xc4\xed\xc6\xf9\xb9\xf8\xc8\xa3\r\nA-1\r\n"), "2:A-1;" },
		{ "Excel: Unicode text", &CODES,
			BYTES("\xff\xfe\xe0\xcf\xf0\xd3\x88\xbc\x38\xd6\t\0x\0\r\0\n\0A\0\t\0y\0\r"
			      "\0\n\0"),
			"2:A;" },
		{ "Excel: CSV for Macintosh", &CODES, BYTES("code\rA-1\rA-2\r"), "2:A-1;3:A-2;" },
		{ "Excel where the comma is decimal", &PARCELS,
			BYTES("claim;tracking\r\n12;KR-1\r\n"), "2:12|KR-1;" },
		{ "Excel: text, tabs", &PARCELS, BYTES("12\tKR-1\r\n13\t\"KR, 2\"\r\n"),
			"1:12|KR-1;2:13|KR, 2;" },
		{ "Excel: empty columns at the end", &PARCELS,
			BYTES("claim,tracking,,\n12,KR-1,,\n13,KR-2\n,,,\n"),
			"2:12|KR-1;3:13|KR-2;" },
		{ "Excel: a line that names the separator", &PARCELS,
			BYTES("sep=;\r\nclaim;tracking\r\n12;KR,1\r\n"), "3:12|KR,1;" },
		{ "which may be the comma", &PARCELS, BYTES("sep=,\nclaim,tracking\n12,KR;1\n"),
			"3:12|KR;1;" },
		{ "Google Sheets: a copied range", &PARCELS,
			BYTES("주문번호\t받는 사람\t송장번호\n12\t\"Kim\nMinji\"\tKR-1"),
			"2:12|KR-1;" },
		{ "LibreOffice: all text quoted", &PARCELS,
			BYTES("\"claim\",\"tracking\"\n12,\"KR-1\"\n"), "2:12|KR-1;" },
		{ "Numbers: semicolons, empty columns", &CODES,
			BYTES("coupon;;\nA-1;;\n;;\nA-2;;\n"), "2:A-1;4:A-2;" },
		{ "the console's own file", &PARCELS,
			BYTES("\xef\xbb\xbf\"수령\",\"받은 시각\",\"상품\",\"운송장 "
			      "번호\"\r\n7,2026-11-22T03:04:05Z,"
			      "\"AirPods\",\"'-12\"\r\n"),
			"2:7|-12;" },
		{ "a carrier's file", &PARCELS,
			BYTES("No,수령번호,받는분,주소,운송장번호(12자리)\n1,7,김민지,\"서울, "
			      "종로\",623450000001\n"),
			"2:7|623450000001;" },
		{ "columns in another order", &PARCELS, BYTES("tracking,claim\nKR-1,12\n"),
			"2:12|KR-1;" },
		{ "headings of both languages", &PARCELS, BYTES("Claim ID;운송장 번호\n12;KR-1\n"),
			"2:12|KR-1;" },
		{ "the surest heading counts", &PARCELS,
			BYTES("번호,주문번호,수령번호,송장번호\n1,2,3,KR-1\n"), "2:3|KR-1;" },
		{ "a less sure one where there is no other", &PARCELS,
			BYTES("번호,송장번호\n1,KR-1\n"), "2:1|KR-1;" },
		{ "codes with commas in quotes", &CODES, BYTES("code\n\"A,1\"\n\"A,\"\"2\"\n"),
			"2:A,1;3:A,\"2;" },
		{ "codes with semicolons", &CODES, BYTES("A-1\nA;2\n"), "1:A-1;2:A;2;" },
		{ "codes of full-width characters", &CODES, BYTES("ＡＢＣ－１\nABC-2\n"),
			"1:ＡＢＣ－１;2:ABC-2;" },
		{ "codes without digits", &CODES, BYTES("WELCOME\nSPRING\n"),
			"1:WELCOME;2:SPRING;" },
		{ "one code without digits", &CODES, BYTES("WELCOME\n"), "1:WELCOME;" },
		{ "codes that begin with the same word", &CODES, BYTES("COUPON A\nCOUPON B\n"),
			"1:COUPON A;2:COUPON B;" },
		{ "check-ins", &DAYS, BYTES("아이디,날짜,비고\nminji,2026. 11. 22,x\n"),
			"2:minji|2026. 11. 22|;" },
		{ "a subject with blanks", &DAYS, BYTES("subject,date\nminji ,2026-11-22\n"),
			"2:minji |2026-11-22|;" },
		{ "long numbers that are not rounded", &CODES,
			BYTES("code\n1234567890123450\n1234567890123451\n"),
			"2:1234567890123450;3:1234567890123451;" },
		{ "one long number with a zero", &CODES, BYTES("1234567890123450\n"),
			"1:1234567890123450;" },
	};
	check(samples, countof(samples));
}

static void wrong_lines_are_named(void **state)
{
	(void)state;
	static const struct sample samples[] = {
		{ "a number in scientific notation", &PARCELS,
			BYTES("claim,tracking\n12,6.2345E+11\n13,x\n"),
			"2!tracking scientific;3:13|x;" },
		{ "after a cell of two lines", &PARCELS,
			BYTES("claim,x,tracking\n1,\"a\nb\",y\n12,,#N/A\n"),
			"2:1|y;4!tracking error_value;" },
		{ "an empty cell", &PARCELS, BYTES("claim,tracking\n12,\n"), "2!tracking empty;" },
		{ "one with nothing but a blank that looks like none", &PARCELS,
			BYTES("claim,tracking\n12,\u00a0\u200b\n"), "2!tracking empty;" },
		{ "a cell too many", &CODES, BYTES("code\nA-1,2027-01-01\n"), "2!columns;" },
		{ "without a heading too", &CODES, BYTES("A-1\nA-2,x\n"), "1:A-1;2!columns;" },
		{ "several columns without headings", &CODES, BYTES("A-1,x\nA-2,y\n"),
			"1!no_headings;" },
		{ "three where two are expected", &PARCELS, BYTES("1,KR-1,x\n"), "1!no_headings;" },
		{ "no headings where they are needed", &DAYS, BYTES("minji,2026-11-22\n"),
			"1!no_headings;" },
		{ "nothing where they are needed", &DAYS, BYTES(""), "1!no_headings;" },
		{ "a column without heading", &PARCELS, BYTES("\nclaim,x\n12,KR-1\n"),
			"2!tracking heading_missing;" },
		{ "two headings for a column", &PARCELS,
			BYTES("tracking,송장번호,claim\nKR-1,KR-2,12\n"),
			"1!tracking heading_twice;" },
		{ "the same heading twice", &CODES, BYTES("code,code\nA,B\n"),
			"1!code heading_twice;" },
		{ "a heading further down", &CODES, BYTES("A-1\n쿠폰 번호\nA-2\n"),
			"1:A-1;2!code heading_again;3:A-2;" },
		{ "a less sure heading further down", &CODES, BYTES("A-1\nPIN\n"),
			"1:A-1;2!code heading_again;" },
		{ "a heading that repeats", &CODES, BYTES("code\nA-1\nCode\n"),
			"2:A-1;3!code heading_again;" },
		{ "what seems to be a heading", &CODES, BYTES("난수값\nA-1\nA-2\n"),
			"1:난수값;2:A-1;3:A-2;1!code heading_unknown;" },
		{ "by its word", &CODES, BYTES("2026 쿠폰번호 목록\nA-1\nB\n"),
			"1:2026 쿠폰번호 목록;2:A-1;3:B;1!code heading_unknown;" },
		{ "even alone", &CODES, BYTES("발급된 쿠폰번호\n"),
			"1:발급된 쿠폰번호;1!code heading_unknown;" },
		{ "rounded numbers", &CODES,
			BYTES("code\n12345678901234500\nA\n12345678901234600\n"),
			"2:12345678901234500;3:A;4:12345678901234600;2!code rounded;" },
		{ "one, rounded by much", &CODES, BYTES("1234567890123450000\n"),
			"1:1234567890123450000;1!code rounded;" },
		{ "an open quote", &CODES, BYTES("code\n\"A\nB\n"), "2!quotes;" },
		{ "an encoding that breaks", &CODES, BYTES("code\nA\n\xff\n"), "2:A;3!encoding;" },
		{ "a line break in a cell", &CODES, BYTES("code\n\"A\nB\"\n"), "2!code control;" },
		{ "a subject that was a number", &DAYS,
			BYTES("subject,date\n1.23E+11,2026-11-22\n"), "2!subject scientific;" },
	};
	check(samples, countof(samples));
}

static void how_the_file_was_read_is_told(void **state)
{
	(void)state;
	static const char PARCEL_BYTES[] = "메모;Claim ID;운송장번호;\n;12;KR-1;\n";
	static const struct {
		const struct spreadsheet_schema *schema;
		const char *bytes;
		size_t length;
		const char *json, *sentence;
	} rows[] = {
		{ &PARCELS, BYTES(PARCEL_BYTES),
			"{\"encoding\":\"UTF-8\",\"separator\":\"semicolon\",\"columns\":[{"
			"\"column\":"
			"\"claim\",\"heading\":\"Claim "
			"ID\",\"position\":2},{\"column\":\"tracking\","
			"\"heading\":\"운송장번호\",\"position\":3}],\"ignored\":[\"메모\"]}",
			"read as UTF-8, separated by semicolons; claim is column 2 (Claim ID); "
			"tracking is "
			"column 3 (운송장번호)" },
		{ &CODES, BYTES("A-1\n"),
			"{\"encoding\":\"UTF-8\",\"separator\":null,\"columns\":[{\"column\":"
			"\"code\","
			"\"heading\":null,\"position\":1}],\"ignored\":[]}",
			"read as UTF-8; code is column 1" },
		{ &DAYS, BYTES("\xc8\xb8\xbf\xf8\t\xb3\xaf\xc2\xa5\n"),
			"{\"encoding\":\"CP949\",\"separator\":\"tab\",\"columns\":[{\"column\":"
			"\"subject\","
			"\"heading\":\"회원\",\"position\":1},{\"column\":\"date\",\"heading\":"
			"\"날짜\","
			"\"position\":2}],\"ignored\":[]}",
			"read as CP949, separated by tabs; subject is column 1 (회원); date is "
			"column 2 (날짜)" },
	};
	void *context = memory_context(NULL);
	for (size_t i = 0; i < countof(rows); i++) {
		FILE *file = tmpfile();
		assert_int_equal(fwrite(rows[i].bytes, 1, rows[i].length, file), rows[i].length);
		struct spreadsheet *spreadsheet = spreadsheet_open(context, file, rows[i].schema);
		json_object *json = json_attach(context, spreadsheet_json(spreadsheet));
		sentence_text("as JSON", rows[i].json, json_line(json));
		sentence_text("in words", rows[i].sentence,
			spreadsheet_description(spreadsheet, context));
		fclose(file);
	}
	memory_free(context);
}

static void faults_are_sentences(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	sentence_text("of a cell", "line 3, code: the cell is empty",
		spreadsheet_fault_sentence(context, 3, "code", "empty"));
	sentence_text("of a row", "line 3: there are more cells than columns",
		spreadsheet_fault_sentence(context, 3, NULL, "columns"));
	sentence_text("of the domain", "line 3: too dear",
		spreadsheet_fault_sentence(context, 3, NULL, "too dear"));
	memory_free(context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_cleaned),
		cmocka_unit_test(headings_are_compared_without_their_form),
		cmocka_unit_test(damaged_cells_are_recognised),
		cmocka_unit_test(dates_come_as_spreadsheets_write_them),
		cmocka_unit_test(files_of_spreadsheet_programs_are_read),
		cmocka_unit_test(wrong_lines_are_named),
		cmocka_unit_test(how_the_file_was_read_is_told),
		cmocka_unit_test(faults_are_sentences),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
