/* SPDX-License-Identifier: MIT */
/* The loop of a FastCGI worker: one request at a time until it is told to end, or a few that came
 * at once where their route can serve them together (router.h). */
#ifndef DOJANG_WEB_SERVER_H
#define DOJANG_WEB_SERVER_H

#include "web/request_metrics.h"
#include "web/router.h"

struct server {
	const struct router *router;
	struct request_metrics *request_metrics;
	void *program;          /* handed to handlers as call->program */
	const char *clock_file; /* see clock_now */
	const char *name;       /* of the program, for the log */
	/* logs why an answer was a 5xx; may be NULL */
	void (*explain)(void *program, const char *request_id);
	/* before the first request and after each answer: nobody waits for it; may be NULL */
	void (*maintenance)(void *program, instant now);
};

/* Serves until SIGTERM (the request at hand is finished first). Also answers one request when run
 * as plain CGI. 0 or an exit status. */
int server_run(const struct server *server);

#endif
