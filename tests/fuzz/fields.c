/* SPDX-License-Identifier: MIT */
/* One value into a field of every type: what is taken can be shown, and what is shown is taken
 * again as the same. */
#include "fuzz.h"

#include "base/fields.h"
#include "base/text.h"

static const char *const COLOURS[] = { "red", "green", "blue", NULL };

static bool has_opposite(enum field_type type)
{
	return type == FIELD_TEXT || type == FIELD_NUMBER || type == FIELD_ID || type == FIELD_DATE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const BOUNDS[] = { "small", "wide" };
	if (size < 2)
		return 0;
	void *context = memory_context(NULL);
	bool is_wide = data[1] % countof(BOUNDS);
	struct field field = {
		.name = "field",
		.type = (enum field_type)(data[0] % FIELD_TYPE_COUNT),
		.source = FIELD_BODY,
		.offset = 0,
		.minimum = is_wide ? 0 : 1,
		.maximum = is_wide ? 60000 : 20,
		.choices = COLOURS,
		.help = "a field",
	};
	struct field table[] = { field, { 0 } };
	if (!field_table_fault(table)) {
		union {
			uint64_t words[16];
			char bytes[128];
		} slot = { { 0 } }, again = { { 0 } };
		const char *text = memory_copy_bytes(context, data + 2, size - 2);
		const char *fault = field_set(&table[0], context, &slot, text, size - 2);
		FUZZ_HOLDS(field_expectation(&table[0], context));
		const char *shown = fault ? NULL : field_show(&table[0], context, &slot);
		if (shown && has_opposite(field.type)) {
			FUZZ_HOLDS(!field_set(&table[0], context, &again, shown, strlen(shown)));
			FUZZ_HOLDS(text_equals(field_show(&table[0], context, &again), shown));
		}
	}
	memory_free(context);
	return 0;
}
