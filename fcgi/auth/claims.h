/* SPDX-License-Identifier: MIT */
/* The header or the claims of a token: one JSON object, read strictly. Nothing here is believed
 * before the signature was checked. */
#ifndef DOJANG_AUTH_CLAIMS_H
#define DOJANG_AUTH_CLAIMS_H

#include "base/fields.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct claims;

enum claim_state { CLAIM_ABSENT, CLAIM_GOOD, CLAIM_BAD };

/* Reads one part of a token (base64url). NULL when it is not exactly one JSON object in UTF-8,
 * without NUL, in which no object has two members of the same name. It goes with context. */
struct claims *claims_read(const void *context, const char *part, size_t size);

bool claims_has(const struct claims *claims, const char *name); /* null counts */
/* The text, or NULL when there is none; it lives as long as the claims. */
const char *claims_text(const struct claims *claims, const char *name);
/* true, or the text that some issuers write instead. */
bool claims_is_true(const struct claims *claims, const char *name);
/* NumericDate: seconds since 1970, fractions dropped; bad when it is no number, negative or beyond
 * the year 9999. */
enum claim_state claims_time(const struct claims *claims, const char *name, int64_t *seconds);
/* Good when the claim is one of the words, or an array of texts that holds one of them; byte by
 * byte. */
enum claim_state claims_names(
	const struct claims *claims, const char *name, const struct text_list *words);
/* How many values the claim has: of an array its elements, of anything else one; 0: there is no
 * such claim. */
size_t claims_count(const struct claims *claims, const char *name);

#endif
