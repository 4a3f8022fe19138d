/* SPDX-License-Identifier: MIT */
/* The migrations, and the rights of each program; generated from sql/migrations and sql/grants.sql.
 */
#ifndef DOJANG_DB_MIGRATION_TABLE_H
#define DOJANG_DB_MIGRATION_TABLE_H

#include <stddef.h>

struct migration {
	unsigned number;
	const char *name, *sql;
};
struct grant {
	const char *program, *sql;
}; /* sql contains {database} and {user} */

extern const struct migration MIGRATIONS[];
extern const size_t MIGRATION_COUNT;
extern const struct grant GRANTS[];
extern const size_t GRANT_COUNT;

#endif
