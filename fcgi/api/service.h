/* SPDX-License-Identifier: MIT */
/* What the handlers of the api work with: call->program. */
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
	const struct seal *seal; /* of addresses; NULL: no key is set */
	struct db *db;
	struct issuers *issuers;
	uint64_t issuer_ids[ISSUERS_MAXIMUM]; /* rows of the issuers; 0: not asked yet */
	struct event_cache *events;
	struct request_metrics *request_metrics;
};

/* call->caller of ROLE_CUSTOMER and ROLE_BEARER routes; customer is filled for ROLE_CUSTOMER alone.
 */
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

/* The row of the issuer at index, made when it is new. */
enum result authenticated_issuer_id(struct api *api, size_t index, uint64_t *id);
/* Turns the bearer token into a caller. */
enum result authenticate_customer(
	struct call *call, const struct route *route, enum role role, struct response *out);

#endif
