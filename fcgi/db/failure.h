/* SPDX-License-Identifier: MIT */
/* What to do after a server error. Only for the module db. */
#ifndef DOJANG_DB_FAILURE_H
#define DOJANG_DB_FAILURE_H

enum failure {
	FAILURE_REPEAT,      /* repeat on this connection */
	FAILURE_RECONNECT,   /* repeat on a new connection */
	FAILURE_NEXT_HOST,   /* repeat on the next host: this one answers, but does not serve */
	FAILURE_UNAVAILABLE, /* give up for now; it may work later */
	FAILURE_FINAL,       /* a defect */
};

/* Not an error of a server: a row names a time zone that this host does not have. */
enum { FAILURE_NO_ZONE_NUMBER = 2999 };

enum failure failure_of(unsigned error_number);
/* Waits before try number tries + 1, for a random and growing time. */
void failure_wait(unsigned tries);

#endif
