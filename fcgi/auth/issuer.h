/* SPDX-License-Identifier: MIT */
/* The issuers whose tokens are trusted, with their keys kept ready for use. */
#ifndef DOJANG_AUTH_ISSUER_H
#define DOJANG_AUTH_ISSUER_H

#include "base/calendar.h"
#include "base/settings.h"

struct issuers;

/* What a token says of its signature, taken apart by token.c. */
struct signed_text {
	enum token_algorithm algorithm; /* the issuer's, which the token named too */
	const char *kid;                /* NULL: the token names no key */
	const char *text;               /* "header.payload" as it came */
	size_t length;
	const unsigned char *signature;
	size_t signature_size;
};

/* Loads the secrets of all issuers of the settings below context. NULL and *error in words when one
 * cannot be used. */
struct issuers *issuers_load(
	const void *context, const struct settings *settings, const char **error);
size_t issuers_count(const struct issuers *issuers);
const struct issuer_settings *issuers_at(const struct issuers *issuers, size_t index);

/* The issuer with this iss, compared byte by byte; false when there is none. */
bool issuers_find(const struct issuers *issuers, const char *iss, size_t *index);
/* Did the issuer at index sign this? Where the token names a key that is not known, the issuer's
 * keys are fetched, within two seconds. */
bool issuers_verify(
	struct issuers *issuers, size_t index, const struct signed_text *text, instant now);
/* Nearly all tokens of an issuer have one header, letter by letter. The last one that stood before
 * a good signature is kept with what was read in it: true when this is it. */
bool issuers_recall_header(const struct issuers *issuers, size_t index, const char *header,
	size_t size, const char **kid);
void issuers_keep_header(
	struct issuers *issuers, size_t index, const char *header, size_t size, const char *kid);
/* For a worker's start and the time between two requests: fetches keys that are missing or have
 * become old, of one issuer a call, and costs nothing when none have. The first call waits for the
 * keys of all issuers, whoever fetches them: for some seconds at most. */
void issuers_refresh(struct issuers *issuers, instant now);
/* For people who look for a fault: NULL when the keys of the issuer at index can be had, else one
 * sentence. Takes two seconds at most. */
const char *issuers_fault(const struct issuers *issuers, const void *context, size_t index);
/* The secret that signs tokens of an HS256 issuer, else NULL. */
const char *issuers_secret(const struct issuers *issuers, size_t index);

#endif
