/* SPDX-License-Identifier: MIT */
/* Results as HTTP answers: status and, for errors, application/problem+json (RFC 9457). */
#ifndef DOJANG_WEB_PROBLEM_H
#define DOJANG_WEB_PROBLEM_H

#include "web/request.h"
#include "web/response.h"

/* successes have no type */
struct problem {
	int status;
	const char *reason, *type, *title;
};

const struct problem *problem_of(enum result result);
/* The body of an error answer. */
json_object *problem_json(const struct response *response, const char *request_id);

#endif
