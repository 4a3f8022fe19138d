/* SPDX-License-Identifier: MIT */
/* Workers that share what was loaded before they began: each is a fork of the process that minds
 * them. */
#ifndef DOJANG_WEB_POOL_H
#define DOJANG_WEB_POOL_H

#include <stddef.h>

enum { POOL_MAXIMUM = 1000 };

struct pool {
	const char *name; /* of the program, for the log */
	size_t workers;   /* 1 to POOL_MAXIMUM */
	/* a worker's life, in a process of its own; answers its exit status */
	int (*work)(void *state);
	void *state; /* handed to work */
};

/* Starts another worker for each that ends, until it is told to end: then it tells them, and waits
 * for them. Answers an exit status. Where this process itself is killed, its workers finish what
 * they have and end: whoever started it starts another pool. */
int pool_run(const struct pool *pool);

#endif
