/* SPDX-License-Identifier: MIT */
/* One HTTP request as the web server hands it on, taken apart but not yet believed. */
#ifndef DOJANG_WEB_REQUEST_H
#define DOJANG_WEB_REQUEST_H

#include "base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REQUEST_SEGMENTS_MAXIMUM = 16, REQUEST_PAIRS_MAXIMUM = 32, REQUEST_TARGET_MAXIMUM = 4096 };

/* Decoded text; is_good is false where the percent-encoding or the UTF-8 was broken (text is then
 * the raw form). */
struct request_text {
	const char *text;
	bool is_good;
};
struct request_pair {
	struct request_text name, value;
};

struct request {
	const void *context; /* memory of this request */
	const char *id;      /* X-Request-Id */
	/* path and query as they came; "" when too long */
	const char *target;
	const char *method; /* GET for a HEAD, see is_head */
	bool is_head;
	/* of the path, between slashes */
	struct request_text segments[REQUEST_SEGMENTS_MAXIMUM];
	size_t segment_count; /* more than fit: 0, and no route matches */
	struct request_pair pairs[REQUEST_PAIRS_MAXIMUM]; /* of the query */
	size_t pair_count;
	bool has_too_many_pairs;
	/* NULL when absent */
	const char *authorization, *content_type, *origin, *accept_language, *host, *cookie;
	/* of the client, as the web server vouches for it */
	const char *address;
	int64_t content_length; /* -1: not a good number */
	/* Reads up to size bytes of the body; the count, or -1. */
	long (*read_body)(void *source, char *into, size_t size);
	void *source;
};

/* The value of a cookie, below the context; NULL when it is absent or came more than once. */
const char *request_cookie(const struct request *request, const char *name);

/* Takes the request apart from CGI variables ("REQUEST_METHOD", "REQUEST_URI", "HTTP_…"); get
 * answers NULL for absent ones. Allocates below context. */
struct request *request_read(
	const void *context, const char *(*get)(void *source, const char *name), void *source);

/* The whole body, at most limit bytes: RESULT_OK, ERR_TOO_LARGE, or ERR_BAD_REQUEST when fewer
 * bytes came than announced. */
enum result request_body(const struct request *request, size_t limit, char **body, size_t *length);

#endif
