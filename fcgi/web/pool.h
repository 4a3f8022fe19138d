/* SPDX-License-Identifier: MIT */
/* A pool of workers that share the memory loaded before they were forked from the supervisor
 * process. */
#ifndef DOJANG_WEB_POOL_H
#define DOJANG_WEB_POOL_H

#include <stddef.h>

enum { POOL_MAXIMUM = 1000 };

struct pool {
	const char *name; /* of the program, for the log */
	size_t workers;   /* 1 to POOL_MAXIMUM */
	/* runs a worker in its own process; returns its exit status */
	int (*work)(void *state);
	void *state; /* passed to work */
};

/* Replaces each worker that ends, until the pool is terminated. Then it terminates the workers and
 * waits for them. Returns an exit status. When this process is killed, its workers finish their
 * requests and end; the service manager starts another pool. */
int pool_run(const struct pool *pool);

#endif
