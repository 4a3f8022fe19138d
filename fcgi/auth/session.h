/* SPDX-License-Identifier: MIT */
/* Sessions of staff: a random value in a cookie, and its SHA-256 in the database. The CSRF token of
 * a page is derived from that value, so it is not stored. */
#ifndef DOJANG_AUTH_SESSION_H
#define DOJANG_AUTH_SESSION_H

#include "base/calendar.h"
#include "db/db.h"

enum { SESSION_IDLE_SECONDS = 2 * 3600, SESSION_ABSOLUTE_SECONDS = 12 * 3600 };

enum staff_role { STAFF_VIEWER, STAFF_MANAGER, STAFF_OWNER };
extern const char *const STAFF_ROLES[]; /* in the order of enum staff_role, ending with NULL */

struct session {
	uint64_t id;
	uint64_t staff;
	const char *email, *name;
	enum staff_role role;
	const char *language; /* "ko", "en"; NULL: not chosen */
	int64_t dead_letters; /* for the banner; 1000 means 1000 or more */
};

/* A new cookie value, below context. */
char *session_token(const void *context);
/* The CSRF token of forms for this cookie value; secret is the server's. */
char *session_csrf(const void *context, const char *secret, const char *token);
bool session_csrf_is_good(const char *secret, const char *token, const char *csrf);

/* by "password" or "openid", for the audit log */
struct session_start {
	uint64_t staff;
	const char *token, *by, *address;
	instant now;
};

/* Begins or ends a session, with a row in the audit log. */
enum result session_begin(struct db *db, const struct session_start *start);
/* The same, inside a transaction. */
void session_insert(struct db *db, const struct session_start *start);
/* RESULT_OK with the session. ERR_UNAUTHORIZED when it does not exist, was idle too long, is too
 * old, or the account is disabled. */
enum result session_find(struct db *db, const void *context, const char *token, instant now,
	struct session *session);
enum result session_end(struct db *db, const char *token, const char *address, instant now);
/* Ends all sessions of a person. */
enum result session_end_all(struct db *db, uint64_t staff, const char *address, instant now);
enum result session_choose_language(struct db *db, uint64_t staff, const char *language);

#endif
