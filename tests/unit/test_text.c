/* SPDX-License-Identifier: MIT */
/* The strict decoders: what they take, and all that they refuse. */
#include "base/memory.h"
#include "base/text.h"

#include "sentence.h"

#define BYTES(text) (text), sizeof(text) - 1

static void utf8_is_well_formed_or_refused(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *bytes;
		size_t length;
		bool want;
	} rows[] = {
		{ "nothing is well-formed", BYTES(""), true },
		{ "ASCII is", BYTES("stamp\t\n\x7f"), true },
		{ "Korean is", BYTES("도장"), true },
		{ "the last character of all is", BYTES("\xf4\x8f\xbf\xbf"), true },
		{ "one beyond the last is not", BYTES("\xf4\x90\x80\x80"), false },
		{ "the last of two bytes is", BYTES("\xdf\xbf"), true },
		{ "an overlong slash of two bytes is not", BYTES("\xc0\xaf"), false },
		{ "an overlong slash of three bytes is not", BYTES("\xe0\x80\xaf"), false },
		{ "the first that needs three bytes is", BYTES("\xe0\xa0\x80"), true },
		{ "an overlong character of four bytes is not", BYTES("\xf0\x8f\xbf\xbf"), false },
		{ "the first that needs four bytes is", BYTES("\xf0\x90\x80\x80"), true },
		{ "the character before the surrogates is", BYTES("\xed\x9f\xbf"), true },
		{ "a surrogate is not", BYTES("\xed\xa0\x80"), false },
		{ "a continuation alone is not", BYTES("\x80"), false },
		{ "a character cut short is not", BYTES("a\xeb\x8f"), false },
		{ "nor is one that goes on beyond the end", "도", 2, false },
		{ "a character broken by a letter is not",
			BYTES("\xeb\x8f"
			      "a"),
			false },
		{ "NUL is not", BYTES("a\0b"), false },
		{ "a byte that begins nothing is not", BYTES("\xff"), false },
	};
	for (size_t i = 0; i < countof(rows); i++)
		sentence_holds(rows[i].sentence,
			text_is_utf8(rows[i].bytes, rows[i].length) == rows[i].want);
}

static void characters_are_counted_not_bytes(void **state)
{
	(void)state;
	assert_int_equal(text_characters(""), 0);
	assert_int_equal(text_characters("ab도장"), 4);
	assert_int_equal(text_characters("\xf0\x9f\x8e\x81"), 1);
}

static void controls_are_found(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *text;
		bool want;
	} rows[] = {
		{ "plain text has none", "a 도", false },
		{ "tab and line feed may stand", "a\tb\nc", false },
		{ "a carriage return is one", "a\rb", true },
		{ "escape is one", "\x1b[2J", true },
		{ "the last below the blank is one", "\x1f", true },
		{ "delete is one", "\x7f", true },
	};
	for (size_t i = 0; i < countof(rows); i++)
		sentence_holds(rows[i].sentence, text_has_control(rows[i].text) == rows[i].want);
}

static void integers_of_json_may_be_written_in_other_ways(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "300.0", "300" },
		{ "300.000", "300" },
		{ "-300.0", "-300" },
		{ "3e2", "300" },
		{ "3E+2", "300" },
		{ "0.3e3", "300" },
		{ "-0.03E4", "-300" },
		{ "30000e-2", "300" },
		{ "1.5e1", "15" },
		{ "1e0", "1" },
		{ "0.0", "0" },
		{ "-0.0", "0" },
		{ "0e99", "0" },
		{ "0e999999999999999999999", "0" },
		{ "9007199254740993.0", "9007199254740993" },
		{ "1e29", "100000000000000000000000000000" },
		{ "1e30", NULL },
		{ "1e999999999999999999999", NULL },
		{ "300.5", NULL },
		{ "300.00000000000000000000000000000000001", NULL },
		{ "3e-1", NULL },
		{ "15e-1", NULL },
		{ "1e-999999999999999999999", NULL },
		{ "0.1", NULL },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		void *context = memory_context(NULL);
		sentence_text(
			rows[i].text, rows[i].want, text_of_json_integer(context, rows[i].text));
		memory_free(context);
	}
}

static void numbers_are_whole_and_within_bounds(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *text;
		int64_t minimum, maximum;
		bool is_good;
		int64_t want;
	} rows[] = {
		{ "zero", "0", 0, 9, true, 0 },
		{ "the least", "-5", -5, 5, true, -5 },
		{ "the most", "5", -5, 5, true, 5 },
		{ "below the least", "-6", -5, 5, false, 0 },
		{ "above the most", "6", -5, 5, false, 0 },
		{ "the greatest of all", "9223372036854775807", INT64_MIN, INT64_MAX, true,
			INT64_MAX },
		{ "the smallest of all", "-9223372036854775808", INT64_MIN, INT64_MAX, true,
			INT64_MIN },
		{ "one too great", "9223372036854775808", INT64_MIN, INT64_MAX, false, 0 },
		{ "one too small", "-9223372036854775809", INT64_MIN, INT64_MAX, false, 0 },
		{ "far too great", "99999999999999999999999999", INT64_MIN, INT64_MAX, false, 0 },
		{ "nothing", "", -9, 9, false, 0 },
		{ "a minus alone", "-", -9, 9, false, 0 },
		{ "minus zero", "-0", -9, 9, false, 0 },
		{ "a plus", "+1", -9, 9, false, 0 },
		{ "a blank before", " 1", -9, 9, false, 0 },
		{ "a blank behind", "1 ", -9, 9, false, 0 },
		{ "a leading zero", "01", -9, 9, false, 0 },
		{ "hexadecimal", "0x1", -9, 99, false, 0 },
		{ "a fraction", "1.0", -9, 9, false, 0 },
		{ "an exponent", "1e1", -9, 99, false, 0 },
		{ "digits that are not ASCII", "\xef\xbc\x91", -9, 9, false, 0 },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		int64_t number = 0;
		sentence_holds(rows[i].sentence,
			text_to_number(rows[i].text, rows[i].minimum, rows[i].maximum, &number)
				== rows[i].is_good);
		sentence_number(rows[i].sentence, rows[i].want, number);
	}
}

static void percent_is_decoded(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *text;
		bool plus_is_blank;
		const char *want;
		size_t length;
	} rows[] = {
		{ "nothing stays nothing", "", false, BYTES("") },
		{ "plain text stays", "a-b_c.d~", false, BYTES("a-b_c.d~") },
		{ "hex digits of both cases", "%2f%2F%eb%8F%84", false, BYTES("//도") },
		{ "a plus of a path stays", "a+b", false, BYTES("a+b") },
		{ "a plus of a query is a blank", "a+b", true, BYTES("a b") },
		{ "an encoded plus stays a plus", "a%2Bb", true, BYTES("a+b") },
		{ "an encoded percent is not decoded again", "%252f", false, BYTES("%2f") },
		{ "a NUL stays visible in the length", "a%00b", false, BYTES("a\0b") },
		{ "one digit is not enough", "%4", false, NULL, 0 },
		{ "none is not enough", "a%", false, NULL, 0 },
		{ "other letters are no digits", "%4g", false, NULL, 0 },
		{ "signs are no digits", "%-1", false, NULL, 0 },
		{ "a percent sign is no digit", "%%41", false, NULL, 0 },
	};
	void *context = memory_context(NULL);
	for (size_t i = 0; i < countof(rows); i++) {
		char *decoded = NULL;
		size_t length = 0;
		bool is_good = text_percent_decode(context, rows[i].text, strlen(rows[i].text),
			rows[i].plus_is_blank, &decoded, &length);
		sentence_holds(rows[i].sentence, is_good == (rows[i].want != NULL));
		sentence_number(rows[i].sentence, (int64_t)rows[i].length, (int64_t)length);
		sentence_holds(rows[i].sentence,
			!is_good
				|| (memcmp(decoded, rows[i].want, length) == 0
					&& decoded[length] == 0));
	}
	memory_free(context);
}

static void a_text_may_end_before_its_nul(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	char *decoded = NULL;
	size_t length = 0;
	assert_false(text_percent_decode(context, "%41", 2, false, &decoded, &length));
	assert_true(text_percent_decode(context, "%41%42", 3, false, &decoded, &length));
	assert_string_equal(decoded, "A");
	memory_free(context);
}

static void base64url_goes_both_ways(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *bytes;
		size_t length;
		const char *text;
	} rows[] = {
		{ "nothing", BYTES(""), "" },
		{ "one byte", BYTES("f"), "Zg" },
		{ "two bytes", BYTES("fo"), "Zm8" },
		{ "three bytes", BYTES("foo"), "Zm9v" },
		{ "six bytes", BYTES("foobar"), "Zm9vYmFy" },
		{ "the letters that base64 has otherwise", BYTES("\xfb\xff\xfe"), "-__-" },
		{ "zeros", BYTES("\0\0"), "AAA" },
	};
	void *context = memory_context(NULL);
	for (size_t i = 0; i < countof(rows); i++) {
		unsigned char *bytes = NULL;
		size_t length = 99;
		sentence_text(rows[i].sentence, rows[i].text,
			text_to_base64url(context, rows[i].bytes, rows[i].length));
		sentence_holds(rows[i].sentence,
			text_from_base64url(
				context, rows[i].text, strlen(rows[i].text), &bytes, &length));
		sentence_number(rows[i].sentence, (int64_t)rows[i].length, (int64_t)length);
		sentence_holds(rows[i].sentence, memcmp(bytes, rows[i].bytes, length) == 0);
	}
	memory_free(context);
}

static void base64url_has_one_form(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *text;
		size_t size;
	} rows[] = {
		{ "padding", BYTES("Zg==") },
		{ "the letters of base64", BYTES("+//+") },
		{ "a blank", BYTES("Zm 8") },
		{ "a blank in the last four", BYTES("Zm9vZm 8") },
		{ "a letter that is none of ASCII", BYTES("Zm9vZm9\xc3\xa9") },
		{ "a line break", BYTES("Zm9v\n") },
		{ "a letter too many", BYTES("Zm9vY") },
		{ "a letter too many, of zeros", BYTES("Zm9vA") },
		{ "bits that belong to no byte, of four", BYTES("Zh") },
		{ "bits that belong to no byte, of two", BYTES("Zm9") },
		{ "NUL", BYTES("Zm9v\0AAA") },
	};
	void *context = memory_context(NULL);
	unsigned char *bytes;
	size_t length;
	for (size_t i = 0; i < countof(rows); i++)
		sentence_holds(rows[i].sentence,
			!text_from_base64url(context, rows[i].text, rows[i].size, &bytes, &length));
	memory_free(context);
}

static void texts_are_compared_whole(void **state)
{
	(void)state;
	assert_true(text_equals("a", "a"));
	assert_false(text_equals("a", "A"));
	assert_false(text_equals("a", "ab"));
	assert_false(text_equals(NULL, NULL));
	assert_true(text_starts_with("issuer shop", "issuer "));
	assert_false(text_starts_with("issue", "issuer "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_is_well_formed_or_refused),
		cmocka_unit_test(characters_are_counted_not_bytes),
		cmocka_unit_test(controls_are_found),
		cmocka_unit_test(integers_of_json_may_be_written_in_other_ways),
		cmocka_unit_test(numbers_are_whole_and_within_bounds),
		cmocka_unit_test(percent_is_decoded),
		cmocka_unit_test(a_text_may_end_before_its_nul),
		cmocka_unit_test(base64url_goes_both_ways),
		cmocka_unit_test(base64url_has_one_form),
		cmocka_unit_test(texts_are_compared_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
