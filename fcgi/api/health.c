/* SPDX-License-Identifier: MIT */
/* For load balancers: does the worker live, and does it reach the database? */
#include "api/routes.h"

enum result health_alive(const struct call *call, struct response *out)
{
	(void)call;
	json_object *json = json_new_object();
	json_put_text(json, "status", "ok");
	response_json(out, json);
	return RESULT_OK;
}

enum result health_ready(const struct call *call, struct response *out)
{
	if (!db_is_reachable(api_of(call)->db))
		return ERR_UNAVAILABLE;
	return health_alive(call, out);
}
