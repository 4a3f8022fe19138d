/* SPDX-License-Identifier: MIT */
/* Classifies the errors of MySQL, MariaDB, Galera and their clients by what to do. */
#include "db/failure.h"

#include "base/memory.h"
#include "base/random.h"

#include <errno.h>
#include <stdint.h>
#include <time.h>

enum { WAIT_MAXIMUM_MS = 64 };

static const struct {
	unsigned number;
	enum failure failure;
} FAILURES[] = {
	{ 1213, FAILURE_REPEAT },    /* deadlock */
	{ 1205, FAILURE_REPEAT },    /* lock wait timeout */
	{ 1020, FAILURE_REPEAT },    /* record has changed since last read */
	{ 1615, FAILURE_REPEAT },    /* prepared statement needs to be re-prepared */
	{ 1243, FAILURE_RECONNECT }, /* unknown prepared statement handler */
	{ 2002, FAILURE_RECONNECT },
	{ 2003, FAILURE_RECONNECT },
	{ 2006, FAILURE_RECONNECT },
	{ 2012, FAILURE_RECONNECT },
	{ 2013, FAILURE_RECONNECT },
	{ 2014, FAILURE_RECONNECT },
	{ 2026, FAILURE_RECONNECT },
	{ 2055, FAILURE_RECONNECT },
	/* the client library is out of memory, and the protocol state is unknown */
	{ 2008, FAILURE_RECONNECT },
	{ 1040, FAILURE_RECONNECT }, /* too many connections */
	{ 1203, FAILURE_RECONNECT }, /* too many connections of this user */
	{ 1047, FAILURE_NEXT_HOST }, /* Galera: node not ready */
	{ 1053, FAILURE_NEXT_HOST }, /* server shutdown in progress */
	{ 1152, FAILURE_RECONNECT },
	{ 1158, FAILURE_RECONNECT },
	{ 1159, FAILURE_RECONNECT },
	{ 1160, FAILURE_RECONNECT },
	{ 1161, FAILURE_RECONNECT },
	{ 1290, FAILURE_NEXT_HOST }, /* server is read-only: perhaps the next host is not */
	{ 1317, FAILURE_RECONNECT }, /* query execution was interrupted */
	{ 1836, FAILURE_NEXT_HOST }, /* running in read-only mode */
	{ 1927, FAILURE_RECONNECT }, /* connection was killed */
	{ 4031, FAILURE_RECONNECT }, /* MySQL 8: disconnected for inactivity */
	/* error during COMMIT: the outcome is unknown; the unique keys show it */
	{ 1180, FAILURE_RECONNECT },
	{ 3, FAILURE_UNAVAILABLE },
	{ 1021, FAILURE_UNAVAILABLE },
	{ 1026, FAILURE_UNAVAILABLE },
	{ 1030, FAILURE_UNAVAILABLE },
	/* no auto-increment value: seen with a full disk */
	{ 1467, FAILURE_UNAVAILABLE },
	/* disk or memory full */
	{ 1114, FAILURE_UNAVAILABLE },
	{ 1041, FAILURE_UNAVAILABLE },
	{ 1037, FAILURE_UNAVAILABLE },
	{ 1038, FAILURE_UNAVAILABLE },
	{ 1044, FAILURE_UNAVAILABLE },
	{ 1045, FAILURE_UNAVAILABLE },
	{ 1049, FAILURE_UNAVAILABLE },
	{ 1698, FAILURE_UNAVAILABLE },
	/* user and host: the settings are wrong, not the statement */
	{ 2005, FAILURE_UNAVAILABLE },
	{ 2059, FAILURE_UNAVAILABLE },
};

enum failure failure_of(unsigned number)
{
	for (size_t i = 0; i < countof(FAILURES); i++)
		if (FAILURES[i].number == number)
			return FAILURES[i].failure;
	return FAILURE_FINAL;
}

/* Waits grow from 1 to WAIT_MAXIMUM_MS. Each is random in the upper half of its range, so that
 * competing transactions separate. */
void failure_wait(unsigned tries)
{
	unsigned most = tries < 6 ? 1u << (tries + 1) : WAIT_MAXIMUM_MS;
	uint64_t microseconds = most * 500u + random_below(most * 500u);
	struct timespec wait = { 0, (long)(microseconds * 1000) };
	while (nanosleep(&wait, &wait) != 0 && errno == EINTR)
		;
}
