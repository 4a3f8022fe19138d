/* SPDX-License-Identifier: MIT */
/* The template engine: the official cases of the mustache specification for what it supports, its
 * own rules, and the catalogues. */
#include "base/memory.h"
#include "web/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- the official cases --- */

/* What we leave out on purpose: each of these must end in an error, not in silence. */
static const struct {
	const char *file, *name, *why;
} UNSUPPORTED[] = {
	{ "*", "Triple mustache", "there is no raw form for data" },
	{ "*", "Triple Mustache*", "there is no raw form for data" },
	{ "*", "Ampersand*", "there is no raw form for data" },
	{ "*", "Implicit Iterators - Triple Mustache", "there is no raw form for data" },
	{ "*", "Implicit Iterators - Ampersand", "there is no raw form for data" },
	{ "*", "Implicit Iterator - Triple mustache", "there is no raw form for data" },
	{ "*", "Implicit Iterator - Ampersand", "there is no raw form for data" },
	{ "*", "Dotted Names - Triple Mustache Interpolation", "there is no raw form for data" },
	{ "*", "Dotted Names - Ampersand Interpolation", "there is no raw form for data" },
	{ "partials", "Standalone Indentation", "its partial uses the raw form" },
	{ "*", "Basic Context Miss Interpolation", "a name that the data lacks is an error" },
	{ "*", "Context Misses", "a name that the data lacks is an error" },
	{ "*", "Dotted Names - Broken Chains", "a name that the data lacks is an error" },
	{ "*", "Dotted Names - Broken Chain Resolution", "a name that the data lacks is an error" },
	{ "*", "Dotted Names - Context Precedence", "a name that the data lacks is an error" },
	{ "*", "Dotted Names are never single keys", "a name that the data lacks is an error" },
	{ "partials", "Failed Lookup", "a partial that does not exist is an error" },
};

static bool matches(const char *pattern, const char *text)
{
	size_t length = strlen(pattern);
	if (length > 0 && pattern[length - 1] == '*')
		return strncmp(pattern, text, length - 1) == 0;
	return strcmp(pattern, text) == 0;
}

static bool is_supported(const char *file, const char *name)
{
	for (size_t i = 0; i < countof(UNSUPPORTED); i++)
		if (matches(UNSUPPORTED[i].file, file) && matches(UNSUPPORTED[i].name, name))
			return false;
	return true;
}

static const char *text_of(json_object *test, const char *name)
{
	json_object *value = NULL;
	assert_true(json_object_object_get_ex(test, name, &value));
	return json_object_get_string(value);
}

static bool load_test(struct templates *templates, json_object *test, const char **error)
{
	json_object *partials = NULL;
	json_object_object_get_ex(test, "partials", &partials);
	struct json_object_iterator at = json_object_iter_init_default(), end = at;
	if (partials) {
		at = json_object_iter_begin(partials);
		end = json_object_iter_end(partials);
	}
	for (; partials && !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
		const char *name = json_object_iter_peek_name(&at),
			   *text = json_object_get_string(json_object_iter_peek_value(&at));
		if (!templates_add(templates, memory_format(templates, "%s.html", name), name, text,
			    error))
			return false;
	}
	return templates_add(templates, "test.html", "test.html", text_of(test, "template"), error)
		&& templates_link(templates, NULL, error);
}

/* The specification's escapes do not say how ' is written, and no case has one. */
static bool run_official(
	const void *context, json_object *test, struct markup *out, const char **error)
{
	struct templates *templates = templates_new(context);
	json_object *data = NULL;
	json_object_object_get_ex(test, "data", &data);
	return load_test(templates, test, error)
		&& template_render(templates, "test.html", data, &(struct template_view){ 0 },
			context, out, error);
}

static void check_file(const char *file, size_t *supported, size_t *refused)
{
	const char *directory = getenv("srcdir");
	char path[4096];
	snprintf(path, sizeof path, "%s/tests/unit/data/mustache-spec/%s.json",
		directory ? directory : ".", file);
	json_object *root = json_object_from_file(path), *tests;
	if (!root)
		fail_msg("%s cannot be read", path);
	json_object_object_get_ex(root, "tests", &tests);
	for (size_t i = 0; i < json_object_array_length(tests); i++) {
		json_object *test = json_object_array_get_idx(tests, i);
		const char *name = text_of(test, "name"), *error = "";
		void *context = memory_context(NULL);
		struct markup out = { NULL };
		bool is_good = run_official(context, test, &out, &error);
		if (is_supported(file, name)) {
			if (!is_good || strcmp(out.html, text_of(test, "expected")) != 0)
				fail_msg("%s, %s: wanted \"%s\", got \"%s\" %s", file, name,
					text_of(test, "expected"), is_good ? out.html : "", error);
			++*supported;
		} else {
			if (is_good)
				fail_msg("%s, %s is said to be unsupported but gave \"%s\"", file,
					name, out.html);
			++*refused;
		}
		memory_free(context);
	}
	json_object_put(root);
}

static void official_cases_give_what_they_should(void **state)
{
	(void)state;
	size_t supported = 0, refused = 0;
	static const char *const FILES[] = { "comments", "interpolation", "sections", "inverted",
		"partials" };
	for (size_t i = 0; i < countof(FILES); i++)
		check_file(FILES[i], &supported, &refused);
	print_message("%zu official cases, %zu refused on purpose\n", supported, refused);
	assert_true(supported > 80);
}

/* --- our own rules --- */

static const char *const CATALOGUE = "# a comment\ngreeting = 안녕 <{name}>\ntotal = {sum|number} "
				     "on {day|date}\nstate.new = brand new\nstate.old = worn\n";

struct rule {
	const char *sentence, *name, *template, *data, *want, *error;
};

static const struct rule RULES[] = {
	{ "all five characters are escaped in HTML", "t.html", "{{x}}", "{\"x\":\"<&>\\\"'\"}",
		"&lt;&amp;&gt;&quot;&#39;", NULL },
	{ "text is not escaped", "t.txt", "{{x}}", "{\"x\":\"<&>\\\"'\"}", "<&>\"'", NULL },
	{ "data is never a template", "t.html", "{{x}}", "{\"x\":\"{{y}}\"}", "{{y}}", NULL },
	{ "an unknown name says where", "t.html", "a\nb\n{{x}}", "{}", NULL,
		"t.html:3: unknown name: x" },
	{ "an unknown section too", "t.html", "{{#x}}{{/x}}", "{}", NULL,
		"t.html:1: unknown name: x" },
	{ "null is nothing, and false", "t.html", "[{{x}}{{#x}}y{{/x}}{{^x}}n{{/x}}]",
		"{\"x\":null}", "[n]", NULL },
	{ "zero and the empty text are false", "t.html", "{{#x}}y{{/x}}{{#z}}y{{/z}}",
		"{\"x\":0,\"z\":\"\"}", "", NULL },
	{ "no triple mustache", "t.html", "\n{{{x}}}", "{}", NULL,
		"t.html:2: no raw form and no other delimiters here: {{{x}}" },
	{ "no ampersand", "t.html", "{{&x}}", "{}", NULL,
		"t.html:1: no raw form and no other delimiters here: {{&x}}" },
	{ "no other delimiters", "t.html", "{{=<% %>=}}", "{}", NULL,
		"t.html:1: no raw form and no other delimiters here: {{=<% %>=}}" },
	{ "a tag must end", "t.html", "a\n{{x", "{}", NULL, "t.html:2: a tag without its end" },
	{ "a section must end", "t.html", "{{#x}}\n", "{}", NULL,
		"t.html:1: a section without its end: x" },
	{ "sections end in order", "t.html", "{{#x}}{{#y}}{{/x}}{{/y}}", "{}", NULL,
		"t.html:1: the end of another section: x" },
	{ "nothing ends that did not begin", "t.html", "{{/x}}", "{}", NULL,
		"t.html:1: the end of no section: x" },
	{ "names are plain", "t.html", "{{a b}}", "{}", NULL, "t.html:1: bad name in a tag: a b" },
	{ "an empty tag is no name", "t.html", "{{}}", "{}", NULL,
		"t.html:1: bad name in a tag: " },
	{ "a list has no text", "t.html", "{{x}}", "{\"x\":[]}", NULL,
		"t.html:1: cannot be shown in this form: x" },
	{ "forms are known", "t.html", "{{x|shout}}", "{\"x\":1}", NULL,
		"t.html:1: bad name in a tag: x|shout" },
	{ "numbers are grouped", "t.html", "{{x|number}} {{y|number}} {{z|number}}",
		"{\"x\":1234567,\"y\":-999,\"z\":-9223372036854775808}",
		"1,234,567 -999 -9,223,372,036,854,775,808", NULL },
	{ "dates are written out", "t.html", "{{x|date}}", "{\"x\":\"2026-11-02\"}",
		"2026년 11월 2일", NULL },
	{ "a short time leaves out the present year", "t.html", "{{x|short}}",
		"{\"x\":\"2026-12-31T15:04:05Z\"}", "1/1 00:04", NULL },
	{ "a short time of another year has it", "t.html", "{{x|short}}",
		"{\"x\":\"2026-12-31T14:04:05Z\"}", "2026년 12월 31일 23:04", NULL },
	{ "times are local", "t.html", "{{x|time}}", "{\"x\":\"2026-11-22T15:04:05Z\"}",
		"2026년 11월 23일 00:04", NULL },
	{ "what is no date is an error", "t.html", "{{x|date}}", "{\"x\":\"soon\"}", NULL,
		"t.html:1: cannot be shown in this form: x" },
	{ "messages are escaped, and so are their values", "t.html", "{{@ greeting}}",
		"{\"name\":\"<b>\"}", "안녕 &lt;&lt;b&gt;&gt;", NULL },
	{ "messages in text are not", "t.txt", "{{@greeting}}", "{\"name\":\"<b>\"}", "안녕 <<b>>",
		NULL },
	{ "messages use the forms", "t.txt", "{{@ total}}", "{\"sum\":1000,\"day\":\"2026-01-31\"}",
		"1,000 on 2026년 1월 31일", NULL },
	{ "a key may end in a value", "t.html", "{{@ state.[s]}}", "{\"s\":\"old\"}", "worn",
		NULL },
	{ "a key that no message has", "t.html", "\n{{@ state.[s]}}", "{\"s\":\"odd\"}", NULL,
		"t.html:2: no such message: state.odd" },
	{ "a wrong key is found at the start", "t.html", "{{@ nothing}}", "{}", NULL,
		"t.html:1: no such message: nothing" },
	{ "markup of the program's own is shown as it is", "t.html", "{{chart}}", "{}", "<svg/>",
		NULL },
	{ "but not in text", "t.txt", "{{chart}}", "{}", NULL, "t.txt:1: unknown name: chart" },
	{ "a layout's block stands when it is not replaced", "t.html", "{{< frame}}{{/frame}}",
		"{\"x\":1}", "<default>", NULL },
	{ "and is replaced", "t.html",
		"{{< frame}}\n{{$part}}\nmine {{x}}\n{{/part}}\n{{/frame}}\n", "{\"x\":1}",
		"<mine 1\n>", NULL },
	{ "layouts in layouts: the outermost has the last word", "t.html",
		"{{< inner}}{{$part}}outermost{{/part}}{{/inner}}", "{\"x\":1}", "<outermost>",
		NULL },
	{ "a missing partial is an error", "t.html", "\n\n{{> nowhere}}", "{}", NULL,
		"t.html:3: no such template: nowhere" },
	{ "a partial is of the same kind", "t.txt", "{{> frame}}", "{}", NULL,
		"t.txt:1: no such template: frame" },
	{ "endless partials end", "t.html", "{{> endless}}", "{}", NULL,
		"endless.html:1: nested too deeply" },
	{ "indented partials do not indent what data holds", "t.html", "  {{> frame-line}}\n",
		"{\"x\":\"a\\nb\"}", "  a\nb\n  c\n", NULL },
};

static bool run_rule(
	const void *context, const struct rule *rule, const char **out, const char **error)
{
	const struct catalogue *catalogue = catalogue_parse(
		context, LANGUAGE_KO, "catalogue.ko", CATALOGUE, error);
	assert_non_null(catalogue);
	struct templates *templates = templates_new(context);
	struct template_markup chart = { "chart", { "<svg/>" } };
	struct template_view view = { catalogue, "Asia/Seoul", &chart, 1,
		{ 1798729200 } }; /* 2027-01-01T00:00:00+09:00 */
	assert_true(templates_add(
		templates, "frame.html", "frame.html", "<{{$part}}default{{/part}}>", error));
	assert_true(templates_add(templates, "inner.html", "inner.html",
		"{{< frame}}{{$part}}inner{{/part}}{{/frame}}", error));
	assert_true(
		templates_add(templates, "endless.html", "endless.html", "{{> endless}}", error));
	assert_true(templates_add(
		templates, "frame-line.html", "frame-line.html", "{{x}}\nc\n", error));
	if (!templates_add(templates, rule->name, rule->name, rule->template, error)
		|| !templates_link(templates, catalogue, error))
		return false;
	json_object *data = json_tokener_parse(rule->data);
	struct markup markup = { NULL };
	bool is_html = strstr(rule->name, ".html");
	bool is_good = is_html
		? template_render(templates, rule->name, data, &view, context, &markup, error)
		: template_render_text(templates, rule->name, data, &view, context, out, error);
	if (is_html)
		*out = markup.html;
	json_object_put(data);
	return is_good;
}

static void our_own_rules_hold(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(RULES); i++) {
		const struct rule *rule = &RULES[i];
		void *context = memory_context(NULL);
		const char *out = NULL, *error = "";
		bool is_good = run_rule(context, rule, &out, &error);
		if (rule->want && (!is_good || strcmp(out, rule->want) != 0))
			fail_msg("%s: wanted \"%s\", got \"%s\" %s", rule->sentence, rule->want,
				is_good ? out : "", error);
		if (rule->error && (is_good || strcmp(error, rule->error) != 0))
			fail_msg("%s: wanted the error \"%s\", got \"%s\"", rule->sentence,
				rule->error, is_good ? out : error);
		memory_free(context);
	}
}

static void nesting_has_an_end(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	struct writer text = { .context = context };
	for (int i = 0; i < 1000; i++)
		writer_put_text(&text, "{{#x}}");
	const char *error = "";
	assert_false(templates_add(
		templates_new(context), "t.html", "t.html", writer_text(&text), &error));
	assert_string_equal(error, "t.html:1: nested too deeply: x");
	memory_free(context);
}

/* Nonsense made of everything that means something: an answer or an error, never more than that. */
static void nonsense_ends_in_an_answer(void **state)
{
	(void)state;
	static const char *const PIECES[] = { "{{", "}}", "{{#x}}", "{{/x}}", "{{^x}}", "{{y}}",
		"{{.}}", "{{> t}}", "{{< t}}", "{{$y}}", "{{/y}}", "{{/t}}", "{{@ k}}",
		"{{@ k.[x]}}", "{{!", "{", "}", "#", "^", "/", "@", "$", "<", ">", "x", "y.z",
		"|number", " ", "\n", "\r\n", "\t", "가", "[", "]", "&" };
	unsigned long seed = 20261122;
	size_t shown = 0;
	json_object *data = json_tokener_parse(
		"{\"x\":[1,{\"y\":\"<\"},[]],\"y\":{\"z\":null},\"t\":true}");
	for (int round = 0; round < 20000; round++) {
		void *context = memory_context(NULL);
		struct templates *templates = templates_new(context);
		struct writer text = { .context = context };
		const char *error = NULL;
		struct markup out = { NULL };
		for (unsigned long left = 1 + seed / 65536 % 12; left > 0; left--) {
			seed = (seed * 1103515245 + 12345) % 2147483648;
			writer_put_text(&text, PIECES[seed / 65536 % countof(PIECES)]);
		}
		bool is_good = templates_add(
				       templates, "t.html", "t.html", writer_text(&text), &error)
			&& templates_link(templates, NULL, &error)
			&& template_render(templates, "t.html", data, &(struct template_view){ 0 },
				context, &out, &error);
		shown += is_good;
		if (is_good ? !out.html : !error)
			fail_msg("no answer for: %s", writer_text(&text));
		memory_free(context);
	}
	json_object_put(data);
	assert_in_range(shown, 1000, 19000);
}

/* --- catalogues --- */

static void bad_catalogues_say_where(void **state)
{
	(void)state;
	static const struct {
		const char *text, *error;
	} BAD[] = {
		{ "a = b\nno equals sign\n",
			"catalogue.en:2: is not of the form key = text: no equals sign" },
		{ "a = b\n\na = c\n", "catalogue.en:3: repeated key: a" },
		{ "a =\n", "catalogue.en:1: no text for: a" },
		{ "A b = c\n", "catalogue.en:1: bad key: A b" },
		{ "a = {b\n", "catalogue.en:1: bad placeholder in: {b" },
		{ "a = b}\n", "catalogue.en:1: bad placeholder in: }" },
		{ "a = {b|loud}\n", "catalogue.en:1: bad placeholder in: {b|loud}" },
		{ "a = \xff\n", "catalogue.en:0: is not UTF-8" },
	};
	for (size_t i = 0; i < countof(BAD); i++) {
		void *context = memory_context(NULL);
		const char *error = "";
		assert_null(
			catalogue_parse(context, LANGUAGE_EN, "catalogue.en", BAD[i].text, &error));
		assert_string_equal(error, BAD[i].error);
		memory_free(context);
	}
}

static const char *templates_directory(const void *context)
{
	const char *directory = getenv("srcdir");
	return memory_format(context, "%s/templates", directory ? directory : ".");
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The placeholders of a message in order of name, whatever their order in the sentence. */
static const char *placeholders(const void *context, const struct catalogue_entry *message)
{
	const char *names[32];
	size_t count = 0;
	for (size_t i = 0; i < message->part_count; i++)
		if (!message->parts[i].text)
			names[count++] = memory_format(context, "%s|%d",
				message->parts[i].value.text, (int)message->parts[i].value.form);
	qsort(names, count, sizeof names[0], by_text);
	struct writer all = { .context = context };
	for (size_t i = 0; i < count; i++) {
		writer_put_text(&all, names[i]);
		writer_put_text(&all, " ");
	}
	return writer_text(&all);
}

static void both_languages_have_the_same_messages(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	const char *error = "";
	const struct catalogue *ko = catalogue_load(
		context, LANGUAGE_KO, templates_directory(context), NULL, &error);
	const struct catalogue *en = catalogue_load(
		context, LANGUAGE_EN, templates_directory(context), NULL, &error);
	if (!ko || !en)
		fail_msg("%s", error);
	size_t count = 0;
	for (; catalogue_at(ko, count) || catalogue_at(en, count); count++) {
		const struct catalogue_entry *a = catalogue_at(ko, count),
					     *b = catalogue_at(en, count);
		if (!a || !b || strcmp(a->key, b->key) != 0)
			fail_msg("only one of the languages has %s",
				a && (!b || strcmp(a->key, b->key) < 0) ? a->key : b->key);
		assert_string_equal(placeholders(context, a), placeholders(context, b));
	}
	assert_true(count > 30);
	memory_free(context);
}

static void the_templates_that_come_with_the_program_load(void **state)
{
	(void)state;
	for (int language = 0; language < LANGUAGE_COUNT; language++) {
		void *context = memory_context(NULL);
		const char *error = "", *directory = templates_directory(context);
		const struct catalogue *catalogue = catalogue_load(
			context, (enum language)language, directory, NULL, &error);
		if (!catalogue || !templates_load(context, directory, NULL, catalogue, &error))
			fail_msg("%s", error);
		memory_free(context);
	}
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* A shop's own directory replaces what it names and leaves the rest. */
static void a_shop_may_replace_texts_and_templates(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	char directory[] = "/tmp/dojang-templates-XXXXXX";
	assert_non_null(mkdtemp(directory));
	const char *messages = memory_format(context, "%s/catalogue.en", directory),
		   *text = memory_format(context, "%s/own.txt", directory);
	write_file(messages, "language.name = Plain English\n");
	write_file(text, "{{@ language.name}}");
	const char *error = "", *out = "";
	const struct catalogue *catalogue = catalogue_load(
		context, LANGUAGE_EN, templates_directory(context), directory, &error);
	assert_non_null(catalogue);
	const struct templates *templates = templates_load(
		context, templates_directory(context), directory, catalogue, &error);
	assert_non_null(templates);
	assert_true(template_render_text(templates, "own.txt", NULL,
		&(struct template_view){ .catalogue = catalogue }, context, &out, &error));
	assert_string_equal(out, "Plain English");
	write_file(messages, "language.nam = Typo\n");
	assert_null(catalogue_load(
		context, LANGUAGE_EN, templates_directory(context), directory, &error));
	assert_non_null(strstr(error, "catalogue.en:1: unknown key: language.nam"));
	remove(messages);
	/* the name of 0.1.0 */
	messages = memory_format(context, "%s/messages.en", directory);
	write_file(messages, "language.nam = Typo\n");
	assert_null(catalogue_load(
		context, LANGUAGE_EN, templates_directory(context), directory, &error));
	assert_non_null(strstr(error, "messages.en:1: unknown key: language.nam"));
	remove(messages);
	remove(text);
	remove(directory);
	memory_free(context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(official_cases_give_what_they_should),
		cmocka_unit_test(our_own_rules_hold),
		cmocka_unit_test(nesting_has_an_end),
		cmocka_unit_test(nonsense_ends_in_an_answer),
		cmocka_unit_test(bad_catalogues_say_where),
		cmocka_unit_test(both_languages_have_the_same_messages),
		cmocka_unit_test(the_templates_that_come_with_the_program_load),
		cmocka_unit_test(a_shop_may_replace_texts_and_templates),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
