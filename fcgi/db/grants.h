/* SPDX-License-Identifier: MIT */
/* The database itself, the programs' users in it, and just the rights that each one's work needs
 * (sql/grants.sql). */
#ifndef DOJANG_DB_GRANTS_H
#define DOJANG_DB_GRANTS_H

#include "db/db.h"

struct grant_account {
	const char *program; /* "api", "console", "notifier" */
	const char *database, *user, *host;
};

/* Makes the database where it is missing; db is a connection that names none. NULL, or what is
 * wrong. */
const char *grants_create_database(struct db *db, const void *context, const char *name);
/* NULL, or why these rights cannot be given, in words. */
const char *grants_apply(
	struct db *db, const void *context, const struct grant_account *account, size_t *given);
/* Makes the account when it does not exist; an existing one keeps its password. NULL, or what is
 * wrong. */
const char *grants_create_user(struct db *db, const void *context,
	const struct grant_account *account, const char *password);

/* One right of a program: on a table, or on one of its columns. */
/* column "": on the whole table */
struct grant_right {
	const char *privilege, *table, *column;
};
struct grant_right_list {
	struct grant_right *items;
	size_t count;
};

/* The rights of sql/grants.sql taken apart, below context. */
struct grant_right_list grants_rights(const void *context, const char *program);

#endif
