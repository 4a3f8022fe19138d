/* SPDX-License-Identifier: MIT */
/* Bearer tokens (JWT, RFC 7519; best practices of RFC 8725). A valid token of a configured issuer
 * gives an identity. */
#ifndef DOJANG_AUTH_TOKEN_H
#define DOJANG_AUTH_TOKEN_H

#include "auth/issuer.h"
#include "base/calendar.h"

enum {
	TOKEN_MAXIMUM = 8192,
	TOKEN_SKEW_SECONDS = 60,
	SUBJECT_MAXIMUM = 255,
	USERNAME_MAXIMUM = 255
};

struct identity {
	size_t issuer; /* its index in the settings */
	/* 1 to SUBJECT_MAXIMUM bytes of UTF-8, compared byte by byte */
	const char *subject;
	const char *username;      /* from the configured claim; NULL: the token has none */
	bool has_email, has_phone; /* has a verified one, by the standard claims */
	/* when the account was created, by the configured claim */
	struct optional_time account_start;
};

/* True when token is valid at now. The texts of identity are allocated below context. The reason of
 * a failure is neither returned nor logged, so that no answer can reveal it. */
bool token_verify(struct issuers *issuers, const void *context, const char *token, instant now,
	struct identity *identity);

/* The token of an Authorization header ("Bearer …", the scheme in any case), or NULL. */
const char *token_of_header(const char *authorization);

/* True when a token may have this subject. */
bool token_is_subject(const char *text);

#endif
