/* SPDX-License-Identifier: MIT */
/* What a server's error means for the work that met it. Inside the room db only. */
#ifndef DOJANG_DB_FAILURE_H
#define DOJANG_DB_FAILURE_H

enum failure {
	FAILURE_REPEAT,      /* the same work again, on this connection */
	FAILURE_RECONNECT,   /* … on a new one */
	FAILURE_NEXT_HOST,   /* … to the next host: this one answers, but does not serve */
	FAILURE_UNAVAILABLE, /* no use now; later perhaps */
	FAILURE_FINAL,       /* a fault of ours */
};

enum failure failure_of(unsigned error_number);
/* Waits before try number tries + 1: longer and longer, and never the same, so that rivals part. */
void failure_wait(unsigned tries);

#endif
