/* SPDX-License-Identifier: MIT */
/* The state of the API program for handlers: call->program. */
#ifndef DOJANG_API_SERVICE_H
#define DOJANG_API_SERVICE_H

#include "auth/issuer.h"
#include "auth/key.h"
#include "base/settings.h"
#include "customer/customer.h"
#include "reward/event_cache.h"
#include "web/request_metrics.h"
#include "web/router.h"

struct api {
	const struct settings *settings;
	const char *secret;      /* authenticates cursors */
	const struct seal *seal; /* seals addresses; NULL: no key is set */
	struct db *db;
	struct issuers *issuers;
	uint64_t issuer_ids[ISSUERS_MAXIMUM]; /* ids of the issuers' rows; 0: not read yet */
	struct event_cache *events;
	struct request_metrics *request_metrics;
};

/* call->caller of ROLE_CUSTOMER and ROLE_BEARER routes; NULL for visitors (serves_visitors).
 * customer is only filled for ROLE_CUSTOMER. */
struct caller {
	struct subject subject;
	struct customer customer;
};

/* call->caller of ROLE_SHOP routes is a const struct api_key *. */
static inline const struct api_key *key_of(const struct call *call)
{
	return call->caller;
}

static inline struct api *api_of(const struct call *call)
{
	return call->program;
}

static inline const struct caller *caller_of(const struct call *call)
{
	return call->caller;
}

/* True for a call without a token, on a route that serves visitors. */
static inline bool is_visitor(const struct call *call)
{
	return !call->caller;
}

/* Makes the response to a visitor, which is the same for all of them, public. */
enum result visitor_response(const struct call *call, struct response *out);
/* The id of the issuer's row, which is created when it is missing. */
enum result authenticated_issuer_id(struct api *api, size_t index, uint64_t *id);
/* Authenticates the bearer token and sets the caller. */
enum result authenticate_customer(
	struct call *call, const struct route *route, enum role role, struct response *out);

#endif
