/* SPDX-License-Identifier: MIT */
/* Cross-origin requests (CORS protocol of the Fetch standard): only for the configured origins and
 * the routes of customers, without credentials. Headers of tracing tools are allowed and ignored.
 */
#ifndef DOJANG_WEB_CORS_H
#define DOJANG_WEB_CORS_H

#include "web/router.h"

/* Sets out->cors_origin and out->varies_by_origin. route is any route of the path, or NULL. */
void cors_answer(const struct router *router, const struct route *route,
	const struct request *request, struct response *out);

#endif
