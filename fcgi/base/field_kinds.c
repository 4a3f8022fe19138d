/* SPDX-License-Identifier: MIT */
/* Defines for each field type what it accepts, its error text and how a value is shown. */
#include "base/field_kinds.h"

#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

#define ID_MAXIMUM \
	(((int64_t)1 << 53) - 1) /* the greatest integer that every JSON parser keeps exactly */

/* --- texts --- */

static bool has_length(const char *text, int64_t minimum, int64_t maximum)
{
	int64_t characters = (int64_t)text_characters(text);
	return characters >= minimum && characters <= maximum;
}

static bool is_one_line(const char *text)
{
	return !text_has_control(text) && !strpbrk(text, "\t\n");
}

static bool keep(const struct field_into *into, const char *text)
{
	*(const char **)into->slot = memory_copy_text(into->context, text);
	return true;
}

static bool set_text(const struct field_into *into, const char *text)
{
	return is_one_line(text) && has_length(text, into->field->minimum, into->field->maximum)
		&& keep(into, text);
}

/* Forms send CR LF for a line break. */
static char *with_plain_breaks(const void *context, const char *text)
{
	char *plain = memory_copy_text(context, text), *to = plain;
	for (const char *from = text; *from; from++)
		if (from[0] != '\r' || from[1] != '\n')
			*to++ = *from;
	*to = 0;
	return plain;
}

static bool set_long_text(const struct field_into *into, const char *text)
{
	char *plain = with_plain_breaks(into->context, text);
	return !text_has_control(plain)
		&& has_length(plain, into->field->minimum, into->field->maximum)
		&& keep(into, plain);
}

static bool set_slug(const struct field_into *into, const char *text)
{
	size_t length = strlen(text);
	return length > 0 && length <= FIELD_SLUG_MAXIMUM
		&& strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == length && text[0] != '-'
		&& text[length - 1] != '-' && !strstr(text, "--") && keep(into, text);
}

static bool set_zone(const struct field_into *into, const char *text)
{
	return zone_exists(text) && keep(into, text);
}

static bool set_file(const struct field_into *into, const char *text)
{
	return is_one_line(text) && has_length(text, 1, FIELD_FILE_MAXIMUM) && keep(into, text);
}

static bool set_bytes(const struct field_into *into, const char *bytes)
{
	if ((int64_t)into->length < into->field->minimum
		|| (int64_t)into->length > into->field->maximum)
		return false;
	*(struct field_bytes *)into->slot = (struct field_bytes){
		memory_copy_bytes(into->context, bytes, into->length), into->length
	};
	return true;
}

static char *expect_size(const void *context, int64_t minimum, int64_t maximum, const char *what)
{
	if (minimum == maximum)
		return memory_format(context, "must be exactly %" PRId64 " %s", maximum, what);
	if (minimum == 0)
		return memory_format(context, "must be at most %" PRId64 " %s", maximum, what);
	return memory_format(
		context, "must be from %" PRId64 " to %" PRId64 " %s", minimum, maximum, what);
}

static char *expect_text(const struct field *field, const void *context)
{
	return expect_size(context, field->minimum, field->maximum, "characters");
}

static char *expect_bytes(const struct field *field, const void *context)
{
	return expect_size(context, field->minimum, field->maximum, "bytes");
}

static char *show_nothing(const struct field_from *from)
{
	(void)from;
	return NULL;
}

static char *show_text(const struct field_from *from)
{
	return memory_copy_text(from->context, *(const char *const *)from->slot);
}

static bool is_sound_text(const struct field *field)
{
	return field->minimum >= 0 && field->maximum > 0 && field->minimum <= field->maximum;
}

/* --- numbers --- */

static bool set_number(const struct field_into *into, const char *text)
{
	return text_to_number(text, into->field->minimum, into->field->maximum, into->slot);
}

static bool set_optional_number(const struct field_into *into, const char *text)
{
	struct optional_number number = { .is_set = !text_equals(text, "unlimited") };
	if (number.is_set
		&& !text_to_number(text, into->field->minimum, into->field->maximum, &number.value))
		return false;
	*(struct optional_number *)into->slot = number;
	return true;
}

static bool set_id(const struct field_into *into, const char *text)
{
	int64_t id;
	if (!text_to_number(text, 1, ID_MAXIMUM, &id))
		return false;
	*(uint64_t *)into->slot = (uint64_t)id;
	return true;
}

static char *expect_range(const void *context, int64_t minimum, int64_t maximum)
{
	return memory_format(
		context, "must be a whole number from %" PRId64 " to %" PRId64, minimum, maximum);
}

static char *expect_number(const struct field *field, const void *context)
{
	return expect_range(context, field->minimum, field->maximum);
}

static char *expect_optional_number(const struct field *field, const void *context)
{
	return memory_format(context, "%s, or %s", expect_number(field, context),
		field->source == FIELD_BODY ? "null" : "unlimited");
}

static char *expect_id(const struct field *field, const void *context)
{
	(void)field;
	return expect_range(context, 1, ID_MAXIMUM);
}

static char *show_number(const struct field_from *from)
{
	return memory_format(from->context, "%" PRId64, *(const int64_t *)from->slot);
}

static char *show_optional_number(const struct field_from *from)
{
	const struct optional_number *number = from->slot;
	return number->is_set ? memory_format(from->context, "%" PRId64, number->value) : NULL;
}

static char *show_id(const struct field_from *from)
{
	uint64_t id = *(const uint64_t *)from->slot;
	return id ? memory_format(from->context, "%" PRIu64, id) : NULL;
}

static bool is_sound_number(const struct field *field)
{
	return field->minimum <= field->maximum && (field->minimum != 0 || field->maximum != 0);
}

/* --- choices --- */

static bool set_yes_no(const struct field_into *into, const char *text)
{
	bool is_yes = text_equals(text, "yes");
	if (!is_yes && !text_equals(text, "no"))
		return false;
	*(bool *)into->slot = is_yes;
	return true;
}

static bool set_choice(const struct field_into *into, const char *text)
{
	const char *const *choices = into->field->choices;
	for (int i = 0; choices[i]; i++)
		if (text_equals(choices[i], text)) {
			*(int *)into->slot = i;
			return true;
		}
	return false;
}

static char *expect_yes_no(const struct field *field, const void *context)
{
	return memory_copy_text(context,
		field->source == FIELD_BODY ? "must be true or false" : "must be yes or no");
}

static char *expect_choice(const struct field *field, const void *context)
{
	char *text = memory_copy_text(context, "must be one of");
	for (size_t i = 0; field->choices[i]; i++)
		text = memory_format(context, "%s%s %s", text, i ? "," : "", field->choices[i]);
	return text;
}

static char *show_yes_no(const struct field_from *from)
{
	return memory_copy_text(from->context, *(const bool *)from->slot ? "yes" : "no");
}

static char *show_choice(const struct field_from *from)
{
	return memory_copy_text(from->context, from->field->choices[*(const int *)from->slot]);
}

static bool is_sound_choice(const struct field *field)
{
	return field->choices && field->choices[0];
}

/* --- days and times --- */

static bool set_date(const struct field_into *into, const char *text)
{
	return date_parse(text, into->slot);
}

static bool set_month(const struct field_into *into, const char *text)
{
	return month_parse(text, into->slot);
}

static bool set_time(const struct field_into *into, const char *text)
{
	struct optional_time time = { .is_set = true };
	if (!instant_parse(text, &time.value))
		return false;
	*(struct optional_time *)into->slot = time;
	return true;
}

static char *show_date(const struct field_from *from)
{
	char text[DATE_TEXT];
	return memory_copy_text(from->context, date_format(*(const date *)from->slot, text));
}

static char *show_month(const struct field_from *from)
{
	const struct month *month = from->slot;
	return month->month ? memory_format(from->context, "%04d-%02d", month->year, month->month)
			    : NULL;
}

static char *show_time(const struct field_from *from)
{
	const struct optional_time *time = from->slot;
	char text[INSTANT_TEXT];
	return time->is_set ? memory_copy_text(from->context, instant_format(time->value, text))
			    : NULL;
}

/* --- lists --- */

static int64_t list_maximum(const struct field *field)
{
	return field->maximum ? field->maximum : FIELD_LIST_MAXIMUM;
}

static bool is_good_word(const char *word)
{
	return text_is_utf8(word, strlen(word)) && is_one_line(word)
		&& has_length(word, 1, FIELD_LIST_WORD_MAXIMUM);
}

bool field_kind_set_words(const struct field_into *into, const char *const *words, size_t count)
{
	if ((int64_t)count < into->field->minimum || (int64_t)count > list_maximum(into->field))
		return false;
	struct text_list list = { memory_array(into->context, const char *, count), count };
	for (size_t i = 0; i < count; i++) {
		if (!is_good_word(words[i]))
			return false;
		list.items[i] = memory_copy_text(into->context, words[i]);
	}
	*(struct text_list *)into->slot = list;
	return true;
}

static char *trimmed(char *word)
{
	word += strspn(word, " \t");
	for (size_t length = strlen(word); length > 0 && strchr(" \t", word[length - 1]);)
		word[--length] = 0;
	return word;
}

static bool set_list(const struct field_into *into, const char *text)
{
	char *rest = trimmed(memory_copy_text(into->context, text));
	const char **words = NULL;
	size_t count = 0;
	while (rest && (*rest || count)) {
		words = memory_grow(into->context, words, const char *, count + 1);
		words[count++] = trimmed(strsep(&rest, ","));
	}
	return field_kind_set_words(into, words, count);
}

static char *expect_list(const struct field *field, const void *context)
{
	const char *what = field->source == FIELD_BODY ? "texts in an array"
						       : "words separated by commas";
	return expect_size(context, field->minimum, list_maximum(field), what);
}

static char *show_list(const struct field_from *from)
{
	const struct text_list *list = from->slot;
	char *text = list->count ? memory_copy_text(from->context, list->items[0]) : NULL;
	for (size_t i = 1; i < list->count; i++)
		text = memory_format(from->context, "%s, %s", text, list->items[i]);
	return text;
}

static bool is_sound_list(const struct field *field)
{
	return field->minimum >= 0 && field->maximum >= 0 && field->minimum <= list_maximum(field);
}

/* --- lists of ids --- */

static bool set_ids(const struct field_into *into, const char *text)
{
	char *rest = memory_copy_text(into->context, text);
	struct id_list list = { memory_array(into->context, uint64_t, (size_t)into->field->maximum),
		0 };
	while (rest && (*rest || list.count)) {
		int64_t id;
		if ((int64_t)list.count == into->field->maximum
			|| !text_to_number(trimmed(strsep(&rest, ",")), 1, ID_MAXIMUM, &id))
			return false;
		list.items[list.count++] = (uint64_t)id;
	}
	if ((int64_t)list.count < into->field->minimum)
		return false;
	*(struct id_list *)into->slot = list;
	return true;
}

static char *expect_ids(const struct field *field, const void *context)
{
	const char *what = field->source == FIELD_BODY ? "ids in an array"
						       : "numbers separated by commas";
	return expect_size(context, field->minimum, field->maximum, what);
}

static char *show_ids(const struct field_from *from)
{
	const struct id_list *list = from->slot;
	char *text = NULL;
	for (size_t i = 0; i < list->count; i++)
		text = text ? memory_format(from->context, "%s, %" PRIu64, text, list->items[i])
			    : memory_format(from->context, "%" PRIu64, list->items[i]);
	return text;
}

/* --- the table --- */

static const struct field_kind KINDS[] = {
	[FIELD_TEXT] = { set_text, NULL, expect_text, show_text, is_sound_text },
	[FIELD_LONG_TEXT] = { set_long_text, NULL, expect_text, show_text, is_sound_text },
	[FIELD_SLUG] = { set_slug, "must be 1 to 64 of a-z, 0-9 and single hyphens between them",
		NULL, show_text, NULL },
	[FIELD_NUMBER] = { set_number, NULL, expect_number, show_number, is_sound_number },
	[FIELD_OPTIONAL_NUMBER] = { set_optional_number, NULL, expect_optional_number,
		show_optional_number, is_sound_number },
	[FIELD_ID] = { set_id, NULL, expect_id, show_id, NULL },
	[FIELD_YES_NO] = { set_yes_no, NULL, expect_yes_no, show_yes_no, NULL },
	[FIELD_CHOICE] = { set_choice, NULL, expect_choice, show_choice, is_sound_choice },
	[FIELD_DATE] = { set_date, "must be a date like 2026-11-22", NULL, show_date, NULL },
	[FIELD_MONTH] = { set_month, "must be a month like 2026-11", NULL, show_month, NULL },
	[FIELD_TIME] = { set_time, "must be a time like 2026-11-22T03:04:05Z", NULL, show_time,
		NULL },
	[FIELD_ZONE] = { set_zone, "must be a time zone like Asia/Seoul", NULL, show_text, NULL },
	[FIELD_LIST] = { set_list, NULL, expect_list, show_list, is_sound_list },
	[FIELD_IDS] = { set_ids, NULL, expect_ids, show_ids, is_sound_text },
	[FIELD_FILE] = { set_file, "must be a path", NULL, show_text, NULL },
	[FIELD_BYTES] = { set_bytes, NULL, expect_bytes, show_nothing, is_sound_text },
};
_Static_assert(countof(KINDS) == FIELD_TYPE_COUNT, "every type of field has its row");
_Static_assert(FIELD_SLUG_MAXIMUM == 64, "as its expectation says");

const struct field_kind *field_kind_of(enum field_type type)
{
	return type > FIELD_UNSET && type < FIELD_TYPE_COUNT && KINDS[type].set ? &KINDS[type]
										: NULL;
}
