/* SPDX-License-Identifier: MIT */
/* What the walk over JSON finds, held to what json-c makes of the same text, and of one that is a
 * little less. */
#include "base/json.h"
#include "base/json_walk.h"
#include "base/memory.h"
#include "sentence.h"

#include <string.h>

enum { DEPTH = 8 };

static enum json_walk_fit fit(const char *text, const char *made_of)
{
	void *all = memory_context(NULL);
	struct json_walk found;
	if (!json_walk(text, &found) || found.has_nul || found.has_half_pair)
		fail_msg("%s: is no plain JSON", text);
	enum json_walk_fit answer = json_walk_fit(
		all, &found, json_read(all, made_of, DEPTH), text, DEPTH);
	memory_free(all);
	return answer;
}

static void what_json_c_read_fits_its_text(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"{}",
		"[]",
		"null",
		"0",
		"\"\"",
		"\"a\"",
		"[null,null,[null],{\"a\":null}]",
		"{\"a\":1,\"b\":{\"a\":2,\"c\":[{\"a\":3}]}}",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
		"\"\\u0001\\u007f\\u0080\\u07ff\\u0800\\uffff\"",
		"\"\\uD83D\\ude00\\uD83C\\uDF00 \\uacf5\"",
		"{\"\\uB3c4\\uc7A5\":\"도장\",\"\\u0061\":\"\\ud7ff\\ue000\"}",
		" { \"n\" : [ true , false , null , -1.5e+3 ] } ",
		"\"null\"",
		"{\"null\":\"nnn\"}",
		"{\"a\":\"\",\"\":\"a\"}",
		"\"\\u00e9\\u00E9é\"",
		"[\"\\ud83d\\ude00\\ud83d\\ude00\"]",
	};
	for (size_t i = 0; i < countof(rows); i++)
		sentence_holds(rows[i], fit(rows[i], rows[i]) == JSON_FITS);
}

static void a_pair_is_its_character(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *text, *want;
	} rows[] = {
		{ "an ordinary one", "\"\\ud83d\\ude00!\"", "😀!" },
		{ "that ends as a high half does", "\"a\\uD836\\ude00b\"",
			"a\xF0\x9D\xA8\x80"
			"b" },
		{ "that ends as a low half does", "\"\\uD877\\udfff\"", "\xF0\xAD\xBF\xBF" },
		{ "the first and the last", "\"\\ud800\\udc00\\udbff\\udfff\"",
			"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF" },
		{ "behind a backslash", "\"\\\\\\ud836\\ude00\"", "\\\xF0\x9D\xA8\x80" },
		{ "of which only the backslash is escaped", "\"\\\\ud836\\\\ude00\"",
			"\\ud836\\ude00" },
		{ "none", "\"\\u20ac\\n\"", "€\n" },
	};
	void *all = memory_context(NULL);
	for (size_t i = 0; i < countof(rows); i++) {
		const char *got = json_object_get_string(json_read(all, rows[i].text, DEPTH));
		sentence_holds(rows[i].sentence, got && strcmp(got, rows[i].want) == 0);
		sentence_holds(rows[i].sentence, fit(rows[i].text, rows[i].text) == JSON_FITS);
	}
	memory_free(all);
}

static void what_is_missing_is_noticed(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *text, *made;
		enum json_walk_fit want;
	} rows[] = {
		{ "a name twice", "{\"a\":1,\"a\":2}", "{\"a\":2}", JSON_REPEATS },
		{ "a name twice further in", "[{\"a\":1,\"a\":2}]", "[{\"a\":2}]", JSON_REPEATS },
		{ "a value that became null", "{\"a\":\"x\",\"b\":1}", "{\"a\":null,\"b\":1}",
			JSON_LACKS },
		{ "a number that became null", "[1,2]", "[1,null]", JSON_LACKS },
		{ "the end of a string", "{\"sub\":\"customer-12\"}", "{\"sub\":\"customer-1\"}",
			JSON_LACKS },
		{ "the end of a name", "{\"subject\":1}", "{\"sub\":1}", JSON_LACKS },
		{ "a member", "{\"a\":1,\"sub\":\"x\"}", "{\"a\":1}", JSON_LACKS },
		{ "a part of the whole", "{\"a\":{\"b\":1,\"c\":2}}",
			"{\"a\":{\"b\":1,\"c\":2},\"d\":3}", JSON_LACKS },
	};
	for (size_t i = 0; i < countof(rows); i++)
		sentence_holds(rows[i].sentence, fit(rows[i].text, rows[i].made) == rows[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(what_json_c_read_fits_its_text),
		cmocka_unit_test(a_pair_is_its_character),
		cmocka_unit_test(what_is_missing_is_noticed) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
