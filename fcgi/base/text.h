/* SPDX-License-Identifier: MIT */
/* Text: UTF-8, numbers and percent-encoding, each with one strict decoder. */
#ifndef DOJANG_BASE_TEXT_H
#define DOJANG_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool text_equals(const char *a, const char *b); /* NULL equals nothing */
bool text_starts_with(const char *text, const char *prefix);

/* Well-formed UTF-8 by RFC 3629 (no overlong forms, no surrogates) without NUL. */
bool text_is_utf8(const char *bytes, size_t length);
/* Characters of well-formed UTF-8. */
size_t text_characters(const char *text);
/* Holds a control character (below 0x20 but tab and line feed, or 0x7f)? */
bool text_has_control(const char *text);

/* A whole decimal number: digits with an optional minus, no other sign, no blanks, no leading
 * zeros, from minimum to maximum. */
bool text_to_number(const char *text, int64_t minimum, int64_t maximum, int64_t *number);

/* Decodes %XX (and + to a blank where plus_is_blank); false where a percent sign is not followed by
 * two hex digits. The answer is allocated below context and ends with NUL; *length leaves decoded
 * NULs visible. */
bool text_percent_decode(const void *context, const char *text, size_t size, bool plus_is_blank,
	char **decoded, size_t *length);

/* The text with all but letters, digits and - . _ ~ as %XX, below context. */
char *text_percent_encode(const void *context, const char *text);

/* base64url without padding (RFC 4648, section 5). Decoding refuses padding, foreign characters and
 * stray bits. */
char *text_to_base64url(const void *context, const void *bytes, size_t length);
bool text_from_base64url(
	const void *context, const char *text, size_t size, unsigned char **bytes, size_t *length);

#endif
