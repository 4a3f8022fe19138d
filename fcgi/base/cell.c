/* SPDX-License-Identifier: MIT */
/* Cleans cells of spreadsheet files and recognises damaged ones. */
#include "base/cell.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* --- characters --- */

struct range {
	uint32_t first, last;
};

/* Nothing is drawn for these: joiners, marks of direction, fillers, variation selectors, tags. */
static const struct range INVISIBLE[] = { { 0xad, 0xad }, { 0x34f, 0x34f }, { 0x61c, 0x61c },
	{ 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x200b, 0x200f },
	{ 0x202a, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f },
	{ 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0xe0000, 0xe0fff } };

/* Blanks and line ends that look like a plain blank or a plain line end. */
static const struct range BLANK[] = { { 0xa0, 0xa0 }, { 0x1680, 0x1680 }, { 0x2000, 0x200a },
	{ 0x2028, 0x2029 }, { 0x202f, 0x202f }, { 0x205f, 0x205f }, { 0x3000, 0x3000 } };

static bool is_in(const struct range *ranges, size_t count, uint32_t character)
{
	for (size_t i = 0; i < count; i++)
		if (character >= ranges[i].first && character <= ranges[i].last)
			return true;
	return false;
}

/* The character at text, which is well-formed and not at its end. */
static uint32_t character_at(const char *text, size_t *size)
{
	static const unsigned char MASKS[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	const unsigned char *bytes = (const unsigned char *)text;
	*size = text_utf8_character(bytes, strlen(text) < 4 ? strlen(text) : 4);
	uint32_t character = bytes[0] & MASKS[*size];
	for (size_t i = 1; i < *size; i++)
		character = character << 6 | (bytes[i] & 0x3f);
	return character;
}

/* --- cleaning --- */

static bool is_plain_blank(uint32_t character)
{
	return character == ' ' || character == '\t' || character == '\n';
}

static void clean_characters(char *text, enum cell_kind kind)
{
	char *to = text, *end = text;
	size_t size;
	for (const char *from = text; *from; from += size) {
		uint32_t character = character_at(from, &size);
		bool is_special = is_in(BLANK, countof(BLANK), character),
		     is_blank = is_special || (kind != CELL_NAME && is_plain_blank(character));
		if (is_in(INVISIBLE, countof(INVISIBLE), character) || (is_blank && to == text))
			continue;
		to += text_put_utf8(to, is_special ? ' ' : character);
		if (!is_blank)
			end = to;
	}
	*end = 0;
}

static void cut(char *text, size_t first, size_t length)
{
	memmove(text, text + first, length);
	text[length] = 0;
}

void cell_clean(char *text, enum cell_kind kind)
{
	clean_characters(text, kind);
	size_t length = strlen(text);
	if (length > 3 && text_starts_with(text, "=\"") && text[length - 1] == '"')
		cut(text, 2, length - 3);
	else if (length > 1 && *text == '\'' && (kind != CELL_NAME || strchr("=+-@", text[1])))
		cut(text, 1, length - 1);
}

/* ASCII for its full-width forms, which Korean keyboards write. */
static uint32_t narrow(uint32_t character)
{
	return character >= 0xff01 && character <= 0xff5e ? character - 0xff01 + '!' : character;
}

void cell_fold_heading(char *text)
{
	char *to = text;
	size_t size;
	int depth = 0;
	for (const char *from = text; *from; from += size) {
		uint32_t character = narrow(character_at(from, &size));
		depth += character == '(' || character == '[';
		if (character >= 'A' && character <= 'Z')
			character += 'a' - 'A';
		bool is_kept = character > 0x7f || (character >= 'a' && character <= 'z')
			|| (character >= '0' && character <= '9');
		if (is_kept && depth <= 0)
			to += text_put_utf8(to, character);
		depth -= character == ')' || character == ']';
	}
	*to = 0;
}

/* --- patterns --- */

static const char *const MONTHS[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
	"Oct", "Nov", "Dec" };

enum { NUMBERS_MAXIMUM = 6 };
struct found {
	int numbers[NUMBERS_MAXIMUM]; /* of D and Y, in their order */
	size_t count;
};

static size_t take_digits(const char *text, size_t least, size_t most, struct found *found)
{
	size_t length = strspn(text, "0123456789");
	if (length < least || length > most)
		return 0;
	int number = 0;
	for (size_t i = 0; i < length && most <= 4; i++)
		number = 10 * number + (text[i] - '0');
	if (most <= 4)
		found->numbers[found->count++] = number;
	return length;
}

static size_t take_month(const char *text)
{
	for (size_t i = 0; i < countof(MONTHS); i++)
		if (text_starts_with(text, MONTHS[i]))
			return strlen(MONTHS[i]);
	return 0;
}

/* Bytes of text that one letter of a pattern takes; 0: it does not match. */
static size_t take(char letter, const char *text, struct found *found)
{
	switch (letter) {
	case 'N': return take_digits(text, 1, SIZE_MAX, found);
	case 'D': return take_digits(text, 1, 2, found);
	case 'Y': return take_digits(text, 4, 4, found);
	case 'M': return take_month(text);
	case 'E': return *text == 'e' || *text == 'E';
	case 'S': return *text == '+' || *text == '-';
	case 'P': return *text == '.' || *text == ',';
	default: return *text == letter;
	}
}

/* N: digits; D: one or two; Y: four; M: a month's name; E: e or E; S: a sign; P: a decimal point;
 * a blank: any number of blanks; all else is itself. */
static bool is_like(const char *text, const char *pattern, struct found *found)
{
	found->count = 0;
	for (; *pattern; pattern++) {
		size_t size = *pattern == ' ' ? strspn(text, " ") : take(*pattern, text, found);
		if (size == 0 && *pattern != ' ')
			return false;
		text += size;
	}
	return *text == 0;
}

static bool is_like_any(const char *text, const char *const *patterns)
{
	struct found found;
	for (; *patterns; patterns++)
		if (is_like(text, *patterns, &found))
			return true;
	return false;
}

/* --- dates --- */

bool cell_date(const char *text, date *day)
{
	static const char *const YEAR_FIRST[] = { "Y-D-D", "Y/D/D", "Y.D.D", "Y. D. D", "Y. D. D.",
		"Y년 D월 D일" };
	static const char *const MIDNIGHT[] = { "", " D:D", " D:D:D" };
	struct found found;
	char pattern[32], plain[32];
	for (size_t i = 0; i < countof(YEAR_FIRST) * countof(MIDNIGHT); i++) {
		snprintf(pattern, sizeof pattern, "%s%s", YEAR_FIRST[i / countof(MIDNIGHT)],
			MIDNIGHT[i % countof(MIDNIGHT)]);
		if (!is_like(text, pattern, &found))
			continue;
		for (size_t part = 3; part < found.count; part++)
			if (found.numbers[part] != 0)
				return false;
		snprintf(plain, sizeof plain, "%04d-%02d-%02d", found.numbers[0], found.numbers[1],
			found.numbers[2]);
		return date_parse(plain, day);
	}
	return false;
}

/* A code that a spreadsheet took for a date: MAR1 becomes 1-Mar. */
static bool is_date(const char *text)
{
	static const char *const DAY_FIRST[] = { "D-M", "D-M-D", "D-M-Y", "M-D", "M-Y", "M D, Y",
		"D월 D일", "Y년 D월", NULL };
	struct found found;
	date day;
	if (is_like(text, "D/D/Y", &found))
		return found.numbers[0] <= 31 && found.numbers[1] <= 31;
	return is_like_any(text, DAY_FIRST) || cell_date(text, &day);
}

/* --- damage --- */

static bool has_control(const char *text)
{
	for (const unsigned char *at = (const unsigned char *)text; *at; at++)
		if (*at < 0x20 || *at == 0x7f || (*at == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0))
			return true;
	return false;
}

/* "#####", "#N/A", "#REF!", "Err:502" */
static bool is_error_value(const char *text)
{
	static const char *const OTHERS[] = { "#N/A", "#NV", "#GETTING_DATA", "#BUSY" };
	size_t length = strlen(text);
	if (text_starts_with(text, "Err:") || strspn(text, "#") == length)
		return length > 0;
	for (size_t i = 0; i < countof(OTHERS); i++)
		if (text_equals(text, OTHERS[i]))
			return true;
	return text[0] == '#' && strchr("!?", text[length - 1]);
}

static bool is_scientific(const char *text)
{
	static const char *const FORMS[] = { "NPNEN", "NPNESN", "NESN", NULL };
	return is_like_any(text + (*text == '-' || *text == '+'), FORMS);
}

/* "623,450,000" and "623450000.0" */
static bool is_formatted_number(const char *text)
{
	size_t group = strspn(text, "0123456789");
	const char *at = text + group;
	if (group == 0)
		return false;
	if (*at == ',' && group > 3)
		return false;
	bool has_groups = *at == ',';
	while (*at == ',') {
		if (strspn(at + 1, "0123456789") != 3)
			return false;
		at += 4;
	}
	if (*at == '.')
		return at[1] && at[1 + strspn(at + 1, has_groups ? "0123456789" : "0")] == 0;
	return has_groups && *at == 0;
}

const char *cell_damage(const char *text, enum cell_kind kind)
{
	if (has_control(text))
		return "control";
	if (strstr(text, "\xef\xbf\xbd"))
		return "lost";
	if (is_error_value(text))
		return "error_value";
	if (kind == CELL_DATE)
		return NULL;
	if (is_scientific(text))
		return "scientific";
	if (is_formatted_number(text))
		return "number_format";
	if (kind == CELL_NAME)
		return NULL;
	return *text == '=' ? "formula" : is_date(text) ? "date" : NULL;
}
