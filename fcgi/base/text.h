/* SPDX-License-Identifier: MIT */
/* Text: UTF-8, numbers, percent-encoding and base64url, each with one strict decoder. */
#ifndef DOJANG_BASE_TEXT_H
#define DOJANG_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool text_equals(const char *a, const char *b); /* false when either is NULL */
bool text_starts_with(const char *text, const char *prefix);

/* True for well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates) without NUL. */
bool text_is_utf8(const char *bytes, size_t length);
/* The length of the well-formed character at bytes, of which at most length are read; 0 when it is
 * malformed. */
size_t text_utf8_character(const unsigned char *bytes, size_t length);
/* Writes a character, not a surrogate, as UTF-8. Returns its length, 1 to 4. */
size_t text_put_utf8(char *bytes, uint32_t character);
/* The number of characters in well-formed UTF-8. */
size_t text_characters(const char *text);
/* True when text has a control character: below 0x20 except tab and line feed, or 0x7f. */
bool text_has_control(const char *text);

/* Parses a decimal integer from minimum to maximum: digits with an optional minus. No other sign,
 * no blanks, no leading zeros. */
bool text_to_number(const char *text, int64_t minimum, int64_t maximum, int64_t *number);

/* Rewrites a number of JSON that has no fraction as plain digits, below context: 300.0, 3e2 and
 * 0.3E+3 as 300. Exact, without floating point. NULL when it has a fraction, or more than
 * TEXT_INTEGER_DIGITS digits. text is a number by RFC 8259. */
enum { TEXT_INTEGER_DIGITS = 30 };
char *text_of_json_integer(const void *context, const char *text);

/* Decodes %XX, and + to a blank when plus_is_blank. False when a percent sign is not followed by
 * two hex digits. The result is allocated below context and ends with NUL; *length shows decoded
 * NULs. */
bool text_percent_decode(const void *context, const char *text, size_t size, bool plus_is_blank,
	char **decoded, size_t *length);

/* Encodes everything except letters, digits and - . _ ~ as %XX, below context. */
char *text_percent_encode(const void *context, const char *text);

/* base64url without padding (RFC 4648, section 5). Decoding refuses padding, other characters and
 * non-zero unused bits. */
char *text_to_base64url(const void *context, const void *bytes, size_t length);
bool text_from_base64url(
	const void *context, const char *text, size_t size, unsigned char **bytes, size_t *length);
/* The same, but also decodes the standard alphabet (+ and /), padding at the end, and ignores white
 * space. */
bool text_from_any_base64(
	const void *context, const char *text, size_t size, unsigned char **bytes, size_t *length);

#endif
