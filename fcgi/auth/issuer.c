/* SPDX-License-Identifier: MIT */
/* Finds the trusted issuer of a token and verifies its signature. */
#include "auth/issuer.h"

#include "auth/fetch.h"
#include "auth/jwks.h"
#include "auth/secrets.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

#include <poll.h>
#include <string.h>

struct issuer {
	const struct issuer_settings *settings;
	struct secrets *secrets; /* for an HS256 issuer, else NULL */
	/* the last accepted header, as received; NULL: none yet */
	char *header;
	char *kid;
};

struct issuers {
	struct issuer *items;
	size_t count;
	struct jwks *jwks; /* the keys of all other issuers */
	bool is_prepared;
};

enum { PAUSE_MILLISECONDS = 20 };

/* --- loading --- */

static bool load_issuer(struct issuer *issuer, const struct issuer_settings *settings,
	const void *context, const char **error)
{
	issuer->settings = settings;
	if (settings->algorithm == ALGORITHM_HS256)
		issuer->secrets = secrets_load(context, settings, error);
	return settings->algorithm != ALGORITHM_HS256 || issuer->secrets;
}

struct issuers *issuers_load(
	const void *context, const struct settings *settings, const char **error)
{
	struct issuers *issuers = memory_new(context, struct issuers);
	issuers->items = memory_array(issuers, struct issuer, settings->issuer_count);
	issuers->jwks = jwks_new(issuers, settings);
	for (size_t i = 0; i < settings->issuer_count; i++)
		if (!load_issuer(&issuers->items[issuers->count++], &settings->issuers[i], issuers,
			    error))
			return NULL;
	return issuers;
}

/* Workers that start at the same time share the fetches, and each waits for the file. */
static void wait_for_keys(struct jwks *jwks, instant now)
{
	int64_t deadline = clock_monotonic_ms() + FETCH_MILLISECONDS;
	while (!jwks_is_complete(jwks) && clock_monotonic_ms() < deadline) {
		jwks_refresh(jwks, now);
		(void)poll(NULL, 0, PAUSE_MILLISECONDS);
	}
}

void issuers_refresh(struct issuers *issuers, instant now)
{
	if (!issuers->is_prepared)
		wait_for_keys(issuers->jwks, now);
	issuers->is_prepared = true;
	jwks_refresh(issuers->jwks, now);
}

/* --- use --- */

size_t issuers_count(const struct issuers *issuers)
{
	return issuers->count;
}

const struct issuer_settings *issuers_at(const struct issuers *issuers, size_t index)
{
	return issuers->items[index].settings;
}

bool issuers_find(const struct issuers *issuers, const char *iss, size_t *index)
{
	for (*index = 0; *index < issuers->count; ++*index)
		if (text_equals(issuers->items[*index].settings->iss, iss))
			return true;
	return false;
}

bool issuers_verify(
	struct issuers *issuers, size_t index, const struct signed_text *text, instant now)
{
	const struct issuer *issuer = &issuers->items[index];
	if ((int)text->algorithm != issuer->settings->algorithm)
		return false;
	if (text->algorithm != ALGORITHM_HS256)
		return jwks_verify(issuers->jwks, index, text, now);
	return secrets_verify(
		issuer->secrets, text->text, text->length, text->signature, text->signature_size);
}

bool issuers_recall_header(const struct issuers *issuers, size_t index, const char *header,
	size_t size, const char **kid)
{
	const struct issuer *issuer = &issuers->items[index];
	if (!issuer->header || strncmp(issuer->header, header, size) != 0
		|| issuer->header[size] != 0)
		return false;
	*kid = issuer->kid;
	return true;
}

void issuers_keep_header(
	struct issuers *issuers, size_t index, const char *header, size_t size, const char *kid)
{
	struct issuer *issuer = &issuers->items[index];
	memory_free(issuer->header);
	memory_free(issuer->kid);
	issuer->header = memory_copy_bytes(issuers, header, size);
	issuer->kid = memory_copy_text(issuers, kid);
}

const char *issuers_fault(
	const struct issuers *issuers, const void *context, size_t index, struct ignored *ignored)
{
	return jwks_fault(issuers->jwks, context, index, ignored);
}

const char *issuers_secret(const struct issuers *issuers, size_t index)
{
	return issuers->items[index].secrets ? secrets_first(issuers->items[index].secrets) : NULL;
}
