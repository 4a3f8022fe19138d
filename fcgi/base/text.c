/* SPDX-License-Identifier: MIT */
/* Decodes external text strictly (UTF-8, numbers, percent-encoding, base64url), and encodes it. */
#include "base/text.h"

#include "base/memory.h"

#include <limits.h>
#include <string.h>

bool text_equals(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

bool text_starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* One row of RFC 3629's table of well-formed sequences: the first byte's range, the second's, and
 * how many follow the first. */
struct utf8_form {
	unsigned char first_from, first_to, second_from, second_to, following;
};

static const struct utf8_form UTF8_FORMS[] = {
	{ 0x01, 0x7f, 0x00, 0x00, 0 },
	{ 0xc2, 0xdf, 0x80, 0xbf, 1 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 2 },
	{ 0xe1, 0xec, 0x80, 0xbf, 2 },
	{ 0xed, 0xed, 0x80, 0x9f, 2 },
	{ 0xee, 0xef, 0x80, 0xbf, 2 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 3 },
	{ 0xf1, 0xf3, 0x80, 0xbf, 3 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 3 },
};

static const struct utf8_form *utf8_form_of(unsigned char first)
{
	for (size_t i = 0; i < countof(UTF8_FORMS); i++)
		if (first >= UTF8_FORMS[i].first_from && first <= UTF8_FORMS[i].first_to)
			return &UTF8_FORMS[i];
	return NULL;
}

static bool is_continuation(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

size_t text_utf8_character(const unsigned char *bytes, size_t length)
{
	const struct utf8_form *form = utf8_form_of(bytes[0]);
	if (!form || length < 1u + form->following)
		return 0;
	if (form->following && (bytes[1] < form->second_from || bytes[1] > form->second_to))
		return 0;
	for (size_t i = 2; i <= form->following; i++)
		if (!is_continuation(bytes[i]))
			return 0;
	return 1u + form->following;
}

bool text_is_utf8(const char *bytes, size_t length)
{
	for (size_t at = 0; at < length;) {
		/* ASCII: nearly all input */
		if ((unsigned char)bytes[at] - 1u < 0x7f) {
			at++;
			continue;
		}
		size_t size = text_utf8_character((const unsigned char *)bytes + at, length - at);
		if (size == 0)
			return false;
		at += size;
	}
	return true;
}

size_t text_put_utf8(char *bytes, uint32_t character)
{
	static const unsigned char FIRST[] = { 0x00, 0xc0, 0xe0, 0xf0 };
	size_t following = character > 0xffff ? 3 : character > 0x7ff ? 2 : character > 0x7f;
	for (size_t i = following; i > 0; i--, character >>= 6)
		bytes[i] = (char)(0x80 | (character & 0x3f));
	bytes[0] = (char)(FIRST[following] | character);
	return following + 1;
}

size_t text_characters(const char *text)
{
	size_t count = 0;
	for (; *text; text++)
		count += !is_continuation((unsigned char)*text);
	return count;
}

bool text_has_control(const char *text)
{
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;
		if ((byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7f)
			return true;
	}
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool text_to_number(const char *text, int64_t minimum, int64_t maximum, int64_t *number)
{
	bool is_negative = *text == '-';
	const char *digits = text + is_negative;
	if (!is_digit(*digits) || (*digits == '0' && (digits[1] || is_negative)))
		return false;
	int64_t value = 0;
	for (; is_digit(*digits); digits++) {
		int64_t digit = *digits - '0';
		if (__builtin_mul_overflow(value, 10, &value)
			|| __builtin_add_overflow(value, is_negative ? -digit : digit, &value))
			return false;
	}
	if (*digits || value < minimum || value > maximum)
		return false;
	*number = value;
	return true;
}

/* --- numbers of JSON --- */

enum { EXPONENT_MAXIMUM = 100000 };

/* The digits of a number without its point, and where the point was. */
struct decimal {
	const char *digits;
	int64_t count, point;
};

static int64_t read_exponent(const char *text)
{
	int64_t exponent = 0;
	const char *mark = strpbrk(text, "eE"), *at = mark ? mark + 1 : "";
	bool is_negative = *at == '-';
	for (at += *at == '-' || *at == '+'; is_digit(*at) && exponent < EXPONENT_MAXIMUM; at++)
		exponent = exponent * 10 + (*at - '0');
	return is_negative ? -exponent : exponent;
}

static struct decimal read_decimal(const void *context, const char *text)
{
	char *digits = memory_array(context, char, strlen(text) + 1);
	struct decimal number = { .digits = digits, .point = -1 };
	for (; is_digit(*text) || *text == '.'; text++) {
		if (*text == '.')
			number.point = number.count;
		else
			digits[number.count++] = *text;
	}
	number.point = (number.point < 0 ? number.count : number.point) + read_exponent(text);
	for (; number.count > 0 && digits[number.count - 1] == '0'; number.count--)
		digits[number.count - 1] = 0;
	for (; *number.digits == '0'; number.count--, number.point--)
		number.digits++;
	return number;
}

char *text_of_json_integer(const void *context, const char *text)
{
	bool is_negative = *text == '-';
	struct decimal number = read_decimal(context, text + is_negative);
	if (number.count <= 0)
		return memory_copy_text(context, "0");
	if (number.point < number.count || number.point > TEXT_INTEGER_DIGITS)
		return NULL;
	return memory_format(context, "%s%s%.*s", is_negative ? "-" : "", number.digits,
		(int)(number.point - number.count), "000000000000000000000000000000");
}

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool text_percent_decode(const void *context, const char *text, size_t size, bool plus_is_blank,
	char **decoded, size_t *length)
{
	char *out = memory_copy_bytes(context, text, size);
	size_t to = 0;
	for (size_t from = 0; from < size; from++, to++) {
		out[to] = text[from];
		if (text[from] == '+' && plus_is_blank)
			out[to] = ' ';
		if (text[from] != '%')
			continue;
		if (size - from < 3 || hex_value(text[from + 1]) < 0
			|| hex_value(text[from + 2]) < 0)
			return false;
		out[to] = (char)(hex_value(text[from + 1]) * 16 + hex_value(text[from + 2]));
		from += 2;
	}
	out[to] = 0;
	*decoded = out;
	*length = to;
	return true;
}

char *text_percent_encode(const void *context, const char *text)
{
	static const char PLAIN[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~",
			  DIGITS[] = "0123456789ABCDEF";
	char *out = memory_array(context, char, 3 * strlen(text) + 1), *to = out;
	for (const char *at = text; *at; at++) {
		unsigned char byte = (unsigned char)*at;
		if (strchr(PLAIN, *at)) {
			*to++ = *at;
			continue;
		}
		*to++ = '%';
		*to++ = DIGITS[byte >> 4];
		*to++ = DIGITS[byte & 15];
	}
	return out;
}

static const char BASE64URL[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

char *text_to_base64url(const void *context, const void *bytes, size_t length)
{
	const unsigned char *in = bytes;
	char *out = memory_array(context, char, length / 3 * 4 + 5);
	size_t to = 0;
	uint32_t pending = 0;
	unsigned bits = 0;
	for (size_t i = 0; i < length; i++) {
		pending = (pending << 8 | in[i]) & 0xffff;
		for (bits += 8; bits >= 6; bits -= 6)
			out[to++] = BASE64URL[pending >> (bits - 6) & 63];
	}
	if (bits)
		out[to] = BASE64URL[pending << (6 - bits) & 63];
	return out;
}

/* The value of each character; NOT_BASE64URL for all others. A table for speed: every token is
 * decoded. */
enum { NOT_BASE64URL = 64 };
static unsigned char base64url_values[UCHAR_MAX + 1];

static void fill_base64url_values(void)
{
	memset(base64url_values, NOT_BASE64URL, sizeof(base64url_values));
	for (unsigned char i = 0; i < 64; i++)
		base64url_values[(unsigned char)BASE64URL[i]] = i;
}

/* Combines up to four characters into 24 bits; missing ones are zero bits. False for a character
 * outside the alphabet. */
static bool read_group(const char *text, size_t count, uint32_t *group)
{
	unsigned seen = 0;
	*group = 0;
	for (size_t i = 0; i < 4; i++) {
		const unsigned value = i < count ? base64url_values[(unsigned char)text[i]] : 0;
		seen |= value;
		*group = *group << 6 | value;
	}
	return seen < NOT_BASE64URL;
}

static void put_group(unsigned char *out, uint32_t group, size_t count)
{
	for (size_t i = 0; i < count; i++)
		out[i] = (unsigned char)(group >> (16 - 8 * i));
}

bool text_from_base64url(
	const void *context, const char *text, size_t size, unsigned char **bytes, size_t *length)
{
	const size_t rest = size % 4, whole = size - rest, rest_bytes = rest * 3 / 4;
	unsigned char *out = memory_zeroed_array(context, size + 1, 1), *to = out;
	uint32_t group;
	if (base64url_values[0] == 0)
		fill_base64url_values();
	for (size_t i = 0; i < whole; i += 4, to += 3) {
		if (!read_group(text + i, 4, &group))
			return false;
		put_group(to, group, 3);
	}
	/* A single remaining character is less than a byte. With more, the unused bits must be
	 * zero. */
	if (rest == 1 || !read_group(text + whole, rest, &group)
		|| group << (8 + 8 * rest_bytes) != 0)
		return false;
	put_group(to, group, rest_bytes);
	*bytes = out;
	*length = whole / 4 * 3 + rest_bytes;
	return true;
}

bool text_from_any_base64(
	const void *context, const char *text, size_t size, unsigned char **bytes, size_t *length)
{
	char *url = memory_array(context, char, size + 1);
	size_t count = 0;
	for (size_t i = 0; i < size; i++)
		if (!text[i] || !strchr(" \t\r\n", text[i]))
			url[count++] = (char)(text[i] == '+' ? '-'
					: text[i] == '/'     ? '_'
							     : text[i]);
	for (unsigned i = 0; i < 2 && count > 0 && url[count - 1] == '='; i++)
		count--;
	return text_from_base64url(context, url, count, bytes, length);
}
