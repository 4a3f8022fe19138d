/* SPDX-License-Identifier: MIT */
/* Finds the staff account of an OpenID subject, only by issuer and subject. Does not create
 * accounts. */
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

/* Begins a session. When the groups give another role than the account has, the account gets it,
 * with an audit row. RESULT_OK; ERR_UNAUTHORIZED: no linked account may sign in; ERR_FORBIDDEN: no
 * group has a role. Refusals are recorded. */
enum result openid_staff_admit(
	struct db *db, const void *context, const struct openid_entry *entry);

/* Uses an attempt up. False when it was used before, or when the database failed (then *result is
 * set). */
bool openid_staff_use(
	struct db *db, const struct openid_attempt *attempt, instant now, enum result *result);

#endif
