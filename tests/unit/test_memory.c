/* SPDX-License-Identifier: MIT */
/* Memory by contexts: what lies below goes along, and running out ends the process. */
#include "base/memory.h"

#include "sentence.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void count_release(void *thing)
{
	++*(int *)thing;
}

static void what_lies_below_goes_along(void **state)
{
	(void)state;
	int released = 0;
	void *context = memory_context(NULL);
	memory_attach(memory_context(memory_context(context)), &released, count_release);
	memory_attach(context, &released, count_release);
	assert_int_equal(released, 0);
	memory_free(context);
	assert_int_equal(released, 2);
	memory_free(NULL);
}

struct thing {
	int *below_at_end;
	int below;
};

static void note_release(void *thing)
{
	((struct thing *)thing)->below = 0;
}

static int end_thing(void *object)
{
	struct thing *thing = object;
	*thing->below_at_end = thing->below;
	return 0;
}

static void a_thing_ends_before_what_lies_below_it(void **state)
{
	(void)state;
	int below_at_end = -1;
	void *context = memory_context(NULL);
	struct thing *thing = memory_new(context, struct thing);
	*thing = (struct thing){ &below_at_end, 1 };
	memory_at_end(thing, end_thing);
	memory_attach(thing, thing, note_release);
	assert_int_equal(below_at_end, -1);
	memory_free(context);
	assert_int_equal(below_at_end, 1);
}

/* The pool hands out the same bytes next. */
static void leave_dirt(const void *context)
{
	void *dirt = memory_array(context, char, 1000);
	memset(dirt, 'x', 1000);
	memory_free(dirt);
}

static void new_memory_is_zero(void **state)
{
	(void)state;
	void *context = memory_pool(NULL, 4096);
	leave_dirt(context);
	const unsigned char *bytes = memory_array(context, unsigned char, 1000);
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(bytes[i], 0);
	assert_null(memory_new(
		context, struct {
			char *text;
		})->text);
	memory_free(context);
}

static void arrays_keep_what_they_hold(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	int *numbers = NULL;
	for (int count = 0; count < 1000; count++) {
		numbers = memory_grow(context, numbers, int, (size_t)count + 1);
		numbers[count] = count;
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(numbers[i], i);
	assert_non_null(memory_grow(context, numbers, int, 0));
	memory_free(context);
}

static void copies_are_copies(void **state)
{
	(void)state;
	void *context = memory_pool(NULL, 4096);
	leave_dirt(context);
	char text[] = "stamp";
	char *copy = memory_copy_text(context, text);
	text[0] = 'x';
	assert_string_equal(copy, "stamp");
	assert_null(memory_copy_text(context, NULL));
	assert_memory_equal(memory_copy_bytes(context, "a\0b", 3), "a\0b", 4);
	assert_string_equal(memory_copy_bytes(context, NULL, 0), "");
	assert_string_equal(memory_format(context, "%d of %s", 5, "도장"), "5 of 도장");
	memory_free(context);
}

/* Times eight, these are eight bytes for whoever overlooks the overflow. */
static void ask_for_too_much(void)
{
	memory_array(NULL, int64_t, SIZE_MAX / 8 + 2);
}

static void grow_too_much(void)
{
	memory_grow(NULL, NULL, int64_t, SIZE_MAX / 8 + 2);
}

static void ask_for_all_there_is(void)
{
	memory_zeroed(NULL, SIZE_MAX / 2);
}

/* Does the process end itself there, rather than go on? */
static bool ends_the_process(void (*ask)(void))
{
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		fclose(stderr);
		ask();
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void running_out_ends_the_process(void **state)
{
	(void)state;
	assert_true(ends_the_process(ask_for_too_much));
	assert_true(ends_the_process(grow_too_much));
	assert_true(ends_the_process(ask_for_all_there_is));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_lies_below_goes_along),
		cmocka_unit_test(a_thing_ends_before_what_lies_below_it),
		cmocka_unit_test(new_memory_is_zero),
		cmocka_unit_test(arrays_keep_what_they_hold),
		cmocka_unit_test(copies_are_copies),
		cmocka_unit_test(running_out_ends_the_process),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
