/* SPDX-License-Identifier: MIT */
/* What the workers of a pool are doing, in shared memory. As few workers as keep the processors
 * busy serve the requests, so that their batches are large. The others step in when these are
 * blocked. There is one scoreboard per process; without a pool, all functions do nothing. */
#ifndef DOJANG_WEB_SCOREBOARD_H
#define DOJANG_WEB_SCOREBOARD_H

#include <stdbool.h>
#include <stddef.h>

enum worker_state {
	WORKER_ABSENT,
	WORKER_WAITING, /* for requests */
	WORKER_WORKING,
	WORKER_BLOCKED, /* at work, but not with the processor: it waits for a lock */
};

/* Creates the scoreboard of a pool, before its workers are forked. */
void scoreboard_open(size_t workers);
/* Makes this process the worker with that index. */
void scoreboard_enter(size_t index);
/* For the supervisor: the worker has ended. */
void scoreboard_clear(size_t index);

/* Both for signal handlers too. */
void scoreboard_set(enum worker_state state);
bool scoreboard_has_waiting(void);
/* Other workers suffice: at least one per two processors is working. Those with a lower index
 * stay. */
bool scoreboard_is_surplus(void);
/* A worker waits although fewer than one per two processors are working. */
bool scoreboard_has_spare(void);

#endif
