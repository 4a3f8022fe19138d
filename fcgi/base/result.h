/* SPDX-License-Identifier: MIT */
/* The result of an operation. Every layer returns these values; web/problem.c maps each to one HTTP
 * status. */
#ifndef DOJANG_BASE_RESULT_H
#define DOJANG_BASE_RESULT_H

enum result {
	RESULT_OK,
	RESULT_CREATED,
	RESULT_NO_CONTENT,
	RESULT_NOT_MODIFIED,
	RESULT_SEE_OTHER, /* redirect to another page */
	ERR_BAD_REQUEST,
	ERR_UNAUTHORIZED,
	ERR_FORBIDDEN,
	ERR_NOT_FOUND,
	ERR_METHOD_NOT_ALLOWED,
	ERR_NOT_ELIGIBLE,
	ERR_SOLD_OUT,
	ERR_EVENT_NOT_RUNNING,
	ERR_INSUFFICIENT_POINTS,
	ERR_MAKEUP_NOT_POSSIBLE,
	ERR_CONFLICT,
	ERR_CLAIM_CLOSED,
	ERR_TOO_LARGE,
	ERR_UNSUPPORTED_MEDIA_TYPE,
	ERR_INVALID,
	ERR_TOO_MANY_REQUESTS,
	/* a defect: a statement that the server refuses, an inconsistent row */
	ERR_INTERNAL,
	ERR_UNAVAILABLE, /* nothing was acknowledged; the request may be repeated */
	RESULT_COUNT
};

static inline int is_success(enum result result)
{
	return result <= RESULT_SEE_OTHER;
}

#endif
