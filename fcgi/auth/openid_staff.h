/* SPDX-License-Identifier: MIT */
/* From a subject of the OpenID provider to a person of staff, by (issuer, subject) alone. Nobody
 * becomes staff here. */
#ifndef DOJANG_AUTH_OPENID_STAFF_H
#define DOJANG_AUTH_OPENID_STAFF_H

#include "auth/id_token.h"
#include "auth/openid_attempt.h"
#include "db/db.h"

struct openid_entry {
	const char *secret; /* the server's */
	const struct openid_settings *settings;
	const struct id_token *token;
	const char *session; /* the new cookie's value */
	const char *address;
	instant now;
};

/* Begins a session; where the groups give another role than the account had, the account gets it,
 * with its audit row. RESULT_OK; ERR_UNAUTHORIZED: linked to nobody who may sign in; ERR_FORBIDDEN:
 * in no group that has a role. Refusals are noted. */
enum result openid_staff_admit(
	struct db *db, const void *context, const struct openid_entry *entry);

/* Uses up an attempt: false when it was used before (or the database cannot say: then *result). */
bool openid_staff_use(
	struct db *db, const struct openid_attempt *attempt, instant now, enum result *result);

#endif
