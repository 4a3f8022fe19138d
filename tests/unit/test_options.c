/* SPDX-License-Identifier: MIT */
/* The command line of dojangctl: words, options, what is missing or unknown, and guesses. */
#include "base/memory.h"
#include "base/text.h"
#include "command/options.h"

#include "sentence.h"

#include <stdlib.h>

struct input {
	const char *name;
	int64_t number;
	bool is_open;
	struct optional_number stock;
};

static const struct field FIELDS[] = {
	{ .name = "name",
		.type = FIELD_TEXT,
		.offset = offsetof(struct input, name),
		.minimum = 1,
		.maximum = 10,
		.is_required = true },
	{ .name = "number",
		.type = FIELD_NUMBER,
		.offset = offsetof(struct input, number),
		.minimum = -9,
		.maximum = 9,
		.fallback = "3" },
	{ .name = "open",
		.type = FIELD_YES_NO,
		.offset = offsetof(struct input, is_open),
		.fallback = "no" },
	{ .name = "stock",
		.type = FIELD_OPTIONAL_NUMBER,
		.offset = offsetof(struct input, stock),
		.minimum = 0,
		.maximum = 9 },
	{ .name = NULL },
};

enum { ARGUMENTS_MAXIMUM = 8 };

static struct options read_options(const void *context, const char *const *arguments)
{
	char *copies[ARGUMENTS_MAXIMUM];
	int count = 0;
	for (; arguments[count]; count++)
		copies[count] = memory_copy_text(context, arguments[count]);
	return options_read(context, count, copies);
}

static void what_every_command_knows_may_stand_anywhere(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *arguments[ARGUMENTS_MAXIMUM], *file;
		bool is_json, wants_help;
		size_t words, rest;
	} rows[] = {
		{ "before the words", { "--settings", "f", "--json", "event", "list" }, "f", true,
			false, 2, 0 },
		{ "among them", { "event", "--settings=f", "list" }, "f", false, false, 2, 0 },
		{ "behind the options",
			{ "event", "create", "--name", "x", "--json", "--settings", "f" }, "f",
			true, false, 2, 2 },
		{ "help", { "event", "create", "--help" }, NULL, false, true, 2, 0 },
		{ "nothing at all", { NULL }, NULL, false, false, 0, 0 },
		{ "two hyphens behind = are a value", { "x", "--name=--json" }, NULL, false, false,
			1, 1 },
		{ "a word behind an option is its value, not the command's", { "x", "--open", "y" },
			NULL, false, false, 1, 2 },
	};
	void *context = memory_context(NULL);
	unsetenv("DOJANG_SETTINGS");
	for (size_t i = 0; i < countof(rows); i++) {
		struct options options = read_options(context, rows[i].arguments);
		sentence_text(rows[i].sentence, rows[i].file, options.settings_file);
		sentence_holds(rows[i].sentence,
			options.is_json == rows[i].is_json
				&& options.wants_help == rows[i].wants_help);
		sentence_number(
			rows[i].sentence, (int64_t)rows[i].words, (int64_t)options.word_count);
		sentence_number(
			rows[i].sentence, (int64_t)rows[i].rest, (int64_t)options.rest_count);
		sentence_text(rows[i].sentence, NULL, options.error);
	}
	memory_free(context);
}

static void settings_come_from_the_option_before_the_environment(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	setenv("DOJANG_SETTINGS", "e", 1);
	sentence_text("the environment", "e",
		read_options(context, (const char *const[]){ "x", NULL }).settings_file);
	sentence_text("the option", "f",
		read_options(context, (const char *const[]){ "x", "--settings", "f", NULL })
			.settings_file);
	setenv("DOJANG_SETTINGS", "", 1);
	sentence_text("an empty one is none", NULL,
		read_options(context, (const char *const[]){ "x", NULL }).settings_file);
	unsetenv("DOJANG_SETTINGS");
	sentence_holds("a file is needed",
		read_options(context, (const char *const[]){ "x", "--settings", "--json", NULL })
				.error
			!= NULL);
	memory_free(context);
}

/* "name number open stock", or the faults: "field: detail; …", or "stray: word". */
static char *fill(const void *context, const char *const *arguments)
{
	struct options options = read_options(context, arguments);
	struct input input = { 0 };
	struct field_errors errors = { 0 };
	const char *stray = options_fill(&options, FIELDS, context, &input, &errors);
	char *text = memory_copy_text(context, "");
	if (stray)
		return memory_format(context, "stray: %s", stray);
	for (size_t i = 0; i < errors.count; i++)
		text = memory_format(
			context, "%s%s: %s; ", text, errors.items[i].field, errors.items[i].detail);
	return errors.count ? text
			    : memory_format(context, "%s %d %s %d", input.name, (int)input.number,
				    input.is_open ? "yes" : "no",
				    input.stock.is_set ? (int)input.stock.value : -1);
}

static void options_become_fields(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *arguments[ARGUMENTS_MAXIMUM], *want;
	} rows[] = {
		{ "what is not given has its default", { "x", "--name", "n" }, "n 3 no -1" },
		{ "a number below zero is a value", { "x", "--number", "-5", "--name", "n" },
			"n -5 no -1" },
		{ "= does it too", { "x", "--number=-5", "--name=n=m" }, "n=m -5 no -1" },
		{ "a truth alone means yes", { "x", "--open", "--name", "n" }, "n 3 yes -1" },
		{ "also at the end", { "x", "--name", "n", "--open" }, "n 3 yes -1" },
		{ "it can be said", { "x", "--open", "yes", "--name", "n" }, "n 3 yes -1" },
		{ "and denied", { "x", "--open", "no", "--name", "n" }, "n 3 no -1" },
		{ "unlimited is a number too", { "x", "--name", "n", "--stock", "unlimited" },
			"n 3 no -1" },
		{ "a truth takes no other word", { "x", "--open", "maybe", "--name", "n" },
			"stray: maybe" },
		{ "nor does an option take two", { "x", "--name", "n", "m" }, "stray: m" },
		{ "what is required is missed", { "x" }, "name: is required; " },
		{ "once is enough", { "x", "--name", "n", "--name", "m" },
			"name: must be given only once; " },
		{ "a value is missed at the end", { "x", "--name" },
			"name: needs a value: must be from 1 to 10 characters; " },
		{ "and before the next option", { "x", "--name", "--open" },
			"name: needs a value: must be from 1 to 10 characters; " },
		{ "faults come together", { "x", "--number", "10", "--nmae", "n" },
			"number: must be a whole number from -9 to 9; nmae: is not an option of "
			"this command; did you mean --name?; name: is required; " },
		{ "no guess is better than a wild one", { "x", "--name", "n", "--colour", "red" },
			"colour: is not an option of this command; " },
	};
	void *context = memory_context(NULL);
	for (size_t i = 0; i < countof(rows); i++)
		sentence_text(rows[i].sentence, rows[i].want, fill(context, rows[i].arguments));
	memory_free(context);
}

static void guesses_are_near(void **state)
{
	(void)state;
	static const char *const NAMES[] = { "event create", "event list", "stock change", "name" };
	static const struct {
		const char *sentence, *word, *want;
	} rows[] = {
		{ "a letter left out", "evnt create", "event create" },
		{ "a letter too many", "stock changes", "stock change" },
		{ "the word itself", "name", "name" },
		{ "two letters exchanged", "nmae", "name" },
		{ "something else", "price", NULL },
		{ "nothing", "", NULL },
		{ "a very long word",
			"event createevent createevent createevent createevent create", NULL },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		const char *nearest[2] = { NULL, NULL };
		options_nearest(rows[i].word, NAMES, countof(NAMES), nearest, 1);
		sentence_text(rows[i].sentence, rows[i].want, nearest[0]);
		assert_null(nearest[1]);
	}
}

static void several_guesses_are_sorted(void **state)
{
	(void)state;
	static const char *const NAMES[] = { "event open", "event edit", "stock change",
		"event end" };
	const char *nearest[3];
	assert_int_equal(options_nearest("event edt", NAMES, countof(NAMES), nearest, 3), 3);
	assert_string_equal(nearest[0], "event edit");
	assert_string_equal(nearest[1], "event end");
	assert_string_equal(nearest[2], "event open");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_every_command_knows_may_stand_anywhere),
		cmocka_unit_test(settings_come_from_the_option_before_the_environment),
		cmocka_unit_test(options_become_fields),
		cmocka_unit_test(guesses_are_near),
		cmocka_unit_test(several_guesses_are_sorted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
