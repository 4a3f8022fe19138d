/* SPDX-License-Identifier: MIT */
/* The types of fields, one row each. For fields.c alone. */
#ifndef DOJANG_BASE_FIELD_KINDS_H
#define DOJANG_BASE_FIELD_KINDS_H

#include "base/fields.h"

/* Where a value goes, and where it is looked at. */
struct field_into {
	const struct field *field;
	const void *context;
	void *slot;
};
struct field_from {
	const struct field *field;
	const void *context;
	const void *slot;
};

struct field_kind {
	/* text is well-formed UTF-8; false: it is not what the expectation says, and the slot is as
	 * before. */
	bool (*set)(const struct field_into *into, const char *text);
	const char *words; /* the expectation of every field of this type … */
	/* … or, where it depends on the row */
	char *(*expectation)(const struct field *field, const void *context);
	/* NULL: unset */
	char *(*show)(const struct field_from *from);
	/* do bounds and choices make sense? NULL: they are not looked at */
	bool (*is_sound)(const struct field *field);
};

/* NULL for a type that there is not. */
const struct field_kind *field_kind_of(enum field_type type);
bool field_kind_set_words(const struct field_into *into, const char *const *words, size_t count);

#endif
