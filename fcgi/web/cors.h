/* SPDX-License-Identifier: MIT */
/* Cross-origin requests (the Fetch standard's CORS protocol): exactly the configured origins,
 * customers' routes only, no credentials. */
#ifndef DOJANG_WEB_CORS_H
#define DOJANG_WEB_CORS_H

#include "web/router.h"

/* Decides out->cors_origin and says so in out; route is any route of the path, NULL when there is
 * none. */
void cors_answer(const struct router *router, const struct route *route,
	const struct request *request, struct response *out);

#endif
