/* SPDX-License-Identifier: MIT */
/* Request line, parameters, headers and JSON bodies through the api's whole route table. */
#include "router_input.h"

#include "api/routes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct route *routes;
	static const char *items[] = { "https://shop.example" };
	struct text_list origins = { items, 1 };
	if (!routes)
		routes = router_input_routes(ROUTES, ROUTE_COUNT);
	struct router router = { .routes = routes,
		.route_count = ROUTE_COUNT,
		.authorize = router_input_allow,
		.origins = &origins,
		.cors_prefix = "/api/v1/" };
	router_input_run(&router, data, size);
	return 0;
}
