/* SPDX-License-Identifier: MIT */
/* Forms through the console's whole route table. */
#include "router_input.h"

#include "console/routes.h"

static enum result guard(const struct call *call, const struct route *route)
{
	(void)route;
	return form_text(call->form, "_refused") ? ERR_FORBIDDEN : RESULT_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct route *routes;
	if (!routes)
		routes = router_input_routes(CONSOLE_ROUTES, CONSOLE_ROUTE_COUNT);
	struct router router = { .routes = routes,
		.route_count = CONSOLE_ROUTE_COUNT,
		.authorize = router_input_allow,
		.authorizes_anyone = true,
		.guard_form = guard };
	router_input_run(&router, data, size);
	return 0;
}
