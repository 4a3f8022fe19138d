/* SPDX-License-Identifier: MIT */
/* Staff accounts: creating, changing, disabling. The audit log has the roles, never a name. */
#ifndef DOJANG_RECORDS_STAFF_EDIT_H
#define DOJANG_RECORDS_STAFF_EDIT_H

#include "records/edit.h"

/* email in lower case; password is a hash, NULL: none */
struct staff_draft {
	const char *email, *name, *role, *password;
};

/* RESULT_CREATED, or ERR_CONFLICT: the e-mail address is taken. */
enum result staff_edit_add(struct edit *edit, const struct staff_draft *draft, uint64_t *id);

/* NULL: unchanged; version 0: any */
struct staff_change {
	uint64_t id;
	const char *name, *role, *state;
	uint64_t version;
};

/* RESULT_OK; ERR_NOT_FOUND; ERR_CONFLICT: changed by somebody else meanwhile, or no owner would be
 * left. Disabling ends all sessions. */
enum result staff_edit_change(struct edit *edit, const struct staff_change *change);
/* A new password ends all sessions, and the lock after failed sign-ins. */
enum result staff_edit_password(struct edit *edit, uint64_t id, const char *password);
/* Ends the lock after failed sign-ins. */
enum result staff_edit_unlock(struct edit *edit, uint64_t id);
/* Links the account to a subject of the OpenID provider, or to none (subject NULL). If this removes
 * a way to sign in (the previous link or the password), all sessions end, unless the person does it
 * (is_own). ERR_CONFLICT: another account has the subject. */
struct staff_link {
	uint64_t id;
	const char *issuer, *subject;
	bool removes_password, is_own;
};
enum result staff_edit_link(struct edit *edit, const struct staff_link *link);
/* ERR_NOT_FOUND, recorded. */
enum result staff_edit_find(struct edit *edit, const char *email, uint64_t *id);

#endif
