/* SPDX-License-Identifier: MIT */
/* A parsed HTTP request from the web server. Its values are not validated yet. */
#ifndef DOJANG_WEB_REQUEST_H
#define DOJANG_WEB_REQUEST_H

#include "base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REQUEST_SEGMENTS_MAXIMUM = 16, REQUEST_PAIRS_MAXIMUM = 32, REQUEST_TARGET_MAXIMUM = 4096 };

/* Decoded text. When is_good is false, the percent-encoding or the UTF-8 was invalid, and text is
 * the raw form. */
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
	/* path and query as received; "" when too long */
	const char *target;
	const char *method; /* GET for a HEAD, see is_head */
	bool is_head;
	/* parts of the path between slashes */
	struct request_text segments[REQUEST_SEGMENTS_MAXIMUM];
	size_t segment_count; /* 0 when there are too many, so that no route matches */
	struct request_pair pairs[REQUEST_PAIRS_MAXIMUM]; /* pairs of the query */
	size_t pair_count;
	bool has_too_many_pairs;
	/* NULL when absent */
	const char *authorization, *content_type, *origin, *accept_language, *host, *cookie;
	const char *if_none_match;
	const char *requested_headers; /* of a preflight: header names, separated by commas */
	/* the address of the client, as determined by the web server */
	const char *address;
	/* When the web server received the request (REQUEST_MSEC), or else this program, in
	 * milliseconds since 1970 by the real clock. A client cannot set it. */
	int64_t received;
	int64_t content_length; /* -1: not a valid number */
	/* Reads up to size bytes of the body. Returns the count, or -1. */
	long (*read_body)(void *source, char *into, size_t size);
	void *source;
};

/* The value of a cookie, below the context; NULL when it is absent or occurs more than once. */
const char *request_cookie(const struct request *request, const char *name);

/* Parses the request from CGI variables ("REQUEST_METHOD", "REQUEST_URI", "HTTP_…"). get returns
 * NULL for absent ones. Allocates below context. */
struct request *request_read(
	const void *context, const char *(*get)(void *source, const char *name), void *source);

/* Reads the whole body, at most limit bytes. RESULT_OK; ERR_TOO_LARGE; ERR_BAD_REQUEST when it is
 * shorter than announced. */
enum result request_body(const struct request *request, size_t limit, char **body, size_t *length);

#endif
