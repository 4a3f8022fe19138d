/* SPDX-License-Identifier: MIT */
/* Random numbers: within their bounds, and not twice the same. */
#include "base/memory.h"
#include "base/random.h"

#include "sentence.h"

static void numbers_stay_below_their_bound(void **state)
{
	(void)state;
	static const uint64_t bounds[] = { 2, 3, 10, (uint64_t)1 << 63, ((uint64_t)1 << 63) + 1,
		UINT64_MAX };
	for (size_t i = 0; i < countof(bounds); i++)
		for (int times = 0; times < 1000; times++)
			assert_true(random_below(bounds[i]) < bounds[i]);
	assert_int_equal(random_below(0), 0);
	assert_int_equal(random_below(1), 0);
}

static void every_number_comes(void **state)
{
	(void)state;
	bool seen[8] = { false };
	/* one is missing once in 10^57 times */
	for (int times = 0; times < 1000; times++)
		seen[random_below(8)] = true;
	for (size_t i = 0; i < countof(seen); i++)
		assert_true(seen[i]);
}

static void texts_are_hex_digits(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	const char *text = random_hex(context, 32);
	assert_int_equal(strlen(text), 64);
	assert_int_equal(strspn(text, "0123456789abcdef"), 64);
	assert_string_not_equal(text, random_hex(context, 32));
	assert_string_equal(random_hex(context, 0), "");
	memory_free(context);
}

static void all_bytes_are_filled(void **state)
{
	(void)state;
	unsigned char bytes[1000];
	bool is_filled[sizeof(bytes)] = { false };
	/* a byte stays zero once in 10^45 times */
	for (int times = 0; times < 20; times++) {
		memset(bytes, 0, sizeof(bytes));
		random_bytes(bytes, sizeof(bytes));
		for (size_t i = 0; i < sizeof(bytes); i++)
			is_filled[i] |= bytes[i] != 0;
	}
	for (size_t i = 0; i < sizeof(bytes); i++)
		assert_true(is_filled[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_stay_below_their_bound),
		cmocka_unit_test(every_number_comes),
		cmocka_unit_test(texts_are_hex_digits),
		cmocka_unit_test(all_bytes_are_filled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
