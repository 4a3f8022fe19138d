/* SPDX-License-Identifier: MIT */
/* Fields of the pages about staff, the audit log and the settings. */
#ifndef DOJANG_CONSOLE_STAFF_H
#define DOJANG_CONSOLE_STAFF_H

#include "base/fields.h"

struct cursor_fields {
	const char *cursor;
};
extern const struct field CURSOR_FIELDS[];

struct staff_list_fields {
	const char *cursor, *role, *state;
};
extern const struct field STAFF_LIST_FIELDS[];

struct audit_fields {
	const char *cursor, *who, *about, *number;
};
extern const struct field AUDIT_FIELDS[];

struct staff_form {
	uint64_t staff;
	const char *email, *name, *password, *current_password;
	int role, state;
	int64_t version;
};
extern const struct field STAFF_FIELDS[], STAFF_NEW_FIELDS[], STAFF_EDIT_FIELDS[],
	STAFF_PASSWORD_FIELDS[], ACCOUNT_FIELDS[];

#endif
