/* SPDX-License-Identifier: MIT */
/* The strict decoders: percent-encoding, base64url, numbers, dates and times, against their own
 * opposites. */
#include "fuzz.h"

#include "base/calendar.h"
#include "base/text.h"

#include <inttypes.h>

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static void percent(const void *context, const char *text, size_t size, bool plus)
{
	char *decoded;
	size_t length, signs = 0;
	bool is_sound = true;
	for (size_t i = 0; i < size; i++)
		if (text[i] == '%') {
			signs++;
			is_sound = is_sound && size - i > 2 && is_hex(text[i + 1])
				&& is_hex(text[i + 2]);
			i += 2;
		}
	bool is_decoded = text_percent_decode(context, text, size, plus, &decoded, &length);
	FUZZ_HOLDS(is_decoded == is_sound);
	if (is_decoded)
		FUZZ_HOLDS(length == size - 2 * signs && decoded[length] == 0);
}

static void base64url(const void *context, const char *text, size_t size)
{
	unsigned char *bytes;
	size_t length;
	if (text_from_base64url(context, text, size, &bytes, &length)) {
		const char *again = text_to_base64url(context, bytes, length);
		FUZZ_HOLDS(strlen(again) == size && memcmp(again, text, size) == 0);
		unsigned char *same;
		size_t same_length;
		FUZZ_HOLDS(text_from_any_base64(context, text, size, &same, &same_length)
			&& same_length == length && memcmp(same, bytes, length) == 0);
	}
	const char *coded = text_to_base64url(context, text, size);
	FUZZ_HOLDS(text_from_base64url(context, coded, strlen(coded), &bytes, &length)
		&& length == size && memcmp(bytes, text, size) == 0);
}

static void numbers_and_times(const void *context, const char *text)
{
	int64_t number;
	date day;
	struct month month;
	instant time;
	char buffer[INSTANT_TEXT];
	if (text_to_number(text, INT64_MIN, INT64_MAX, &number)) {
		FUZZ_HOLDS(text_equals(memory_format(context, "%" PRId64, number), text));
		FUZZ_HOLDS(text_equals(text_of_json_integer(context, text), text));
	}
	const char *integer = text_of_json_integer(context, text);
	FUZZ_HOLDS(!integer || strlen(integer) <= TEXT_INTEGER_DIGITS + 1);
	if (date_parse(text, &day))
		FUZZ_HOLDS(text_equals(date_format(day, buffer), text));
	if (month_parse(text, &month))
		FUZZ_HOLDS(month_first(month).day <= month_last(month).day
			&& month_last(month).day - month_first(month).day < 31);
	if (instant_parse(text, &time)) {
		instant again;
		FUZZ_HOLDS(instant_parse(instant_format(time, buffer), &again)
			&& again.seconds == time.seconds);
	}
	(void)zone_exists(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *context = memory_context(NULL);
	const char *text = memory_copy_bytes(context, data, size);
	percent(context, text, size, false);
	percent(context, text, size, true);
	base64url(context, text, size);
	numbers_and_times(context, text);
	if (text_is_utf8(text, size)) {
		FUZZ_HOLDS(strlen(text) == size && text_characters(text) <= size);
		(void)text_has_control(text);
	}
	memory_free(context);
	return 0;
}
