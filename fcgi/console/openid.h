/* SPDX-License-Identifier: MIT */
/* Fields of signing in by OpenID and of linking accounts. */
#ifndef DOJANG_CONSOLE_OPENID_H
#define DOJANG_CONSOLE_OPENID_H

#include "auth/openid_attempt.h"
#include "base/fields.h"
#include "console/service.h"

struct openid_return_fields {
	const char *code, *state, *iss, *error;
};
extern const struct field OPENID_RETURN_FIELDS[];

struct openid_own_form {
	const char *current_password;
};
extern const struct field OPENID_OWN_FIELDS[];

struct openid_staff_form {
	uint64_t staff;
	const char *subject;
	bool removes_password;
};
extern const struct field OPENID_STAFF_FIELDS[], OPENID_STAFF_ASK_FIELDS[];

/* Shows the result of an attempt: "openid.OUTCOME" of the catalogue. Returns result; the attempt is
 * over. */
enum result openid_tell(
	const struct call *call, struct response *out, const char *outcome, enum result result);
void openid_log(const struct call *call, const char *why);

#endif
