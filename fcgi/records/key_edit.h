/* SPDX-License-Identifier: MIT */
/* API keys of the shop's backend: creating, rotating, revoking. The secret belongs to the module
 * auth; this module stores its hash. */
#ifndef DOJANG_RECORDS_KEY_EDIT_H
#define DOJANG_RECORDS_KEY_EDIT_H

#include "records/edit.h"

enum { KEY_OVERLAP_HOURS_MAXIMUM = 30 * 24 };

struct key_draft {
	const char *name;
	unsigned scopes;                 /* bits, in the order of the SET in the column */
	struct optional_time expires_at; /* unset: never */
	struct db_value hash;
};

/* RESULT_CREATED, or ERR_INVALID: "scopes" (none), "expires" (not in the future). */
enum result key_edit_add(struct edit *edit, const struct key_draft *draft, uint64_t *id);

/* The replacement of a key: it gets its name and scopes. */
struct key_rotation {
	uint64_t key;
	int64_t overlap_hours;
	struct optional_time expires_at;
	struct db_value hash;
};

/* The new key is valid at once; the old one ends after the overlap, or earlier if it would have.
 * RESULT_CREATED; ERR_NOT_FOUND; ERR_CONFLICT: the old key is no longer valid; ERR_INVALID:
 * "expires". */
enum result key_edit_rotate(struct edit *edit, const struct key_rotation *rotation, uint64_t *id);

/* RESULT_OK, also when it was revoked before; ERR_NOT_FOUND. */
enum result key_edit_revoke(struct edit *edit, uint64_t key);

#endif
