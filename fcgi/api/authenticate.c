/* SPDX-License-Identifier: MIT */
/* Turns an Authorization header into a customer or an API key. */
#include "api/service.h"

#include "auth/token.h"
#include "base/memory.h"

enum { VISITOR_SECONDS = 60 };

enum result authenticated_issuer_id(struct api *api, size_t index, uint64_t *id)
{
	enum result result = RESULT_OK;
	if (api->issuer_ids[index] == 0)
		result = customer_issuer(
			api->db, issuers_at(api->issuers, index)->iss, &api->issuer_ids[index]);
	*id = api->issuer_ids[index];
	return result;
}

static enum result bearer(struct call *call, struct caller **caller)
{
	struct api *api = api_of(call);
	struct identity identity;
	const char *token = token_of_header(call->request->authorization);
	if (!token || !token_verify(api->issuers, call->context, token, call->now, &identity))
		return ERR_UNAUTHORIZED;
	*caller = memory_new(call->context, struct caller);
	(*caller)->subject = (struct subject){ .subject = identity.subject,
		.username = identity.username,
		.secret = api->secret,
		.client = call->request->address,
		.facts = { identity.has_email, identity.has_phone, identity.account_start.is_set,
			identity.account_start.value } };
	return authenticated_issuer_id(api, identity.issuer, &(*caller)->subject.issuer_id);
}

static enum result authorize_shop(struct call *call, const struct route *route)
{
	struct api_key *key = memory_new(call->context, struct api_key);
	const char *token = token_of_header(call->request->authorization);
	call->caller = key;
	enum result result = token ? key_verify(api_of(call)->db, token, call->now, key)
				   : ERR_UNAUTHORIZED;
	return result == RESULT_OK && !(key->scopes & route->scope) ? ERR_FORBIDDEN : result;
}

enum result visitor_response(const struct call *call, struct response *out)
{
	return response_make_public(out, VISITOR_SECONDS, call->request->if_none_match);
}

enum result authenticate_customer(
	struct call *call, const struct route *route, enum role role, struct response *out)
{
	(void)out;
	struct caller *caller = NULL;
	if (role == ROLE_SHOP)
		return authorize_shop(call, route);
	if (role != ROLE_CUSTOMER && role != ROLE_BEARER)
		return ERR_FORBIDDEN;
	if (route->serves_visitors && !call->request->authorization)
		return RESULT_OK;
	enum result result = bearer(call, &caller);
	if (result == RESULT_OK && role == ROLE_CUSTOMER)
		result = customer_enter(api_of(call)->db, call->context, &caller->subject,
			call->now, &caller->customer);
	call->caller = caller;
	return result;
}
