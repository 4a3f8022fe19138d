/* SPDX-License-Identifier: MIT */
/* For tests: the client library's calls, with the faults of base/fault.h. Included after mysql.h.
 * Only for the module db. */
#ifndef DOJANG_DB_FAULT_CALLS_H
#define DOJANG_DB_FAULT_CALLS_H

#include "base/fault.h"

#ifdef DOJANG_FAULT_POINTS

#include <mysql.h>

MYSQL *fault_calls_connect(MYSQL *mysql, const char *host, const char *user, const char *password,
	const char *name, unsigned port, const char *socket, unsigned long flags);
int fault_calls_query(MYSQL *mysql, const char *text);
int fault_calls_prepare(MYSQL_STMT *statement, const char *text, unsigned long length);
int fault_calls_execute(MYSQL_STMT *statement);
int fault_calls_store(MYSQL_STMT *statement);
unsigned fault_calls_errno(MYSQL *mysql);
unsigned fault_calls_stmt_errno(MYSQL_STMT *statement);

#ifndef FAULT_CALLS_THEMSELVES
#undef mysql_real_connect
#define mysql_real_connect fault_calls_connect
#define mysql_query fault_calls_query
#define mysql_stmt_prepare fault_calls_prepare
#define mysql_stmt_execute fault_calls_execute
#define mysql_stmt_store_result fault_calls_store
#define mysql_errno fault_calls_errno
#define mysql_stmt_errno fault_calls_stmt_errno
#endif

#endif
#endif
