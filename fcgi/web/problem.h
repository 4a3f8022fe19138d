/* SPDX-License-Identifier: MIT */
/* Results as HTTP responses: the status, and application/problem+json for errors (RFC 9457). */
#ifndef DOJANG_WEB_PROBLEM_H
#define DOJANG_WEB_PROBLEM_H

#include "web/request.h"
#include "web/response.h"

/* type is NULL for successes */
struct problem {
	int status;
	const char *reason, *type, *title;
};

const struct problem *problem_of(enum result result);
/* The body of an error response. */
json_object *problem_json(const struct response *response, const char *request_id);

#endif
