/* SPDX-License-Identifier: MIT */
/* Turns a bearer token into an identity. Checks form, issuer, claims, algorithm and signature;
 * nothing is trusted before all checks passed. */
#include "auth/token.h"

#include "auth/claims.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>

struct span {
	const char *text;
	size_t size;
};

struct parts {
	struct span header, payload, signature;
};

static const char *const ALGORITHMS[] = {
	[ALGORITHM_HS256] = "HS256", [ALGORITHM_RS256] = "RS256", [ALGORITHM_ES256] = "ES256"
};

/* When the token has a type, it must be one of these, so that a logout token or another kind is not
 * accepted. */
static const char *const TYPES[] = { "JWT", "at+jwt", "application/at+jwt" };

/* --- form --- */

/* Reads the part up to end (a dot or the NUL) and moves *from past it. False when it is empty or
 * ends differently. */
static bool take(const char **from, char end, struct span *part)
{
	part->text = *from;
	part->size = strcspn(*from, ".");
	*from += part->size;
	if (part->size == 0 || **from != end)
		return false;
	*from += end != 0;
	return true;
}

static bool split(const char *token, struct parts *parts)
{
	return strnlen(token, TOKEN_MAXIMUM + 1) <= TOKEN_MAXIMUM
		&& take(&token, '.', &parts->header) && take(&token, '.', &parts->payload)
		&& take(&token, 0, &parts->signature);
}

/* --- header --- */

static bool is_known_type(const char *type)
{
	for (size_t i = 0; i < countof(TYPES); i++)
		if (strcasecmp(type, TYPES[i]) == 0)
			return true;
	return false;
}

/* jku, jwk, x5u and x5c are never used: keys come from the settings. */
static bool read_header(const void *context, const struct span *part,
	const struct issuer_settings *issuer, struct signed_text *out)
{
	const struct claims *header = claims_read(context, part->text, part->size);
	if (!header || claims_has(header, "crit"))
		return false;
	if (!text_equals(claims_text(header, "alg"), ALGORITHMS[issuer->algorithm]))
		return false;
	if (claims_has(header, "typ")
		&& !(claims_text(header, "typ") && is_known_type(claims_text(header, "typ"))))
		return false;
	out->algorithm = (enum token_algorithm)issuer->algorithm;
	out->kid = claims_text(header, "kid");
	return out->kid || !claims_has(header, "kid");
}

static bool is_signed(struct issuers *issuers, const void *context, size_t index,
	const struct parts *parts, instant now)
{
	unsigned char *signature;
	struct signed_text text = { .text = parts->header.text,
		.length = parts->header.size + 1 + parts->payload.size };
	if (!text_from_base64url(context, parts->signature.text, parts->signature.size, &signature,
		    &text.signature_size))
		return false;
	text.signature = signature;
	text.algorithm = (enum token_algorithm)issuers_at(issuers, index)->algorithm;
	bool is_known = issuers_recall_header(
		issuers, index, parts->header.text, parts->header.size, &text.kid);
	if (!is_known && !read_header(context, &parts->header, issuers_at(issuers, index), &text))
		return false;
	if (!issuers_verify(issuers, index, &text, now))
		return false;
	if (!is_known)
		issuers_keep_header(
			issuers, index, parts->header.text, parts->header.size, text.kid);
	return true;
}

/* --- claims --- */

static bool is_timely(const struct claims *claims, instant now)
{
	int64_t expires, from = 0, issued = 0;
	return claims_time(claims, "exp", &expires) == CLAIM_GOOD
		&& now.seconds < expires + TOKEN_SKEW_SECONDS
		&& claims_time(claims, "nbf", &from) != CLAIM_BAD
		&& from <= now.seconds + TOKEN_SKEW_SECONDS
		&& claims_time(claims, "iat", &issued) != CLAIM_BAD
		&& issued <= now.seconds + TOKEN_SKEW_SECONDS;
}

/* Checks that the token was issued for this shop. Cognito's access tokens have no aud, so client_id
 * can replace it when the settings say so. */
static bool is_for_us(const struct claims *claims, const struct issuer_settings *issuer)
{
	enum claim_state audience = claims_names(claims, "aud", &issuer->audience);
	if (audience == CLAIM_ABSENT)
		audience = claims_names(claims, "client_id", &issuer->client_id);
	if (audience != CLAIM_GOOD)
		return false;
	return issuer->token_use.count == 0
		|| claims_names(claims, "token_use", &issuer->token_use) == CLAIM_GOOD;
}

/* The claims are UTF-8 without NUL. */
static bool is_name(const char *text, size_t maximum)
{
	return text && *text && strnlen(text, maximum + 1) <= maximum && !text_has_control(text)
		&& !strpbrk(text, "\t\n");
}

static const char *find_username(const struct claims *claims, const struct issuer_settings *issuer)
{
	for (size_t i = 0; i < issuer->username_claim.count; i++) {
		const char *name = claims_text(claims, issuer->username_claim.items[i]);
		if (is_name(name, USERNAME_MAXIMUM))
			return name;
	}
	return NULL;
}

/* When the account was created: a number of seconds, also as text, or a time of RFC 3339. */
static struct optional_time find_account_start(
	const struct claims *claims, const struct issuer_settings *issuer)
{
	const char *name = issuer->account_created_claim,
		   *text = name ? claims_text(claims, name) : NULL;
	struct optional_time start = { 0 };
	int64_t seconds;
	if (text)
		start.is_set = instant_parse(text, &start.value);
	if (text && !start.is_set
		&& (start.is_set = text_to_number(text, 0, INT64_C(253402300799), &seconds)))
		start.value.seconds = seconds;
	if (name && !text && (start.is_set = claims_time(claims, name, &seconds) == CLAIM_GOOD))
		start.value.seconds = seconds;
	return start;
}

static bool identify(const struct claims *claims, const void *context,
	const struct issuer_settings *issuer, struct identity *identity)
{
	const char *subject = claims_text(claims, "sub");
	if (!is_name(subject, SUBJECT_MAXIMUM))
		return false;
	identity->subject = memory_copy_text(context, subject);
	identity->username = memory_copy_text(context, find_username(claims, issuer));
	identity->has_email = claims_is_true(claims, "email_verified");
	identity->has_phone = claims_is_true(claims, "phone_number_verified");
	identity->account_start = find_account_start(claims, issuer);
	return true;
}

/* --- all checks --- */

/* The signature is checked last: it is the most expensive check, and its key may have to be
 * fetched. */
static bool is_trustworthy(struct issuers *issuers, const struct claims *claims,
	const void *scratch, const struct parts *parts, instant now, size_t *issuer)
{
	return issuers_find(issuers, claims_text(claims, "iss"), issuer) && is_timely(claims, now)
		&& is_for_us(claims, issuers_at(issuers, *issuer))
		&& is_signed(issuers, scratch, *issuer, parts, now);
}

bool token_verify(struct issuers *issuers, const void *context, const char *token, instant now,
	struct identity *identity)
{
	struct parts parts;
	const struct claims *claims;
	void *scratch = memory_context(context);
	bool is_good = split(token, &parts)
		&& (claims = claims_read(scratch, parts.payload.text, parts.payload.size)) != NULL
		&& is_trustworthy(issuers, claims, scratch, &parts, now, &identity->issuer)
		&& identify(claims, context, issuers_at(issuers, identity->issuer), identity);
	memory_free(scratch);
	return is_good;
}

bool token_is_subject(const char *text)
{
	return is_name(text, SUBJECT_MAXIMUM) && text_is_utf8(text, strlen(text));
}

const char *token_of_header(const char *authorization)
{
	static const char SCHEME[] = "Bearer ";
	if (!authorization || strncasecmp(authorization, SCHEME, sizeof SCHEME - 1) != 0)
		return NULL;
	const char *token = authorization + strspn(authorization + sizeof SCHEME - 1, " ")
		+ sizeof SCHEME - 1;
	return *token ? token : NULL;
}
