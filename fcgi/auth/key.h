/* SPDX-License-Identifier: MIT */
/* API keys of the shop's backend: "djk_<id>_<secret>". */
#ifndef DOJANG_AUTH_KEY_H
#define DOJANG_AUTH_KEY_H

#include "base/calendar.h"
#include "base/fields.h"
#include "db/db.h"

/* Rights, in the order of the column's SET. */
enum key_scope {
	SCOPE_USERS_READ = 1, SCOPE_USERS_DELETE = 2, SCOPE_POINTS_WRITE = 4, SCOPE_CLAIMS_WRITE = 8, SCOPE_STOCK_WRITE = 16,
};
extern const char *const KEY_SCOPES[];          /* their names; ends with NULL */

struct api_key { uint64_t id; unsigned scopes; };

/* RESULT_OK and *key, ERR_UNAUTHORIZED (never why), or what the database said. Notes the use, at most once a minute. */
enum result key_verify(struct db *db, const char *text, instant now, struct api_key *key);

/* Makes a key and answers its text below context: the only time that it can be seen. expires_at unset: never. */
enum result key_create(struct db *db, const void *context, const char *name, unsigned scopes, struct optional_time expires_at,
	instant now, uint64_t *id, char **text);
/* ERR_NOT_FOUND when there is no such key; revoking again is a success. */
enum result key_revoke(struct db *db, uint64_t id, instant now);
/* The scopes of a list of names; 0 and *unknown when one is not a scope. */
unsigned key_scopes_of(const struct text_list *names, const char **unknown);

#endif
