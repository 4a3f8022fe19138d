/* SPDX-License-Identifier: MIT */
/* The header or the claims of a token: one JSON object, parsed strictly. Callers must not trust
 * anything before the signature is verified. */
#ifndef DOJANG_AUTH_CLAIMS_H
#define DOJANG_AUTH_CLAIMS_H

#include "base/fields.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct claims;

enum claim_state { CLAIM_ABSENT, CLAIM_GOOD, CLAIM_BAD };

/* Parses one part of a token (base64url). NULL unless it is exactly one JSON object in UTF-8
 * that has no name twice. A text with a NUL or half a surrogate pair has a control character there,
 * so it is invalid where a plain text is needed, and equal to no setting. Freed with context. */
struct claims *claims_read(const void *context, const char *part, size_t size);

bool claims_has(const struct claims *claims, const char *name); /* true for null, too */
/* The text, or NULL. Valid as long as the claims. */
const char *claims_text(const struct claims *claims, const char *name);
/* True for true, and for the text "true" that some issuers write. */
bool claims_is_true(const struct claims *claims, const char *name);
/* Reads a NumericDate: seconds since 1970 without fractions. Invalid when it is not a number,
 * negative, or beyond the year 9999. */
enum claim_state claims_time(const struct claims *claims, const char *name, int64_t *seconds);
/* True when the claim is one of the words, or an array of texts that contains one. Compared byte by
 * byte. */
enum claim_state claims_names(
	const struct claims *claims, const char *name, const struct text_list *words);
/* The number of values: the elements of an array, one for anything else, 0 when the claim is
 * absent. */
size_t claims_count(const struct claims *claims, const char *name);

#endif
