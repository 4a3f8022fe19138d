/* SPDX-License-Identifier: MIT */
/* One mechanism for what comes from outside: a field is a row with a name, a type, bounds and a
 * place in a struct. Path, query and body of requests, options of dojangctl, settings and forms all
 * use it, so that each error is worded in one place. */
#ifndef DOJANG_BASE_FIELDS_H
#define DOJANG_BASE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_type {
	FIELD_UNSET, /* illegal: a row that forgot its type does not start */
	/* const char *; minimum and maximum count characters; UTF-8 without control characters */
	FIELD_TEXT,
	FIELD_LONG_TEXT, /* the same, line breaks and tabs allowed */
	FIELD_SLUG,      /* const char *; a-z 0-9 and single inner hyphens, at most 64 */
	FIELD_NUMBER,    /* int64_t from minimum to maximum */
	/* struct optional_number; JSON null or the word "unlimited" leave it unset */
	FIELD_OPTIONAL_NUMBER,
	FIELD_ID, /* uint64_t from 1 to 2^53 - 1 */
	/* bool; "yes"/"no" as text, true/false in JSON; an option without value is yes */
	FIELD_YES_NO,
	FIELD_CHOICE, /* int: the index in choices */
	FIELD_DATE,   /* date */
	FIELD_MONTH,  /* struct month */
	FIELD_TIME,   /* struct optional_time; RFC 3339 */
	FIELD_ZONE,   /* const char *; an IANA time zone the system knows */
	/* struct text_list; words separated by commas (text) or an array of texts (JSON); minimum
	   and maximum count them (maximum 0: FIELD_LIST_MAXIMUM) */
	FIELD_LIST,
	/* const char *; the path of a file; a settings file's relative paths start at its own
	   directory */
	FIELD_FILE,
	FIELD_TYPE_COUNT
};

enum {
	FIELD_SLUG_MAXIMUM = 64,
	FIELD_LIST_MAXIMUM = 64,
	FIELD_LIST_WORD_MAXIMUM = 500,
	FIELD_FILE_MAXIMUM = 1000
};

/* A row of FIELD_ANYWHERE is found in every place. Of FIELD_BODY, the wording of errors is that of
 * JSON. */
enum field_source { FIELD_ANYWHERE, FIELD_PATH, FIELD_QUERY, FIELD_BODY };

#include "base/calendar.h"

struct optional_number {
	bool is_set;
	int64_t value;
};
struct optional_time {
	bool is_set;
	instant value;
};
struct text_list {
	const char **items;
	size_t count;
};

struct field {
	const char *name;
	enum field_type type;
	enum field_source source;
	size_t offset;
	int64_t minimum, maximum;
	const char *const *choices; /* ends with NULL */
	const char *fallback;       /* used when absent; NULL: the slot stays zero */
	bool is_required;
	bool is_secret; /* never shown */
	const char *help;
};

struct field_error {
	const char *field;
	const char *detail;
};
struct field_errors {
	struct field_error *items;
	size_t count;
};

/* A table ends with a row whose name is NULL. Answers the first row that cannot work (no type,
 * bounds the wrong way, a fallback that is required or bad, a name that was there before), or NULL.
 */
const struct field *field_table_fault(const struct field *table);
/* NULL: there is none. source FIELD_ANYWHERE: wherever it comes from. */
const struct field *field_find(
	const struct field *table, const char *name, enum field_source source);

/* Parses text into the field's slot in target; allocates below context. Answers NULL, or what is
 * wrong ("must be …"). */
const char *field_set(const struct field *field, const void *context, void *target,
	const char *text, size_t length);
/* The same for a FIELD_LIST whose words come one by one, as an array of JSON does: they may hold
 * commas. Every text is copied. */
const char *field_set_list(const struct field *field, const void *context, void *target,
	const char *const *words, size_t count);
/* Each field's fallback into its slot. Fallbacks are part of the program: a bad one aborts. */
void field_set_fallbacks(const struct field *table, const void *context, void *target);
/* What a good value is, for errors and help: "must be a whole number from 1 to 200". */
const char *field_expectation(const struct field *field, const void *context);
/* The slot as text, for showing settings; NULL when unset; "(hidden)" for a secret that is set. */
const char *field_show(const struct field *field, const void *context, const void *target);

void field_errors_add(
	struct field_errors *errors, const void *context, const char *field, const char *detail);

#endif
