/* SPDX-License-Identifier: MIT */
/* Creates the database, the users of the programs, and their minimal rights (sql/grants.sql). */
#ifndef DOJANG_DB_GRANTS_H
#define DOJANG_DB_GRANTS_H

#include "db/db.h"

struct grant_account {
	const char *program; /* "api", "console", "notifier" */
	const char *database, *user, *host;
};

/* Creates the database if it is missing; db is a connection without a database. Returns NULL, or an
 * error. */
const char *grants_create_database(struct db *db, const void *context, const char *name);
/* Returns NULL, or a sentence on why these rights cannot be granted. */
const char *grants_apply(
	struct db *db, const void *context, const struct grant_account *account, size_t *given);
/* Creates the account if it is missing; an existing one keeps its password. Returns NULL, or an
 * error. */
const char *grants_create_user(struct db *db, const void *context,
	const struct grant_account *account, const char *password);

/* A right of a program on a table or on one of its columns. */
/* "": the whole table */
struct grant_right {
	const char *privilege, *table, *column;
};
struct grant_right_list {
	struct grant_right *items;
	size_t count;
};

/* Parses the rights of sql/grants.sql, below context. */
struct grant_right_list grants_rights(const void *context, const char *program);

#endif
