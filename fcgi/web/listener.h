/* SPDX-License-Identifier: MIT */
/* The socket that the web server connects to, one for all workers of a program: descriptor 0. There
 * is one listener in a process. */
#ifndef DOJANG_WEB_LISTENER_H
#define DOJANG_WEB_LISTENER_H

#include <fcgiapp.h>

#include <stdbool.h>

/* Is descriptor 0 a socket that listens? */
bool listener_is_given(void);
/* Answers NULL, or why it cannot be. From then on the signals that end a worker end it when its
 * requests are answered. */
const char *listener_open(void);
/* Makes request ready for those below; false: FastCGI cannot be set up. */
bool listener_prepare(FCGX_Request *request);
/* The next request, waited for; in is NULL where it has no body. False: this worker is to end, as
 * it was told (listener_has_ended) or because of errno. */
bool listener_next(FCGX_Request *request);
/* A request that is there already; false where there is none. */
bool listener_next_at_once(FCGX_Request *request);
bool listener_has_ended(void);
/* Each connection brings one request, whatever the web server asks: a kept one would hold a worker
 * for nothing. */
void listener_close(FCGX_Request *request, bool is_answered);

#endif
