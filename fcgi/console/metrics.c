/* SPDX-License-Identifier: MIT */
/* Reports the metrics of the console's pool to Prometheus on this host. */
#include "console/routes.h"

#include "base/text.h"

#include <arpa/inet.h>

/* Behind a proxy on this host every address is loopback, so nginx has a rule of its own before this
 * one. */
static bool is_from_here(const char *address)
{
	struct in_addr four;
	return address
		&& (text_equals(address, "::1")
			|| (inet_pton(AF_INET, address, &four) == 1
				&& ntohl(four.s_addr) >> 24 == IN_LOOPBACKNET));
}

enum result metrics_show(const struct call *call, struct response *out)
{
	if (!is_from_here(call->request->address))
		return ERR_NOT_FOUND;
	out->text = request_metrics_text(console_of(call)->request_metrics, call->context);
	out->content_type = "text/plain; version=0.0.4; charset=utf-8";
	return out->text ? RESULT_OK : ERR_UNAVAILABLE;
}
