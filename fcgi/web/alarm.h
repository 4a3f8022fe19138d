/* SPDX-License-Identifier: MIT */
/* The signals of a worker: those that end it, and a timer. The timer limits how long the worker
 * waits for one connection, and releases its other connections while it is blocked. */
#ifndef DOJANG_WEB_ALARM_H
#define DOJANG_WEB_ALARM_H

#include <stdbool.h>

/* How long the worker waits for a connection. */
enum alarm_limit {
	ALARM_ARRIVAL_SECONDS = 2, /* until a request was read */
	ALARM_PART_SECONDS = 10, /* until its body was read, or a part of the response was taken */
};

/* From then on, termination signals end the worker after its requests are answered. */
bool alarm_install(void);
/* The worker was told to end. It looks for requests once more. */
bool alarm_is_ending(void);
/* It has done so. */
bool alarm_is_over(void);

/* From now on the connection is shut down when it keeps this worker waiting for too long: its
 * client sends nothing, half a request or half a body, or does not read the response. */
void alarm_expect(int connection, enum alarm_limit seconds);
void alarm_expect_no_more(void);

/* The worker has just looked for requests. When it does not do so again for a tenth of a second, it
 * is blocked: its kept connections are released (connections_release_idle, and after 0.4 seconds
 * connections_release_all). */
void alarm_begin_work(void);
/* It waits for requests. */
void alarm_end_work(void);

#endif
