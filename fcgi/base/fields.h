/* SPDX-License-Identifier: MIT */
/* Input fields. A field is a row with a name, a type, bounds and an offset in a struct. Paths,
 * queries and bodies of requests, options of dojangctl, settings and forms all use it, so each
 * error text exists once. */
#ifndef DOJANG_BASE_FIELDS_H
#define DOJANG_BASE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_type {
	FIELD_UNSET, /* illegal: a row without a type stops the start */
	/* const char *; minimum and maximum count characters; UTF-8 without control characters */
	FIELD_TEXT,
	FIELD_LONG_TEXT, /* the same, with line breaks and tabs */
	FIELD_SLUG,      /* const char *; a-z 0-9 and single inner hyphens, at most 64 */
	FIELD_NUMBER,    /* int64_t from minimum to maximum */
	/* struct optional_number; unset for JSON null or the word "unlimited" */
	FIELD_OPTIONAL_NUMBER,
	FIELD_ID, /* uint64_t from 1 to 2^53 - 1 */
	/* bool; "yes"/"no" as text, true/false in JSON; an option without a value is yes */
	FIELD_YES_NO,
	FIELD_CHOICE, /* int: the index in choices */
	FIELD_DATE,   /* date */
	FIELD_MONTH,  /* struct month */
	FIELD_TIME,   /* struct optional_time; RFC 3339 */
	FIELD_ZONE,   /* const char *; an IANA time zone that the system has */
	/* struct text_list; items separated by commas (text) or an array of texts (JSON). minimum
	   and maximum count the items; maximum 0 is FIELD_LIST_MAXIMUM */
	FIELD_LIST,
	/* struct id_list; ids separated by commas (text) or an array of them (JSON). minimum and
	   maximum count them */
	FIELD_IDS,
	/* const char *; the path of a file; a settings file's relative paths start at its own
	   directory */
	FIELD_FILE,
	/* struct field_bytes; an uploaded file of any encoding; minimum and maximum count bytes */
	FIELD_BYTES,
	FIELD_TYPE_COUNT
};

enum {
	FIELD_SLUG_MAXIMUM = 64,
	FIELD_LIST_MAXIMUM = 64,
	FIELD_LIST_WORD_MAXIMUM = 500,
	FIELD_FILE_MAXIMUM = 1000
};

/* A row of FIELD_ANYWHERE is found in every source. Errors of FIELD_BODY use the terms of JSON. */
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
struct id_list {
	uint64_t *items;
	size_t count;
};
struct field_bytes {
	const char *bytes; /* NULL when unset */
	size_t length;
};

struct field {
	const char *name;
	enum field_type type;
	enum field_source source;
	size_t offset;
	int64_t minimum, maximum;
	const char *const *choices; /* ends with NULL */
	const char *fallback; /* the default, used when the field is absent; NULL: the slot stays
				 zero */
	bool is_required;
	bool is_secret; /* never shown */
	const char *help;
};

/* Constructors for rows, named by the struct's member. Further members of the row follow its type:
 *
 *	PATH_FIELD(struct stock_form, product, FIELD_ID),
 *	BODY_FIELD(struct stock_form, reason, FIELD_TEXT, FIELD_RANGE(1, 200), .is_required = true),
 */
#define FIELD_NAMED(name_, source_, struct_, member_, ...) \
	{ \
		.name = (name_), .source = (source_), .offset = offsetof(struct_, member_), \
		.type = __VA_ARGS__ \
	}
#define FIELD(struct_, member_, ...) \
	FIELD_NAMED(#member_, FIELD_ANYWHERE, struct_, member_, __VA_ARGS__)
#define QUERY_FIELD(struct_, member_, ...) \
	FIELD_NAMED(#member_, FIELD_QUERY, struct_, member_, __VA_ARGS__)
#define BODY_FIELD(struct_, member_, ...) \
	FIELD_NAMED(#member_, FIELD_BODY, struct_, member_, __VA_ARGS__)
/* A part of the path is always there. */
#define PATH_FIELD(struct_, member_, ...) \
	FIELD_NAMED(#member_, FIELD_PATH, struct_, member_, __VA_ARGS__, .is_required = true)
#define FIELD_RANGE(minimum_, maximum_) .minimum = (minimum_), .maximum = (maximum_)

struct field_error {
	const char *field;
	const char *detail;
};
struct field_errors {
	struct field_error *items;
	size_t count;
};

/* A table ends with a row whose name is NULL. Returns the first invalid row, or NULL. A row is
 * invalid without a type, with reversed bounds, with a default that is also required or invalid, or
 * with a name that occurred before. */
const struct field *field_table_fault(const struct field *table);
/* Returns NULL when there is none. source FIELD_ANYWHERE matches every source. */
const struct field *field_find(
	const struct field *table, const char *name, enum field_source source);

/* Parses text into the field's slot in target; allocates below context. Returns NULL, or an error
 * ("must be …"). */
const char *field_set(const struct field *field, const void *context, void *target,
	const char *text, size_t length);
/* The same for a FIELD_LIST whose items are separate, as in a JSON array, and may contain commas.
 * Every text is copied. */
const char *field_set_list(const struct field *field, const void *context, void *target,
	const char *const *words, size_t count);
/* Sets each field's default. Defaults are part of the program: an invalid one aborts. */
void field_set_fallbacks(const struct field *table, const void *context, void *target);
/* Describes a valid value, for errors and help: "must be a whole number from 1 to 200". */
const char *field_expectation(const struct field *field, const void *context);
/* Formats the slot, for showing settings. NULL when unset; "(hidden)" for a secret that is set. */
const char *field_show(const struct field *field, const void *context, const void *target);

void field_errors_add(
	struct field_errors *errors, const void *context, const char *field, const char *detail);

#endif
