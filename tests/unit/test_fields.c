/* SPDX-License-Identifier: MIT */
/* Fields: what each type takes, and how each refusal is worded. */
#include "base/fields.h"
#include "base/memory.h"

#include "sentence.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct all {
	const char *text, *long_text, *slug, *zone, *file;
	int64_t number;
	struct optional_number optional;
	uint64_t id;
	bool yes_no;
	int choice;
	date date;
	struct month month;
	struct optional_time time;
	struct text_list list, pair;
	struct id_list ids;
};

static const char *const MODES[] = { "cumulative", "consecutive", NULL };

#define AT(member) .name = #member, .offset = offsetof(struct all, member)

static const struct field ALL[] = {
	{ AT(text), .type = FIELD_TEXT, .minimum = 1, .maximum = 200 },
	{ AT(long_text), .type = FIELD_LONG_TEXT, .maximum = 5 },
	{ AT(slug), .type = FIELD_SLUG },
	{ AT(number), .type = FIELD_NUMBER, .minimum = -1000000, .maximum = 1000000,
		.fallback = "7" },
	{ AT(optional), .type = FIELD_OPTIONAL_NUMBER, .minimum = 0, .maximum = 10 },
	{ AT(id), .type = FIELD_ID },
	{ AT(yes_no), .type = FIELD_YES_NO },
	{ AT(choice), .type = FIELD_CHOICE, .choices = MODES, .fallback = "consecutive" },
	{ AT(date), .type = FIELD_DATE },
	{ AT(month), .type = FIELD_MONTH },
	{ AT(time), .type = FIELD_TIME },
	{ AT(zone), .type = FIELD_ZONE },
	{ AT(list), .type = FIELD_LIST },
	{ AT(pair), .type = FIELD_LIST, .minimum = 2, .maximum = 2 },
	{ AT(ids), .type = FIELD_IDS, .minimum = 1, .maximum = 3 },
	{ AT(file), .type = FIELD_FILE },
	{ 0 },
};

static const char NUMBER_WORDS[] = "must be a whole number from -1000000 to 1000000";
static const char TEXT_WORDS[] = "must be from 1 to 200 characters";
static const char SLUG_WORDS[] = "must be 1 to 64 of a-z, 0-9 and single hyphens between them";
static const char ID_WORDS[] = "must be a whole number from 1 to 9007199254740991";
static const char ZONE_WORDS[] = "must be a time zone like Asia/Seoul";
static const char CONTROL_WORDS[] = "must not hold control characters";
static const char UTF8_WORDS[] = "must be UTF-8 without NUL";
static const char DATE_WORDS[] = "must be a date like 2026-11-22";
static const char IDS_WORDS[] = "must be from 1 to 3 numbers separated by commas";
static const char LIST_WORDS[] = "must be at most 64 words separated by commas";

static const char SIXTY_FOUR[] = "abcdefghijklmnopqrstuvwxyz-0123456789-abcdefghijklmnopqrstuvwxyz";

/* What is set and shown again, or refused in words. */
static const struct {
	const char *field, *text, *error, *shown;
} VALUES[] = {
	{ "text", "Stamp", NULL, "Stamp" },
	{ "text", " as typed ", NULL, " as typed " },
	{ "text", "", TEXT_WORDS, NULL },
	{ "text", "two\nlines", CONTROL_WORDS, NULL },
	{ "text", "a\tb", CONTROL_WORDS, NULL },
	{ "text", "\x1b[2J", CONTROL_WORDS, NULL },
	{ "text", "\xff", UTF8_WORDS, NULL },
	{ "long_text", "", NULL, "" },
	{ "long_text", "a\n\tb", NULL, "a\n\tb" },
	{ "long_text", "a\r\nb", NULL, "a\nb" },
	{ "long_text", "1\r\n3\r\n5", NULL, "1\n3\n5" },
	{ "long_text", "a\rb", CONTROL_WORDS, NULL },
	{ "long_text", "도장도장도", NULL, "도장도장도" },
	{ "long_text", "123456", "must be at most 5 characters", NULL },
	{ "slug", "november", NULL, "november" },
	{ "slug", "2026-11", NULL, "2026-11" },
	{ "slug", SIXTY_FOUR, NULL, SIXTY_FOUR },
	{ "slug", "abcdefghijklmnopqrstuvwxyz-0123456789-abcdefghijklmnopqrstuvwxyz0", SLUG_WORDS,
		NULL },
	{ "slug", "", SLUG_WORDS, NULL },
	{ "slug", "November", SLUG_WORDS, NULL },
	{ "slug", "-a", SLUG_WORDS, NULL },
	{ "slug", "a-", SLUG_WORDS, NULL },
	{ "slug", "a--b", SLUG_WORDS, NULL },
	{ "slug", "a_b", SLUG_WORDS, NULL },
	{ "number", "-1000000", NULL, "-1000000" },
	{ "number", "1000000", NULL, "1000000" },
	{ "number", "1000001", NUMBER_WORDS, NULL },
	{ "number", "1.5", NUMBER_WORDS, NULL },
	{ "number", "", NUMBER_WORDS, NULL },
	{ "number", "unlimited", NUMBER_WORDS, NULL },
	{ "optional", "0", NULL, "0" },
	{ "optional", "unlimited", NULL, NULL },
	{ "optional", "11", "must be a whole number from 0 to 10, or unlimited", NULL },
	{ "id", "1", NULL, "1" },
	{ "id", "9007199254740991", NULL, "9007199254740991" },
	{ "id", "9007199254740992", ID_WORDS, NULL },
	{ "id", "0", ID_WORDS, NULL },
	{ "id", "-1", ID_WORDS, NULL },
	{ "yes_no", "yes", NULL, "yes" },
	{ "yes_no", "no", NULL, "no" },
	{ "yes_no", "true", "must be yes or no", NULL },
	{ "choice", "cumulative", NULL, "cumulative" },
	{ "choice", "consecutive", NULL, "consecutive" },
	{ "choice", "Cumulative", "must be one of cumulative, consecutive", NULL },
	{ "choice", "", "must be one of cumulative, consecutive", NULL },
	{ "date", "2026-11-22", NULL, "2026-11-22" },
	{ "date", "2026-02-29", DATE_WORDS, NULL },
	{ "month", "2026-11", NULL, "2026-11" },
	{ "month", "2026-13", "must be a month like 2026-11", NULL },
	{ "time", "2026-12-15T00:00:00+09:00", NULL, "2026-12-14T15:00:00Z" },
	{ "time", "2026-12-15", "must be a time like 2026-11-22T03:04:05Z", NULL },
	{ "zone", "Asia/Seoul", NULL, "Asia/Seoul" },
	{ "zone", "Asia/Atlantis", ZONE_WORDS, NULL },
	{ "zone", "../../etc/passwd", ZONE_WORDS, NULL },
	{ "list", "", NULL, NULL },
	{ "list", "a", NULL, "a" },
	{ "list", " a , b\t,c ", NULL, "a, b, c" },
	{ "list", "a,,b", LIST_WORDS, NULL },
	{ "list", "a,", LIST_WORDS, NULL },
	{ "list", ",", LIST_WORDS, NULL },
	{ "ids", "7", NULL, "7" },
	{ "ids", "3, 1,2", NULL, "3, 1, 2" },
	{ "ids", "", IDS_WORDS, NULL },
	{ "ids", "1,2,3,4", IDS_WORDS, NULL },
	{ "ids", "1,", IDS_WORDS, NULL },
	{ "ids", "0", IDS_WORDS, NULL },
	{ "ids", "1 2", IDS_WORDS, NULL },
	{ "list", "a\nb", CONTROL_WORDS, NULL },
	{ "pair", "a,b", NULL, "a, b" },
	{ "pair", "a", "must be exactly 2 words separated by commas", NULL },
	{ "pair", "a,b,c", "must be exactly 2 words separated by commas", NULL },
	{ "file", "/etc/dojang/secret", NULL, "/etc/dojang/secret" },
	{ "file", "", "must be a path", NULL },
};

static void each_type_takes_and_refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(VALUES); i++) {
		void *context = memory_context(NULL);
		struct all *all = memory_new(context, struct all);
		const struct field *field = field_find(ALL, VALUES[i].field, FIELD_ANYWHERE);
		const char *sentence = memory_format(
			context, "%s = \"%s\"", VALUES[i].field, VALUES[i].text);
		sentence_text(sentence, VALUES[i].error,
			field_set(field, context, all, VALUES[i].text, strlen(VALUES[i].text)));
		if (!VALUES[i].error)
			sentence_text(sentence, VALUES[i].shown, field_show(field, context, all));
		memory_free(context);
	}
}

static void a_refusal_leaves_the_slot(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	struct all all;
	memset(&all, 0x5a, sizeof(all));
	const struct all before = all;
	for (size_t i = 0; i < countof(VALUES); i++) {
		const struct field *field = field_find(ALL, VALUES[i].field, FIELD_ANYWHERE);
		if (VALUES[i].error
			&& field_set(field, context, &all, VALUES[i].text, strlen(VALUES[i].text)))
			sentence_holds(VALUES[i].text, memcmp(&all, &before, sizeof(all)) == 0);
	}
	memory_free(context);
}

static void the_length_counts_not_the_nul(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	struct all *all = memory_new(context, struct all);
	assert_null(field_set(&ALL[0], context, all, "abc", 2));
	assert_string_equal(all->text, "ab");
	assert_string_equal(field_set(&ALL[0], context, all, "a\0b", 3), UTF8_WORDS);
	memory_free(context);
}

static void characters_count_not_bytes(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	struct all *all = memory_new(context, struct all);
	char *text = memory_array(context, char, 3 * 201 + 1);
	for (int i = 0; i < 200; i++)
		memcpy(text + 3 * i, "도", 3);
	assert_null(field_set(&ALL[0], context, all, text, strlen(text)));
	memcpy(text + 3 * 200, "장", 3);
	assert_string_equal(field_set(&ALL[0], context, all, text, strlen(text)), TEXT_WORDS);
	memory_free(context);
}

static void bodies_are_worded_as_json(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	static const struct {
		enum field_type type;
		const char *want;
	} rows[] = {
		{ FIELD_YES_NO, "must be true or false" },
		{ FIELD_OPTIONAL_NUMBER, "must be a whole number from 0 to 9, or null" },
		{ FIELD_LIST, "must be at most 9 texts in an array" },
		{ FIELD_IDS, "must be at most 9 ids in an array" },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		const struct field field = {
			.name = "x", .type = rows[i].type, .source = FIELD_BODY, .maximum = 9
		};
		sentence_text(rows[i].want, rows[i].want, field_expectation(&field, context));
	}
	memory_free(context);
}

static void words_of_an_array_may_hold_commas(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	struct all *all = memory_new(context, struct all);
	const struct field *pair = field_find(ALL, "pair", FIELD_ANYWHERE);
	const char *const lines[] = { "1, Sejong-daero", "Seoul", "" };
	assert_null(field_set_list(pair, context, all, lines, 2));
	assert_string_equal(all->pair.items[0], "1, Sejong-daero");
	assert_non_null(field_set_list(pair, context, all, lines, 1));
	assert_non_null(field_set_list(pair, context, all, lines + 1, 2));
	assert_non_null(field_set_list(&ALL[0], context, all, lines, 1));
	memory_free(context);
}

static void fallbacks_fill_what_has_one(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	struct all *all = memory_new(context, struct all);
	field_set_fallbacks(ALL, context, all);
	assert_int_equal(all->number, 7);
	assert_int_equal(all->choice, 1);
	assert_null(all->text);
	assert_false(all->time.is_set);
	memory_free(context);
}

static void a_bad_fallback_aborts(void **state)
{
	(void)state;
	static const struct field bad[] = {
		{ .name = "n", .type = FIELD_NUMBER, .maximum = 5, .fallback = "6" }, { 0 }
	};
	static void *context; /* which knows what the child held when it ended */
	context = memory_context(NULL);
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		fclose(stderr);
		int64_t number;
		field_set_fallbacks(bad, context, &number);
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	memory_free(context);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void tables_that_cannot_work_are_found(void **state)
{
	(void)state;
	static const char *const none[] = { NULL };
	static const struct {
		const char *sentence;
		struct field rows[3];
		const char *want;
	} tables[] = {
		{ "a good row", { { .name = "a", .type = FIELD_DATE } }, NULL },
		{ "an empty table", { { 0 } }, NULL },
		{ "no type", { { .name = "a", .type = FIELD_DATE }, { .name = "b" } }, "b" },
		{ "a type that is none", { { .name = "a", .type = FIELD_TYPE_COUNT } }, "a" },
		{ "no name", { { .name = "", .type = FIELD_DATE } }, "" },
		{ "bounds the wrong way",
			{ { .name = "a", .type = FIELD_NUMBER, .minimum = 2, .maximum = 1 } },
			"a" },
		{ "bounds forgotten", { { .name = "a", .type = FIELD_NUMBER } }, "a" },
		{ "bounds of an optional number forgotten",
			{ { .name = "a", .type = FIELD_OPTIONAL_NUMBER } }, "a" },
		{ "a text without room", { { .name = "a", .type = FIELD_TEXT } }, "a" },
		{ "a text of less than nothing",
			{ { .name = "a", .type = FIELD_LONG_TEXT, .minimum = -1, .maximum = 5 } },
			"a" },
		{ "no choices", { { .name = "a", .type = FIELD_CHOICE } }, "a" },
		{ "choices without one", { { .name = "a", .type = FIELD_CHOICE, .choices = none } },
			"a" },
		{ "a list of more than there may be",
			{ { .name = "a", .type = FIELD_LIST, .minimum = 65 } }, "a" },
		{ "a bad fallback", { { .name = "a", .type = FIELD_DATE, .fallback = "today" } },
			"a" },
		{ "a fallback of what is required",
			{ { .name = "a",
				.type = FIELD_DATE,
				.fallback = "2026-11-22",
				.is_required = true } },
			"a" },
		{ "the same name twice",
			{ { .name = "a", .type = FIELD_DATE }, { .name = "a", .type = FIELD_ID } },
			"a" },
		{ "the same name in two places",
			{ { .name = "a", .type = FIELD_ID, .source = FIELD_PATH },
				{ .name = "a", .type = FIELD_ID, .source = FIELD_QUERY } },
			NULL },
	};
	for (size_t i = 0; i < countof(tables); i++) {
		const struct field *fault = field_table_fault(tables[i].rows);
		sentence_text(tables[i].sentence, tables[i].want, fault ? fault->name : NULL);
	}
	assert_null(field_table_fault(ALL));
}

static void fields_are_found_where_they_come_from(void **state)
{
	(void)state;
	static const struct field table[] = {
		{ .name = "a", .type = FIELD_ID, .source = FIELD_PATH },
		{ .name = "a", .type = FIELD_ID, .source = FIELD_BODY },
		{ .name = "b", .type = FIELD_ID }, { 0 }
	};
	assert_ptr_equal(field_find(table, "a", FIELD_BODY), &table[1]);
	assert_ptr_equal(field_find(table, "a", FIELD_ANYWHERE), &table[0]);
	assert_null(field_find(table, "a", FIELD_QUERY));
	assert_ptr_equal(field_find(table, "b", FIELD_QUERY), &table[2]);
	assert_null(field_find(table, "A", FIELD_PATH));
	assert_null(field_find(table, "", FIELD_ANYWHERE));
}

static void secrets_are_not_shown(void **state)
{
	(void)state;
	struct field secret = ALL[0];
	secret.is_secret = true;
	void *context = memory_context(NULL);
	struct all *all = memory_new(context, struct all);
	assert_null(field_show(&secret, context, all));
	assert_null(field_set(&secret, context, all, "hush", 4));
	assert_string_equal(field_show(&secret, context, all), "(hidden)");
	memory_free(context);
}

static void errors_are_kept_in_their_order(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	struct field_errors errors = { 0 };
	char name[] = "a";
	field_errors_add(&errors, context, name, "is required");
	name[0] = 'b';
	field_errors_add(&errors, context, name, "is not known here");
	assert_int_equal(errors.count, 2);
	assert_string_equal(errors.items[0].field, "a");
	assert_string_equal(errors.items[0].detail, "is required");
	assert_string_equal(errors.items[1].field, "b");
	memory_free(context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_type_takes_and_refuses),
		cmocka_unit_test(a_refusal_leaves_the_slot),
		cmocka_unit_test(the_length_counts_not_the_nul),
		cmocka_unit_test(characters_count_not_bytes),
		cmocka_unit_test(bodies_are_worded_as_json),
		cmocka_unit_test(words_of_an_array_may_hold_commas),
		cmocka_unit_test(fallbacks_fill_what_has_one),
		cmocka_unit_test(a_bad_fallback_aborts),
		cmocka_unit_test(tables_that_cannot_work_are_found),
		cmocka_unit_test(fields_are_found_where_they_come_from),
		cmocka_unit_test(secrets_are_not_shown),
		cmocka_unit_test(errors_are_kept_in_their_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
