/* SPDX-License-Identifier: MIT */
/* The open connections of a worker, by descriptor, and the queue of those that have something to
 * read. There is one table per process. */
#ifndef DOJANG_WEB_CONNECTIONS_H
#define DOJANG_WEB_CONNECTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum {
	NO_CONNECTION = -1,
	CONNECTIONS_MAX = 128,        /* open at once in a worker */
	CONNECTION_REQUESTS_MAX = 512 /* until a kept connection is closed */
};

/* Adds an accepted connection without a request so far. False when there are too many; it is
 * closed then. */
bool connections_add(int connection);
/* False at CONNECTIONS_MAX. */
bool connections_have_room(void);
/* The same, after closing a connection without a request if necessary. */
bool connections_make_room(void);
/* The number of connections that never had a request. */
size_t connections_count_fresh(void);

/* epoll has reported the connection: it is queued, unless its request is being served. */
void connections_note_event(int connection);
/* Removes the next connection from the queue, for a request. NO_CONNECTION when it is empty. */
int connections_take(void);
bool connections_are_queued(void);

/* The request was answered, and the connection waits for the next one. */
void connections_keep(int connection);
/* How many requests it has had. */
unsigned connections_requests(int connection);
/* Forgets a connection before it is closed. */
void connections_forget(int connection);
/* True the first time: epoll must watch it. */
bool connections_begin_watch(int connection);

/* Shuts down the kept connections on which nothing has arrived: the web server uses others then.
 * For signal handlers, as the next one. The connections are closed when epoll reports them. */
void connections_release_idle(void);
/* The same for all kept connections but those being served: the web server sends their requests to
 * another worker. */
void connections_release_all(void);
/* Closes the kept connections that wait. A request that has already arrived is queued instead. */
void connections_close_idle(void);
void connections_close_fresh(void);

/* True when bytes wait to be read, or the connection was closed. */
bool connection_has_begun(int connection);

#endif
