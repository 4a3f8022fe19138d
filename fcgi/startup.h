/* SPDX-License-Identifier: MIT */
/* The part of the start that the programs share: settings, secrets, the login to the database. */
#ifndef DOJANG_STARTUP_H
#define DOJANG_STARTUP_H

#include "base/seal.h"
#include "base/settings.h"
#include "db/db.h"

#include <stdbool.h>

struct startup {
	const struct settings *settings;
	const char *secret;       /* of the server; NULL for the notifier */
	const struct seal *seal;  /* NULL: no key is set */
	struct db_settings login; /* as the program's own user */
};

/* Answers --help and --version on standard output. False: the command line is something else.
 * options is what a usage line adds to --settings FILE. */
bool startup_describe(const char *program, const char *options, int argc, char *const *argv);

/* Reads all of it, below context. program is "api", "console" or "notifier". Returns NULL, or an
 * error. The database may be down: requests report that, not the start. */
const char *startup_read(
	struct startup *startup, const void *context, const char *path, const char *program);

/* Logs the last error of the database for a request. */
void startup_log_database_error(const char *program, const struct db *db, const char *request_id);

#endif
