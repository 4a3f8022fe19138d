/* SPDX-License-Identifier: MIT */
/* The administrator's connection to the database, as the settings have it. */
#ifndef DOJANG_COMMAND_CONNECTION_H
#define DOJANG_COMMAND_CONNECTION_H

#include "base/settings.h"
#include "db/db.h"

/* Not connected yet. name: the database; NULL: none. NULL and *error when the password cannot be
 * read. */
struct db *connection_new(
	const void *context, const struct settings *settings, const char *name, const char **error);
/* Why the database did not do what it was asked, and what can be done about that. */
const char *connection_fault(const void *context, const struct db *db);

#endif
