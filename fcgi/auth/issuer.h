/* SPDX-License-Identifier: MIT */
/* The trusted issuers of tokens, with their parsed keys. */
#ifndef DOJANG_AUTH_ISSUER_H
#define DOJANG_AUTH_ISSUER_H

#include "auth/ignored.h"
#include "base/calendar.h"
#include "base/settings.h"

struct issuers;

/* The signed part and the signature of a token, split by token.c. */
struct signed_text {
	enum token_algorithm algorithm; /* the issuer's algorithm, which the token must name */
	const char *kid;                /* NULL: the token has none */
	const char *text;               /* "header.payload" as received */
	size_t length;
	const unsigned char *signature;
	size_t signature_size;
};

/* Loads the secrets of all issuers of the settings, below context. Returns NULL and sets *error to
 * a sentence when one cannot be used. */
struct issuers *issuers_load(
	const void *context, const struct settings *settings, const char **error);
size_t issuers_count(const struct issuers *issuers);
const struct issuer_settings *issuers_at(const struct issuers *issuers, size_t index);

/* Finds the issuer with this iss, compared byte by byte; false when there is none. */
bool issuers_find(const struct issuers *issuers, const char *iss, size_t *index);
/* True when the issuer at index signed this. For an unknown key id, the issuer's keys are fetched,
 * within two seconds. */
bool issuers_verify(
	struct issuers *issuers, size_t index, const struct signed_text *text, instant now);
/* Nearly all tokens of an issuer have the same header. The last header of an accepted token is kept
 * with its parsed content. True when this header is equal. */
bool issuers_recall_header(const struct issuers *issuers, size_t index, const char *header,
	size_t size, const char **kid);
void issuers_keep_header(
	struct issuers *issuers, size_t index, const char *header, size_t size, const char *kid);
/* Called at the start of a worker and between requests. Fetches missing or old keys, of one issuer
 * per call; free when none are due. The first call waits for the keys of all issuers, whichever
 * worker fetches them, for some seconds at most. */
void issuers_refresh(struct issuers *issuers, instant now);
/* For diagnosis: NULL when the keys of the issuer at index can be fetched, else one sentence. Takes
 * at most two seconds. Adds the published keys that are not used to ignored. */
const char *issuers_fault(
	const struct issuers *issuers, const void *context, size_t index, struct ignored *ignored);
/* The signing secret of an HS256 issuer, else NULL. */
const char *issuers_secret(const struct issuers *issuers, size_t index);

#endif
