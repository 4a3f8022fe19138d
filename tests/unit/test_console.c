/* SPDX-License-Identifier: MIT */
/* The console's pure parts: forms taken apart, cells of CSV, axes of charts, the slow-down of
 * sign-ins, passwords, tokens of forms. */
#include "auth/password.h"
#include "auth/session.h"
#include "auth/sign_in.h"
#include "base/memory.h"
#include "base/text.h"
#include "console/chart.h"
#include "console/list.h"
#include "console/console_user.h"
#include "web/form.h"
#include "web/input.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* --- forms --- */

static long read_text(void *source, char *into, size_t size)
{
	memcpy(into, source, size);
	return (long)size;
}

static enum result take(void *context, const char *body, struct form *form)
{
	char *copy = memory_copy_text(context, body);
	struct request request = { .context = context,
		.content_length = (int64_t)strlen(body),
		.read_body = read_text,
		.source = copy };
	*form = (struct form){ .count = 0 };
	return form_read(&request, 1024, form);
}

static void forms_are_taken_apart(void **state)
{
	static const struct {
		const char *sentence, *body;
		enum result want;
		const char *a;
	} CASES[] = {
		{ "nothing is a form without fields", "", RESULT_OK, NULL },
		{ "a plus is a blank, percent signs are decoded", "a=x+y%21&b=", RESULT_OK,
			"x y!" },
		{ "a name without a value is empty", "a", RESULT_OK, "" },
		{ "empty pairs are left out", "&&a=1&&", RESULT_OK, "1" },
		{ "an encoded & does not end a value", "a=1%26b%3D2", RESULT_OK, "1&b=2" },
		{ "a name twice is refused", "a=1&a=2", ERR_BAD_REQUEST, NULL },
		{ "the same name encoded is refused too", "a=1&%61=2", ERR_BAD_REQUEST, NULL },
		{ "half an escape is refused", "a=%4", ERR_BAD_REQUEST, NULL },
		{ "what is no UTF-8 is refused", "a=%ff", ERR_BAD_REQUEST, NULL },
		{ "a NUL is refused", "a=%00", ERR_BAD_REQUEST, NULL },
	};
	(void)state;
	for (size_t i = 0; i < countof(CASES); i++) {
		void *context = memory_context(NULL);
		struct form form;
		enum result result = take(context, CASES[i].body, &form);
		const char *a = form_text(&form, "a");
		if (result != CASES[i].want
			|| (result == RESULT_OK && (a || CASES[i].a)
				&& !text_equals(a, CASES[i].a)))
			fail_msg("%s: %d, %s", CASES[i].sentence, (int)result, a ? a : "(none)");
		memory_free(context);
	}
}

/* Bodies with files: the boundary is "b". */
static enum result take_parts(
	void *context, const char *type, const char *body, size_t length, struct form *form)
{
	char *copy = memory_copy_bytes(context, body, length);
	struct request request = { .context = context,
		.content_type = type,
		.content_length = (int64_t)length,
		.read_body = read_text,
		.source = copy };
	*form = (struct form){ .count = 0 };
	return form_read(&request, 1024, form);
}

#define PART(name, value) \
	"--b\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"

static void forms_with_files_are_taken_apart(void **state)
{
	static const char TYPE[] = "multipart/form-data; boundary=b";
	static const struct {
		const char *sentence, *type, *body;
		enum result want;
		const char *a;
	} CASES[] = {
		{ "a part is a pair", TYPE, PART("a", "x") "--b--\r\n", RESULT_OK, "x" },
		{ "a quoted boundary is one too", "Multipart/Form-Data; boundary=\"b\"",
			PART("a", "x") "--b--", RESULT_OK, "x" },
		{ "a file's name and type are nothing to us", TYPE,
			"--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"x; "
			"name=\"\r\nContent-Type: text/csv\r\n"
			"\r\ncode\nA,B\r\n\r\n--b--",
			RESULT_OK, "code\nA,B\r\n" },
		{ "what looks like a delimiter inside a line is text", TYPE,
			PART("a", "x--b--") "--b--", RESULT_OK, "x--b--" },
		{ "an empty part is empty", TYPE, PART("a", "") "--b--", RESULT_OK, "" },
		{ "the order of headers does not matter", TYPE,
			"--b\r\nX: y\r\ncontent-disposition: form-data; "
			"name=\"a\"\r\n\r\nx\r\n--b--",
			RESULT_OK, "x" },
		{ "what is no text is marked", TYPE, PART("a", "\xff") "--b--", RESULT_OK, "" },
		{ "no part at all", TYPE, "--b--\r\n", RESULT_OK, NULL },
		{ "a name twice is refused", TYPE, PART("a", "x") PART("a", "y") "--b--",
			ERR_BAD_REQUEST, NULL },
		{ "a part without an end is refused", TYPE, PART("a", "x"), ERR_BAD_REQUEST, NULL },
		{ "a body that stops in the headers is refused", TYPE,
			"--b\r\nContent-Disposition: form-data; name=\"a\"", ERR_BAD_REQUEST,
			NULL },
		{ "a part without a name is refused", TYPE,
			"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--", ERR_BAD_REQUEST,
			NULL },
		{ "a name without an end is refused", TYPE,
			"--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--b--",
			ERR_BAD_REQUEST, NULL },
		{ "another boundary is refused", TYPE, "--c\r\n", ERR_BAD_REQUEST, NULL },
		{ "no boundary is refused", "multipart/form-data; x=y", PART("a", "x") "--b--",
			ERR_BAD_REQUEST, NULL },
		{ "an empty boundary is refused", "multipart/form-data; boundary=", "--\r\n----",
			ERR_BAD_REQUEST, NULL },
		{ "nothing is refused", TYPE, "", ERR_BAD_REQUEST, NULL },
	};
	(void)state;
	for (size_t i = 0; i < countof(CASES); i++) {
		void *context = memory_context(NULL);
		struct form form;
		enum result result = take_parts(
			context, CASES[i].type, CASES[i].body, strlen(CASES[i].body), &form);
		const char *a = form_text(&form, "a");
		if (result != CASES[i].want
			|| (result == RESULT_OK && (a || CASES[i].a)
				&& !text_equals(a, CASES[i].a)))
			fail_msg("%s: %d, %s", CASES[i].sentence, (int)result, a ? a : "(none)");
		memory_free(context);
	}
}

/* Cut off anywhere, and with any byte changed, a body is refused or taken, and nothing is read
 * beyond its end. */
static void no_broken_form_is_read_beyond(void **state)
{
	static const char BODY[] = PART("a", "x") PART("b", "y\r\n--z") "--b--\r\n";
	(void)state;
	for (size_t length = 0; length < sizeof BODY; length++)
		for (size_t byte = 0; byte < 256; byte += length % 7 + 1) {
			void *context = memory_context(NULL);
			char *copy = memory_copy_bytes(context, BODY, length);
			struct form form;
			if (length > 0)
				copy[length / 2] = (char)byte;
			enum result result = take_parts(
				context, "multipart/form-data; boundary=b", copy, length, &form);
			assert_true(result == RESULT_OK || result == ERR_BAD_REQUEST);
			assert_true(result == ERR_BAD_REQUEST || length >= sizeof BODY - 4);
			memory_free(context);
		}
}

struct thing {
	const char *name;
	int64_t size;
	bool is_red;
};
static const struct field THING[] = {
	{ .name = "name",
		.type = FIELD_TEXT,
		.source = FIELD_BODY,
		.offset = offsetof(struct thing, name),
		.minimum = 1,
		.maximum = 5,
		.is_required = true },
	{ .name = "size",
		.type = FIELD_NUMBER,
		.source = FIELD_BODY,
		.offset = offsetof(struct thing, size),
		.minimum = 1,
		.maximum = 9 },
	{ .name = "red",
		.type = FIELD_YES_NO,
		.source = FIELD_BODY,
		.offset = offsetof(struct thing, is_red) },
	{ 0 },
};

static void fields_of_forms_are_checked(void **state)
{
	static const struct {
		const char *sentence, *body;
		size_t errors;
	} CASES[] = {
		{ "all is well", "name=x&size=3&red=yes", 0 },
		{ "what was left empty counts as absent", "name=x&size=&red=", 0 },
		{ "names with an underscore are the page's own", "_token=1&_form=2&name=x", 0 },
		{ "a needed field that is empty is missing", "name=", 1 },
		{ "every error is told", "size=x&red=maybe&blue=1", 4 },
	};
	(void)state;
	for (size_t i = 0; i < countof(CASES); i++) {
		void *context = memory_context(NULL);
		struct form form;
		struct thing thing = { 0 };
		struct response out = { .context = context };
		assert_int_equal(take(context, CASES[i].body, &form), RESULT_OK);
		input_form(THING, &form, &thing, &out);
		if (out.errors.count != CASES[i].errors)
			fail_msg("%s: %zu errors", CASES[i].sentence, out.errors.count);
		memory_free(context);
	}
}

/* --- shapes --- */

static void no_cell_is_a_formula(void **state)
{
	static const struct {
		const char *text, *cell;
	} CASES[] = {
		{ "plain", "\"plain\"" },
		{ "", "\"\"" },
		{ "a \"b\"", "\"a \"\"b\"\"\"" },
		{ "=1", "\"'=1\"" },
		{ "+1", "\"'+1\"" },
		{ "-1", "\"'-1\"" },
		{ "@a", "\"'@a\"" },
		{ "\tx", "\"'\tx\"" },
		{ "\rx", "\"'\rx\"" },
		{ "  =1", "\"'  =1\"" },
		{ "a=1", "\"a=1\"" },
	};
	(void)state;
	void *context = memory_context(NULL);
	for (size_t i = 0; i < countof(CASES); i++)
		assert_string_equal(list_csv_cell(context, CASES[i].text), CASES[i].cell);
	assert_string_equal(list_filter(context, "a", "x&y=가"), "a=x%26y%3D%EA%B0%80&");
	assert_string_equal(list_filter(context, "a", NULL), "");
	memory_free(context);
}

static void axes_end_at_round_numbers(void **state)
{
	static const struct {
		int64_t highest, top;
	} CASES[] = { { 0, 4 }, { 4, 4 }, { 5, 8 }, { 9, 20 }, { 138, 200 }, { 201, 400 },
		{ 1000000, 2000000 } };
	(void)state;
	for (size_t i = 0; i < countof(CASES); i++)
		assert_int_equal(chart_top(CASES[i].highest), CASES[i].top);
}

static void charts_escape_their_words(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	const struct chart_bar bars[] = { { "<b>", 3 }, { "\"", 0 } };
	const char *html = chart_bars(context,
		&(struct chart){ .id = "c",
			.title = "<i>",
			.description = "&",
			.bars = bars,
			.count = 2,
			.marked = 2 })
				   .html;
	assert_null(strstr(html, "<b>"));
	assert_null(strstr(html, "<i>"));
	assert_non_null(strstr(html, "&lt;b&gt;: 3"));
	memory_free(context);
}

/* --- staff --- */

static void failures_slow_down(void **state)
{
	static const struct {
		uint64_t failures;
		int64_t wait;
	} CASES[] = { { 0, 0 }, { 4, 0 }, { 5, 15 }, { 6, 30 }, { 7, 60 }, { 11, 900 },
		{ 1000000, 900 } };
	(void)state;
	for (size_t i = 0; i < countof(CASES); i++)
		assert_int_equal(sign_in_wait(CASES[i].failures, 4), CASES[i].wait);
}

static void passwords_match_their_own_hash_alone(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	const char *hash = password_hash(context, "a long enough password"),
		   *again = password_hash(context, "a long enough password");
	assert_true(text_starts_with(hash, "$y$"));
	assert_string_not_equal(hash, again);
	assert_true(password_verify(context, "a long enough password", hash));
	assert_false(password_verify(context, "a long enough passworD", hash));
	assert_false(password_verify(context, "", hash));
	assert_false(password_verify(context, "anything", NULL));
	memory_free(context);
}

/* Safari keeps no Secure cookie of http://127.0.0.1, so the demo has others; no other console has.
 */
static void only_the_demo_has_plain_cookies(void **state)
{
	(void)state;
	static const struct {
		bool is_plain;
		const char *want;
	} CASES[] = {
		{ false,
			"Set-Cookie: __Host-dojang=x; Path=/; Secure; HttpOnly; SameSite=Lax\r\n"
			"Set-Cookie: __Host-dojang-done=; Path=/; Secure; HttpOnly; SameSite=Lax; "
			"Max-Age=0\r\n" },
		{ true,
			"Set-Cookie: dojang=x; Path=/; HttpOnly; SameSite=Lax\r\n"
			"Set-Cookie: dojang-done=; Path=/; HttpOnly; SameSite=Lax; "
			"Max-Age=0\r\n" },
	};
	for (size_t i = 0; i < countof(CASES); i++) {
		void *context = memory_context(NULL);
		const struct settings settings = { .demo.is_demo = true,
			.demo.has_plain_cookies = CASES[i].is_plain };
		struct console console = { .settings = &settings };
		struct request request = { .context = context,
			.cookie = "dojang-done=plain; __Host-dojang-done=secure" };
		const struct call call = {
			.context = context, .program = &console, .request = &request
		};
		struct response out = { .context = context };
		console_user_set_cookie(&call, &out, "x");
		console_user_set_done_cookie(&call, &out, NULL);
		assert_string_equal(out.headers, CASES[i].want);
		assert_string_equal(
			console_user_done(&call), CASES[i].is_plain ? "plain" : "secure");
		memory_free(context);
	}
}

static void a_forms_token_belongs_to_one_session(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	const char *one = session_token(context), *two = session_token(context);
	const char *csrf = session_csrf(context, "secret", one);
	assert_string_not_equal(one, two);
	assert_true(session_csrf_is_good("secret", one, csrf));
	assert_false(session_csrf_is_good("secret", two, csrf));
	assert_false(session_csrf_is_good("another", one, csrf));
	assert_false(session_csrf_is_good("secret", one, NULL));
	assert_false(session_csrf_is_good("secret", one, ""));
	memory_free(context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_are_taken_apart),
		cmocka_unit_test(forms_with_files_are_taken_apart),
		cmocka_unit_test(no_broken_form_is_read_beyond),
		cmocka_unit_test(fields_of_forms_are_checked),
		cmocka_unit_test(no_cell_is_a_formula),
		cmocka_unit_test(axes_end_at_round_numbers),
		cmocka_unit_test(charts_escape_their_words),
		cmocka_unit_test(failures_slow_down),
		cmocka_unit_test(passwords_match_their_own_hash_alone),
		cmocka_unit_test(only_the_demo_has_plain_cookies),
		cmocka_unit_test(a_forms_token_belongs_to_one_session),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
