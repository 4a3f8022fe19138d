/* SPDX-License-Identifier: MIT */
/* Wraps calls of the client library so that tests can make them fail. Compiled only with
 * --enable-fault-points. */
#define FAULT_CALLS_THEMSELVES
#include "db/fault_calls.h"

#include <stddef.h>

/* The injected error of the last call; 0: none. */
static unsigned pretended;

static int fails_before(void)
{
	pretended = fault_of_call(FAULT_BEFORE);
	return pretended != 0;
}

/* Returns the real result, unless an error is injected after the call. */
static int fails_after(int answer)
{
	if (answer == 0)
		pretended = fault_of_call(FAULT_AFTER);
	return pretended ? 1 : answer;
}

MYSQL *fault_calls_connect(MYSQL *mysql, const char *host, const char *user, const char *password,
	const char *name, unsigned port, const char *socket, unsigned long flags)
{
	if (fails_before())
		return NULL;
	MYSQL *answer = mysql_real_connect(mysql, host, user, password, name, port, socket, flags);
	return fails_after(answer ? 0 : 1) == 0 ? answer : NULL;
}

int fault_calls_query(MYSQL *mysql, const char *text)
{
	return fails_before() ? 1 : fails_after(mysql_query(mysql, text));
}

int fault_calls_prepare(MYSQL_STMT *statement, const char *text, unsigned long length)
{
	return fails_before() ? 1 : fails_after(mysql_stmt_prepare(statement, text, length));
}

int fault_calls_execute(MYSQL_STMT *statement)
{
	return fails_before() ? 1 : fails_after(mysql_stmt_execute(statement));
}

int fault_calls_store(MYSQL_STMT *statement)
{
	return fails_before() ? 1 : fails_after(mysql_stmt_store_result(statement));
}

unsigned fault_calls_errno(MYSQL *mysql)
{
	return pretended ? pretended : mysql_errno(mysql);
}

unsigned fault_calls_stmt_errno(MYSQL_STMT *statement)
{
	return pretended ? pretended : mysql_stmt_errno(statement);
}
