/* SPDX-License-Identifier: MIT */
/* Keys of the shop's backend: made, replaced, ended. The secret is auth's business; here it is the
 * hash that is kept. */
#ifndef DOJANG_RECORDS_KEY_EDIT_H
#define DOJANG_RECORDS_KEY_EDIT_H

#include "records/edit.h"

enum { KEY_OVERLAP_HOURS_MAXIMUM = 30 * 24 };

struct key_draft {
	const char *name;
	unsigned scopes;                 /* bits, in the order of the column's SET */
	struct optional_time expires_at; /* unset: never */
	struct db_value hash;
};

/* RESULT_CREATED, or ERR_INVALID: "scopes" (none), "expires" (not in the future). */
enum result key_edit_add(struct edit *edit, const struct key_draft *draft, uint64_t *id);

/* Of the key that takes the place of another, with its name and its scopes. */
struct key_rotation {
	uint64_t key;
	int64_t overlap_hours;
	struct optional_time expires_at;
	struct db_value hash;
};

/* The new key is good at once, the old one ends after the overlap (or before, if it would have).
 * RESULT_CREATED; ERR_NOT_FOUND; ERR_CONFLICT: the old key is good for nothing any more;
 * ERR_INVALID: "expires". */
enum result key_edit_rotate(struct edit *edit, const struct key_rotation *rotation, uint64_t *id);

/* RESULT_OK, also when it was revoked before; ERR_NOT_FOUND. */
enum result key_edit_revoke(struct edit *edit, uint64_t key);

#endif
