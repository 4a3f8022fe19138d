/* SPDX-License-Identifier: MIT */
/* API keys of the shop's backend: "djk_<id>_<secret>". */
#ifndef DOJANG_AUTH_KEY_H
#define DOJANG_AUTH_KEY_H

#include "base/calendar.h"
#include "base/fields.h"
#include "db/db.h"

/* Rights, in the order of the SET in the column. */
enum key_scope {
	SCOPE_USERS_READ = 1,
	SCOPE_USERS_DELETE = 2,
	SCOPE_POINTS_WRITE = 4,
	SCOPE_CLAIMS_WRITE = 8,
	SCOPE_STOCK_WRITE = 16,
	SCOPE_USERS_EXPORT = 32,
	SCOPE_EVENTS_READ = 64,
	SCOPE_CLAIMS_READ = 128,
	SCOPE_STOCK_READ = 256,
	SCOPE_ATTENDANCE_WRITE = 512,
	SCOPE_PAYOUTS_WRITE = 1024,
};
extern const char *const KEY_SCOPES[]; /* their names, ending with NULL */

enum { KEY_HASH_BYTES = 32 };

struct api_key {
	uint64_t id;
	unsigned scopes;
};

/* RESULT_OK and *key; ERR_UNAUTHORIZED (without the reason); or the database's result. Records the
 * use, at most once a minute. */
enum result key_verify(struct db *db, const char *text, instant now, struct api_key *key);

/* Makes a new secret. Its hash is stored; its text is for key_text and is shown only once. */
struct key_secret {
	unsigned char hash[KEY_HASH_BYTES];
	const char *text;
};
struct key_secret key_secret_new(const void *context);
/* The key text for the row id, below context. */
const char *key_text(const void *context, uint64_t id, const struct key_secret *secret);

/* The scopes of a list of names. Returns 0 and sets *unknown when one is not a scope. */
unsigned key_scopes_of(const struct text_list *names, const char **unknown);

#endif
