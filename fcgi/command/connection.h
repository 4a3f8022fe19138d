/* SPDX-License-Identifier: MIT */
/* The administrator's connection to the database, by the settings. */
#ifndef DOJANG_COMMAND_CONNECTION_H
#define DOJANG_COMMAND_CONNECTION_H

#include "base/settings.h"
#include "db/db.h"

/* Does not connect yet. name: the database; NULL: none. Returns NULL and sets *error when the
 * password cannot be read. */
struct db *connection_new(
	const void *context, const struct settings *settings, const char *name, const char **error);
/* The same to one server of database.hosts, for short statements: one that hangs is given up after
 * a minute. */
struct db *connection_to(
	const void *context, const struct settings *settings, const char *host, const char **error);
/* The servers of database.hosts. */
const char *const *connection_hosts(
	const void *context, const struct settings *settings, size_t *count);
/* Why the database refused, and what to do about it. */
const char *connection_fault(const void *context, const struct db *db);

#endif
