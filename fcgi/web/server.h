/* SPDX-License-Identifier: MIT */
/* The loop of a FastCGI worker. It serves one request at a time, or a batch of waiting requests
 * when their route supports it (router.h), until it is terminated. */
#ifndef DOJANG_WEB_SERVER_H
#define DOJANG_WEB_SERVER_H

#include "web/request_metrics.h"
#include "web/router.h"

struct server {
	const struct router *router;
	struct request_metrics *request_metrics;
	void *program;          /* passed to handlers as call->program */
	const char *clock_file; /* see clock_now */
	const char *name;       /* of the program, for the log */
	/* logs the reason of a 5xx response; may be NULL */
	void (*explain)(void *program, const char *request_id);
	/* called before the first request and after each batch, when nobody waits; may be NULL */
	void (*maintenance)(void *program, instant now);
};

/* Serves until SIGTERM, after which it finishes the current requests. Answers one request when run
 * as plain CGI. Returns the exit status. */
int server_run(const struct server *server);

#endif
