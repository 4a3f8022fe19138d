/* SPDX-License-Identifier: MIT */
/* Formats values for a language: numbers, dates and times; parses names of values. */
#include "web/catalogue.h"

#include "base/calendar.h"
#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SEGMENTS_MAXIMUM = 8, DAY_SECONDS = 86400 };

static const char *const FORMS[] = { [FORM_PLAIN] = NULL,
	[FORM_NUMBER] = "number",
	[FORM_DATE] = "date",
	[FORM_TIME] = "time",
	[FORM_SHORT] = "short" };
static const char *const CODES[] = { [LANGUAGE_KO] = "ko", [LANGUAGE_EN] = "en" };
_Static_assert(countof(CODES) == LANGUAGE_COUNT, "every language has its code");

bool language_find(const char *code, enum language *language)
{
	for (size_t i = 0; i < LANGUAGE_COUNT; i++)
		if (text_equals(code, CODES[i])) {
			*language = (enum language)i;
			return true;
		}
	return false;
}

const char *language_code(enum language language)
{
	return CODES[language];
}

/* --- names --- */

static bool is_segment(const char *text)
{
	size_t length = strspn(
		text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	return length > 0 && text[length] == 0;
}

static bool find_form(const char *name, enum value_form *form)
{
	for (size_t i = FORM_NUMBER; i < countof(FORMS); i++)
		if (strcmp(name, FORMS[i]) == 0) {
			*form = (enum value_form)i;
			return true;
		}
	return false;
}

bool value_name_parse(const void *context, const char *bytes, size_t length, struct value_name *out)
{
	char *text = memory_copy_bytes(context, bytes, length);
	char *bar = strchr(text, '|');
	*out = (struct value_name){ .text = text };
	if (bar) {
		*bar = 0;
		if (!find_form(bar + 1, &out->form))
			return false;
	}
	if (strcmp(text, ".") == 0)
		return true;
	const char **segments = memory_array(context, const char *, SEGMENTS_MAXIMUM);
	char *rest = memory_copy_text(context, text);
	for (char *segment; (segment = strsep(&rest, ".")) != NULL; out->segment_count++) {
		if (out->segment_count == SEGMENTS_MAXIMUM || !is_segment(segment))
			return false;
		segments[out->segment_count] = segment;
	}
	out->segments = segments;
	return true;
}

/* --- formats --- */

/* 1234567 as 1,234,567, in Korean and English. */
static const char *format_number(const void *context, json_object *value)
{
	if (!json_object_is_type(value, json_type_int))
		return NULL;
	char digits[24];
	int64_t number = json_object_get_int64(value);
	int length = snprintf(digits, sizeof digits, "%" PRIu64,
		number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
	struct writer out = { .context = context };
	if (number < 0)
		writer_put_text(&out, "-");
	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			writer_put_text(&out, ",");
		writer_put(&out, digits + i, 1);
	}
	return writer_text(&out);
}

static const char *const MONTHS[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
	"Oct", "Nov", "Dec" };

static const char *date_text(const void *context, enum language language, date day)
{
	struct month month = date_month(day);
	int of_month = day.day - month_first(month).day + 1;
	if (language == LANGUAGE_KO)
		return memory_format(context, "%d년 %d월 %d일", month.year, month.month, of_month);
	return memory_format(context, "%d %s %d", of_month, MONTHS[month.month - 1], month.year);
}

static const char *format_date(const void *context, enum language language, json_object *value)
{
	date day;
	if (!json_object_is_type(value, json_type_string)
		|| !date_parse(json_object_get_string(value), &day))
		return NULL;
	return date_text(context, language, day);
}

static const char *format_time(
	const void *context, enum language language, const char *time_zone, json_object *value)
{
	instant time;
	if (!json_object_is_type(value, json_type_string)
		|| !instant_parse(json_object_get_string(value), &time))
		return NULL;
	int64_t local = time.seconds + zone_offset(time_zone, time);
	int minutes = (int)(local % DAY_SECONDS / 60);
	const char *day = date_text(context, language, (date){ (int32_t)(local / DAY_SECONDS) });
	return memory_format(context, language == LANGUAGE_KO ? "%s %02d:%02d" : "%s, %02d:%02d",
		day, minutes / 60, minutes % 60);
}

/* For tables: the year is left out if it is the present one. */
static const char *format_short(const void *context, enum language language, const char *time_zone,
	instant now, json_object *value)
{
	instant time;
	if (!json_object_is_type(value, json_type_string)
		|| !instant_parse(json_object_get_string(value), &time))
		return NULL;
	date day = zone_date(time_zone, time);
	struct month month = date_month(day);
	if (month.year != date_month(zone_date(time_zone, now)).year)
		return format_time(context, language, time_zone, value);
	int of_month = day.day - month_first(month).day + 1;
	int minutes = (int)((time.seconds + zone_offset(time_zone, time)) % DAY_SECONDS / 60);
	if (language == LANGUAGE_KO)
		return memory_format(context, "%d/%d %02d:%02d", month.month, of_month,
			minutes / 60, minutes % 60);
	return memory_format(context, "%d %s, %02d:%02d", of_month, MONTHS[month.month - 1],
		minutes / 60, minutes % 60);
}

static const char *format_plain(const void *context, json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_null: return "";
	case json_type_string:
	case json_type_int:
	case json_type_double:
	case json_type_boolean: return memory_copy_text(context, json_object_get_string(value));
	default: return NULL; /* lists and objects cannot be formatted */
	}
}

const char *format_value(const void *context, enum language language, const char *time_zone,
	instant now, enum value_form form, json_object *value)
{
	if (!value)
		return "";
	switch (form) {
	case FORM_NUMBER: return format_number(context, value);
	case FORM_DATE: return format_date(context, language, value);
	case FORM_TIME: return format_time(context, language, time_zone, value);
	case FORM_SHORT: return format_short(context, language, time_zone, now, value);
	default: return format_plain(context, value);
	}
}
