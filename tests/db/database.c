/* SPDX-License-Identifier: MIT */
/* Makes and drops the databases of tests. */
#include "database.h"

#include "base/memory.h"
#include "db/grants.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <mysql.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void tell_nobody(
	void *state, enum migrate_news news, const char *name, size_t done, size_t total)
{
	(void)state;
	(void)news;
	(void)name;
	(void)done;
	(void)total;
}

const struct migrate_watcher NOBODY = { tell_nobody, NULL };

static const char *environment(const char *name)
{
	const char *value = getenv(name);
	if (!value)
		fail_msg("%s is not set: run this by tests/with-mariadb", name);
	return value;
}

static struct db *connect_to(
	const void *context, const char *name, const char *user, const char *password)
{
	return db_new(context,
		&(struct db_settings){ .hosts = environment("DOJANG_TEST_HOSTS"),
			.user = user,
			.password = password,
			.name = name,
			.statement_timeout_seconds = 60 });
}

struct db *database_connect_one_by_one(const struct database *database)
{
	return db_new(database->context,
		&(struct db_settings){ .hosts = environment("DOJANG_TEST_HOSTS"),
			.user = environment("DOJANG_TEST_USER"),
			.password = getenv("DOJANG_TEST_PASSWORD"),
			.name = database->name,
			.disables_pipelining = true });
}

struct db *database_connect(const struct database *database, const char *user, const char *password)
{
	return connect_to(database->context, database->name, user, password);
}

static void close_reader(void *reader)
{
	mysql_close(reader);
}

/* The database's client library itself, so that what is tested does not vouch for itself. */
static MYSQL *open_reader(const struct database *database, const char *user, const char *password)
{
	char *host = memory_copy_text(database->context, environment("DOJANG_TEST_HOSTS"));
	bool is_socket = strncmp(host, "unix:", 5) == 0;
	char *colon = is_socket ? NULL : strrchr(host, ':');
	unsigned port = colon ? (unsigned)strtoul(colon + 1, NULL, 10) : 0;
	MYSQL *mysql = mysql_init(NULL);
	if (colon)
		*colon = 0;
	if (!mysql_real_connect(mysql, is_socket ? "localhost" : host, user, password,
		    database->name, port, is_socket ? host + 5 : NULL, 0))
		fail_msg("%s", mysql_error(mysql));
	memory_attach(database->context, mysql, close_reader);
	return mysql;
}

static MYSQL_RES *ask(const struct database *database, const char *sql)
{
	MYSQL_RES *rows = mysql_query(database->reader, sql) == 0
		? mysql_store_result(database->reader)
		: NULL;
	if (!rows)
		fail_msg("%s\n%s", sql, mysql_error(database->reader));
	return rows;
}

static int64_t number_in(MYSQL_RES *rows, unsigned column, const char *sql)
{
	MYSQL_ROW row = mysql_fetch_row(rows);
	if (!row || !row[column])
		fail_msg("%s\nanswers nothing", sql);
	int64_t number = strtoll(row[column], NULL, 10);
	mysql_free_result(rows);
	return number;
}

int64_t database_number(const struct database *database, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	char *sql = memory_format_list(database->context, format, list);
	va_end(list);
	return number_in(ask(database, sql), 0, sql);
}

int64_t database_status(const struct database *database, const char *name)
{
	const char *sql = memory_format(database->context, "SHOW GLOBAL STATUS LIKE '%s'", name);
	return number_in(ask(database, sql), 1, sql);
}

bool database_is_mysql(const struct database *database)
{
	return !strstr(mysql_get_server_info(database->reader), "MariaDB");
}

struct database database_make(void)
{
	static unsigned made;
	struct database database = { .context = memory_context(NULL) };
	const char *user = environment("DOJANG_TEST_USER"),
		   *password = getenv("DOJANG_TEST_PASSWORD");
	database.name = memory_format(
		database.context, "dojang_test_%ld_%u", (long)getpid(), ++made);
	struct db *without_name = connect_to(database.context, NULL, user, password);
	const char *error = grants_create_database(without_name, database.context, database.name);
	if (error)
		fail_msg("%s", error);
	memory_free(without_name);
	database.db = database_connect(&database, user, password);
	database.reader = open_reader(&database, user, password);
	return database;
}

struct database database_make_migrated(void)
{
	struct database database = database_make();
	size_t ran;
	const char *error = migrate_run(database.db, database.context, &NOBODY, 0, &ran);
	if (error)
		fail_msg("%s", error);
	return database;
}

void database_run(const struct database *database, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	char *sql = memory_format_list(database->context, format, list);
	va_end(list);
	if (!db_execute_text(database->db, sql))
		fail_msg("%s\n%s", sql, db_error_text(database->db));
}

void database_drop(struct database *database)
{
	database_run(database, "DROP DATABASE `%s`", database->name);
	memory_free(database->context);
}
