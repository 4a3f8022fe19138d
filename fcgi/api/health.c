/* SPDX-License-Identifier: MIT */
/* For load balancers and monitoring: does the worker live, does it reach the database, what did the pool do? */
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

enum result metrics_show(const struct call *call, struct response *out)
{
	out->text = observer_text(api_of(call)->observer, call->context);
	out->content_type = "text/plain; version=0.0.4; charset=utf-8";
	return out->text ? RESULT_OK : ERR_UNAVAILABLE;
}
