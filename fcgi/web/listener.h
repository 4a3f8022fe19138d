/* SPDX-License-Identifier: MIT */
/* The socket that the web server connects to: descriptor 0, shared by all workers of a pool. There
 * is one listener per process. */
#ifndef DOJANG_WEB_LISTENER_H
#define DOJANG_WEB_LISTENER_H

#include <fcgiapp.h>

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

/* True when descriptor 0 is a listening socket. */
bool listener_is_given(void);
/* Returns NULL, or an error. From then on, termination signals end the worker after its requests
 * are answered. */
const char *listener_open(void);
/* Initializes request for the functions below. False when FastCGI cannot be set up. */
bool listener_prepare(FCGX_Request *request);
/* Waits for the next request; its `in` is NULL when it has no body. False when this worker ends: it
 * was terminated (listener_has_ended), or errno has the reason. */
bool listener_next(FCGX_Request *request);
/* Reads a request that is already waiting; false when there is none. */
bool listener_next_at_once(FCGX_Request *request);
/* Waits until a request arrives or one of these connections can be written to (sets their revents).
 * True for a request, which listener_next_at_once reads. count: at most LISTENER_WRITABLE_MAX. */
enum { LISTENER_WRITABLE_MAX = 16 };
bool listener_wait(struct pollfd *writable, size_t count, int milliseconds);
bool listener_has_ended(void);
/* Reads the body of a request, up to size bytes. Returns fewer at its end, and when the client
 * takes longer than ten seconds: then its connection is shut down. */
long listener_read(FCGX_Request *request, char *into, size_t size);
/* Sends a part of the response. False when the client is gone, or does not take it within ten
 * seconds. */
bool listener_write(FCGX_Request *request, const char *bytes, size_t size);
/* Ends the response. The connection is kept if the web server asked for it (FCGI_KEEP_CONN), unless
 * the worker ends or too many connections wait. */
void listener_close(FCGX_Request *request, bool is_answered);

#endif
