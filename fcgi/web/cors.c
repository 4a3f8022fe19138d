/* SPDX-License-Identifier: MIT */
/* Decides which pages of other origins may read a response, and which headers they may send. */
#include "web/cors.h"

#include "base/memory.h"
#include "base/text.h"
#include "web/writer.h"

#include <string.h>
#include <strings.h>

#define OWN_HEADERS "Authorization, Content-Type"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

enum { REQUESTED_HEADERS_MAXIMUM = 4096 };

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

/* True when the name is in the list. An entry with a final hyphen stands for all names that begin
 * with it. */
static bool is_listed(const char *const names[], const char *name, size_t size)
{
	for (; *names; names++) {
		size_t length = strlen(*names);
		bool is_beginning = (*names)[length - 1] == '-';
		if ((is_beginning ? size >= length : size == length)
			&& strncasecmp(name, *names, length) == 0)
			return true;
	}
	return false;
}

/* Headers that browsers do not let a page set, and headers in which proxies name the client. */
static const char *const RESERVED[] = { "access-control-", "connection", "cookie", "forwarded",
	"host", "origin", "proxy-", "sec-", "te", "trailer", "transfer-encoding", "upgrade", "via",
	"x-forwarded-", "x-real-ip", "*", NULL };
static const char *const OWN[] = { "authorization", "content-type", NULL };

/* Tracing tools (Sentry, Datadog, New Relic, OpenTelemetry) add headers to the requests of a page,
 * and the set of their names is open. Nothing reads these headers, so every requested name is
 * allowed, except reserved and invalid names. */
static const char *allowed_headers(const void *context, const char *requested)
{
	struct writer names = { .context = context };
	writer_put_text(&names, OWN_HEADERS);
	if (!requested || strlen(requested) > REQUESTED_HEADERS_MAXIMUM)
		requested = "";
	for (const char *at = requested; *at;) {
		at += strspn(at, ", \t");
		size_t whole = strcspn(at, ", \t");
		size_t size = strspn(at, LETTERS "0123456789!#$%&'*+-.^_`|~");
		if (size && size == whole && !is_listed(OWN, at, size)
			&& !is_listed(RESERVED, at, size)) {
			writer_put_text(&names, ", ");
			writer_put(&names, at, size);
		}
		at += whole;
	}
	return writer_text(&names);
}

void cors_answer(const struct router *router, const struct route *route,
	const struct request *request, struct response *out)
{
	if (!is_for_customers(router, route, request))
		return;
	out->varies_by_origin = true;
	out->varies_by_token = route && route->serves_visitors;
	for (size_t i = 0; request->origin && i < router->origins->count; i++)
		if (text_equals(router->origins->items[i], request->origin))
			out->cors_origin = router->origins->items[i];
	if (out->cors_origin && out->allow && text_equals(request->method, "OPTIONS"))
		out->cors_headers = allowed_headers(out->context, request->requested_headers);
}
