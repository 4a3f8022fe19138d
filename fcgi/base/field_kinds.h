/* SPDX-License-Identifier: MIT */
/* The table of field types. Only for fields.c. */
#ifndef DOJANG_BASE_FIELD_KINDS_H
#define DOJANG_BASE_FIELD_KINDS_H

#include "base/fields.h"

/* Where a value is stored, and where it is read from. */
struct field_into {
	const struct field *field;
	const void *context;
	void *slot;
	size_t length; /* of the text */
};
struct field_from {
	const struct field *field;
	const void *context;
	const void *slot;
};

struct field_kind {
	/* text is well-formed UTF-8, or any bytes for FIELD_BYTES. False when it does not meet the
	 * expectation; the slot is then unchanged. */
	bool (*set)(const struct field_into *into, const char *text);
	const char *words; /* the expectation of every field of this type, */
	/* or, when it depends on the row: */
	char *(*expectation)(const struct field *field, const void *context);
	/* NULL: unset */
	char *(*show)(const struct field_from *from);
	/* checks bounds and choices of a row; NULL: they are not used */
	bool (*is_sound)(const struct field *field);
};

/* NULL for an unknown type. */
const struct field_kind *field_kind_of(enum field_type type);
bool field_kind_set_words(const struct field_into *into, const char *const *words, size_t count);

#endif
