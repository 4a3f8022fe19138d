/* SPDX-License-Identifier: MIT */
/* Makes tokens, for dojangctl token and the demo. A program that uses this links libjwt. */
#ifndef DOJANG_AUTH_TOKEN_ISSUE_H
#define DOJANG_AUTH_TOKEN_ISSUE_H

#include "auth/token.h"

/* Makes an HS256 token of the issuer at index. NULL when the
 * issuer has no secret, or the subject is invalid. */
char *token_issue(const struct issuers *issuers, const void *context, size_t index,
	const char *subject, instant now, int64_t seconds);

#endif
