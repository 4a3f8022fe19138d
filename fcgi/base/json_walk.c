/* SPDX-License-Identifier: MIT */
/* Walks the text of JSON beside json-c, which is lenient even when strict. */
#include "base/json_walk.h"

#include "base/memory.h"

#include <string.h>

/* --- strings ------------------------------------------------------------------------------------------------------------------ */

/* Is the code unit (u and four digits) the half of a surrogate pair whose third digits these are? */
static bool is_half(const char *unit, const char *third)
{
	return unit[0] == 'u' && (unit[1] == 'd' || unit[1] == 'D') && unit[2] && strchr(third, unit[2]);
}

/* The last byte of the escape whose second byte this is; NULL where there is none. */
static const char *escape_end(const char *at, struct json_walk *found)
{
	static const char HIGH[] = "89abAB", LOW[] = "cdefCDEF";
	if (*at != 'u')
		return *at ? at : NULL;
	if (strspn(at + 1, "0123456789abcdefABCDEF") < 4)
		return NULL;
	if (is_half(at, HIGH) && at[5] == '\\' && is_half(at + 6, LOW))
		return escape_end(at + 6, &(struct json_walk){ 0 });
	found->has_odd_escape |= strncmp(at, "u0000", 5) == 0 || is_half(at, HIGH) || is_half(at, LOW);
	return at + 4;
}

/* Behind the string that begins at; NULL when it holds a control character or does not end. */
static const char *string_end(const char *at, struct json_walk *found)
{
	for (at++; *at != '"'; at++) {
		if ((unsigned char)*at < 0x20)
			return NULL;
		if (*at == '\\' && !(at = escape_end(at + 1, found)))
			return NULL;
	}
	return at + 1;
}

/* --- scalars ------------------------------------------------------------------------------------------------------------------ */

static const char *digits_end(const char *at)
{
	return at + strspn(at, "0123456789");
}

static bool is_number(const char *at, const char *end)
{
	const char *digits = at + (*at == '-');
	at = *digits == '0' ? digits + 1 : digits_end(digits);
	if (at > digits && *at == '.') {
		digits = at + 1;
		at = digits_end(digits);
	}
	if (at > digits && (*at == 'e' || *at == 'E')) {
		digits = at + 1 + (at[1] == '+' || at[1] == '-');
		at = digits_end(digits);
	}
	return at > digits && at == end;
}

/* Behind the scalar that begins at; NULL where it is none of the standard. */
static const char *scalar_end(const char *at)
{
	static const char *const WORDS[] = { "true", "false", "null" };
	const char *end = at + strcspn(at, " \t\r\n{}[],:\"");
	for (size_t i = 0; i < countof(WORDS); i++)
		if ((size_t)(end - at) == strlen(WORDS[i]) && memcmp(at, WORDS[i], strlen(WORDS[i])) == 0)
			return end;
	return is_number(at, end) ? end : NULL;
}

/* --- the walk ----------------------------------------------------------------------------------------------------------------- */

bool json_walk(const char *text, struct json_walk *found)
{
	int depth = 0;
	*found = (struct json_walk){ 0 };
	for (const char *at = text; *at;) {
		if (*at == '"') {
			at = string_end(at, found);
		} else if (strchr(" \t\r\n{}[],:", *at)) {
			depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
			found->members += *at == ':';
			found->names += *at == ':' && depth == 1;
			at++;
		} else {
			at = scalar_end(at);
		}
		if (!at)
			return false;
	}
	return true;
}
