/* SPDX-License-Identifier: MIT */
/* Maps results to HTTP statuses and problem types. No other file does. */
#include "web/problem.h"

#include "base/memory.h"

static const struct problem PROBLEMS[] = {
	[RESULT_OK] = { 200, "OK", NULL, NULL },
	[RESULT_CREATED] = { 201, "Created", NULL, NULL },
	[RESULT_NO_CONTENT] = { 204, "No Content", NULL, NULL },
	[RESULT_NOT_MODIFIED] = { 304, "Not Modified", NULL, NULL },
	[RESULT_SEE_OTHER] = { 303, "See Other", NULL, NULL },
	[ERR_BAD_REQUEST] = { 400, "Bad Request", "bad-request",
		"The request cannot be understood" },
	[ERR_UNAUTHORIZED] = { 401, "Unauthorized", "unauthorized", "A valid token is needed" },
	[ERR_FORBIDDEN] = { 403, "Forbidden", "forbidden", "This is not allowed" },
	[ERR_NOT_FOUND] = { 404, "Not Found", "not-found", "There is nothing here" },
	[ERR_METHOD_NOT_ALLOWED] = { 405, "Method Not Allowed", "method-not-allowed",
		"This method is not possible here" },
	[ERR_NOT_ELIGIBLE] = { 409, "Conflict", "not-eligible",
		"There are not enough check-ins for this reward yet" },
	[ERR_SOLD_OUT] = { 409, "Conflict", "sold-out", "This reward is sold out" },
	[ERR_EVENT_NOT_RUNNING] = { 409, "Conflict", "event-not-running",
		"This event is not running" },
	[ERR_INSUFFICIENT_POINTS] = { 409, "Conflict", "insufficient-points",
		"There are not enough points" },
	[ERR_MAKEUP_NOT_POSSIBLE] = { 409, "Conflict", "makeup-not-possible",
		"This day cannot be made up" },
	[ERR_CONFLICT] = { 409, "Conflict", "conflict",
		"This is at odds with what is already there" },
	[ERR_CLAIM_CLOSED] = { 410, "Gone", "claim-closed",
		"The time to claim this reward is over" },
	[ERR_TOO_LARGE] = { 413, "Content Too Large", "too-large", "The request is too large" },
	[ERR_UNSUPPORTED_MEDIA_TYPE] = { 415, "Unsupported Media Type", "unsupported-media-type",
		"A body must be application/json" },
	[ERR_INVALID] = { 422, "Unprocessable Content", "invalid", "Some fields are not valid" },
	[ERR_TOO_MANY_REQUESTS] = { 429, "Too Many Requests", "too-many-requests",
		"There were too many requests" },
	[ERR_INTERNAL] = { 500, "Internal Server Error", "internal", "Something went wrong here" },
	[ERR_UNAVAILABLE] = { 503, "Service Unavailable", "unavailable",
		"Please try again in a moment; repeating is safe" },
};
_Static_assert(countof(PROBLEMS) == RESULT_COUNT, "every result has its answer");

const struct problem *problem_of(enum result result)
{
	return &PROBLEMS[result];
}

static json_object *errors_json(const struct field_errors *errors)
{
	json_object *list = json_new_array();
	for (size_t i = 0; i < errors->count; i++) {
		json_object *item = json_new_object();
		json_put_text(item, "field", errors->items[i].field);
		json_put_text(item, "detail", errors->items[i].detail);
		json_append(list, item);
	}
	return list;
}

json_object *problem_json(const struct response *response, const char *request_id)
{
	const struct problem *problem = problem_of(response->result);
	json_object *json = json_new_object();
	json_put_text(
		json, "type", memory_format(response->context, "/problems/%s", problem->type));
	json_put_text(json, "title", problem->title);
	json_put_number(json, "status", problem->status);
	json_put_text(json, "detail", response->detail ? response->detail : problem->title);
	json_put_text(json, "request_id", request_id);
	if (response->reason)
		json_put_text(json, "reason", response->reason);
	if (response->errors.count)
		json_put(json, "errors", errors_json(&response->errors));
	return json;
}
