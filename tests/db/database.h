/* SPDX-License-Identifier: MIT */
/* A database of its own for a test, on the server that tests/with-mariadb names. */
#ifndef DOJANG_TESTS_DB_DATABASE_H
#define DOJANG_TESTS_DB_DATABASE_H

#include "db/db.h"
#include "db/migrate.h"

struct database {
	void *context;
	const char *name;
	struct db *db; /* the administrator's */
	void *reader;  /* the second connection */
};

/* A new, empty database. */
struct database database_make(void);
/* With the schema. */
struct database database_make_migrated(void);
void database_drop(struct database *database);

/* A further connection to it, as user. */
struct db *database_connect(
	const struct database *database, const char *user, const char *password);
/* The administrator's, which sends each statement alone, as to a MySQL server. */
struct db *database_connect_one_by_one(const struct database *database);
/* Runs sql as the administrator; the test fails when the server refuses it. */
void database_run(const struct database *database, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The one number that sql answers, in the words of a second connection: what is committed. */
int64_t database_number(const struct database *database, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A counter of the server, such as "Connections". */
int64_t database_status(const struct database *database, const char *name);
bool database_is_mysql(const struct database *database);

/* Tells nobody. */
extern const struct migrate_watcher NOBODY;

#endif
