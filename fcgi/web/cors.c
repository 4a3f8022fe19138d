/* SPDX-License-Identifier: MIT */
/* Decides which pages of other origins may read an answer. */
#include "web/cors.h"

#include "base/text.h"

#include <string.h>

/* True when the path is below prefix ("/api/v1"). */
static bool is_below(const struct request *request, const char *prefix)
{
	for (size_t i = 0; *prefix; i++) {
		size_t size = strcspn(++prefix, "/");
		if (i == request->segment_count || strlen(request->segments[i].text) != size
			|| memcmp(request->segments[i].text, prefix, size) != 0)
			return false;
		prefix += size;
	}
	return true;
}

static bool is_for_customers(
	const struct router *router, const struct route *route, const struct request *request)
{
	if (route)
		return route->role == ROLE_CUSTOMER || route->role == ROLE_BEARER;
	return router->cors_prefix && is_below(request, router->cors_prefix);
}

void cors_answer(const struct router *router, const struct route *route,
	const struct request *request, struct response *out)
{
	if (!is_for_customers(router, route, request))
		return;
	out->varies_by_origin = true;
	for (size_t i = 0; request->origin && i < router->origins->count; i++)
		if (text_equals(router->origins->items[i], request->origin))
			out->cors_origin = router->origins->items[i];
}
