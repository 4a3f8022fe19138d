/* SPDX-License-Identifier: MIT */
/* Makes tokens of issuers with a shared secret. Only programs that call it need libjwt. */
#include "auth/token_issue.h"

#include "base/json.h"
#include "base/memory.h"

#include <jwt.h>
#include <stdlib.h>
#include <string.h>

static json_object *make_claims(
	const struct issuer_settings *issuer, const char *subject, instant now, int64_t seconds)
{
	json_object *claims = json_new_object();
	json_put_text(claims, "iss", issuer->iss);
	json_put_text(claims, "sub", subject);
	if (issuer->audience.count)
		json_put_text(claims, "aud", issuer->audience.items[0]);
	else
		json_put_text(claims, "client_id", issuer->client_id.items[0]);
	if (issuer->token_use.count)
		json_put_text(claims, "token_use", issuer->token_use.items[0]);
	json_put_number(claims, "iat", now.seconds);
	json_put_number(claims, "exp", now.seconds + seconds);
	return claims;
}

/* libjwt signs here, while json-c and OpenSSL verify in token.c. So independent implementations
 * check each other. */
static char *sign(const void *context, const char *claims, const char *secret)
{
	jwt_t *jwt = NULL;
	if (jwt_new(&jwt) || jwt_add_grants_json(jwt, claims)
		|| jwt_set_alg(
			jwt, JWT_ALG_HS256, (const unsigned char *)secret, (int)strlen(secret)))
		memory_exhausted();
	char *encoded = jwt_encode_str(jwt);
	char *token = memory_copy_text(context, encoded);
	free(encoded);
	jwt_free(jwt);
	return token;
}

char *token_issue(const struct issuers *issuers, const void *context, size_t index,
	const char *subject, instant now, int64_t seconds)
{
	const char *secret = issuers_secret(issuers, index);
	if (!secret || !token_is_subject(subject))
		return NULL;
	json_object *claims = make_claims(issuers_at(issuers, index), subject, now, seconds);
	char *token = sign(context, json_text(context, claims), secret);
	json_object_put(claims);
	return token;
}
