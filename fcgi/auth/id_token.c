/* SPDX-License-Identifier: MIT */
/* Checks what an ID token has beyond other tokens: nonce, authorized party, time of the sign-in,
 * groups. */
#include "auth/id_token.h"

#include "auth/claims.h"
#include "auth/token.h"
#include "base/memory.h"
#include "base/text.h"

#include <openssl/crypto.h>
#include <string.h>

/* Reads the claims of a token that token_verify has accepted. */
static const struct claims *read_payload(const void *context, const char *token)
{
	const char *payload = strchr(token, '.') + 1;
	return claims_read(context, payload, strcspn(payload, "."));
}

/* With several audiences, the authorized party must be this client. */
static bool is_issued_to(const struct claims *claims, const char *client)
{
	if (!claims_has(claims, "azp"))
		return claims_count(claims, "aud") == 1;
	return text_equals(claims_text(claims, "azp"), client);
}

static bool has_nonce(const struct claims *claims, const char *nonce)
{
	const char *of_token = claims_text(claims, "nonce");
	return of_token && strlen(of_token) == strlen(nonce)
		&& CRYPTO_memcmp(of_token, nonce, strlen(nonce)) == 0;
}

/* OpenID Connect Core 1.0, 3.1.2.1: a request with max_age is answered with auth_time. A provider
 * that ignored max_age is recognized by an old one. */
static bool is_recent(const struct claims *claims, int64_t since, instant now)
{
	int64_t at;
	if (since == 0)
		return true;
	return claims_time(claims, "auth_time", &at) == CLAIM_GOOD
		&& at >= since - ID_TOKEN_SKEW_SECONDS && at <= now.seconds + ID_TOKEN_SKEW_SECONDS;
}

static void find_role(
	const struct claims *claims, const struct openid_settings *settings, struct id_token *out)
{
	const struct {
		enum staff_role role;
		const struct text_list *groups;
	} grants[] = {
		{ STAFF_OWNER, &settings->owner_groups },
		{ STAFF_MANAGER, &settings->manager_groups },
		{ STAFF_VIEWER, &settings->viewer_groups },
	};
	for (size_t i = 0; i < countof(grants) && !out->has_role; i++) {
		out->has_role = claims_names(claims, settings->groups_claim, grants[i].groups)
			== CLAIM_GOOD;
		out->role = grants[i].role;
	}
}

bool id_token_verify(struct issuers *issuers, const void *context,
	const struct openid_settings *settings, const char *token,
	const struct id_token_request *request, instant now, struct id_token *out)
{
	struct identity identity;
	int64_t issued;
	if (!token_verify(issuers, context, token, now, &identity))
		return false;
	const struct claims *claims = read_payload(context, token);
	if (!claims || claims_time(claims, "iat", &issued) != CLAIM_GOOD
		|| !has_nonce(claims, request->nonce) || !is_issued_to(claims, settings->client_id)
		|| !is_recent(claims, request->since, now))
		return false;
	*out = (struct id_token){ .subject = identity.subject };
	if (settings->role_from == OPENID_ROLE_FROM_GROUPS)
		find_role(claims, settings, out);
	return true;
}
