/* SPDX-License-Identifier: MIT */
/* Connects to the first usable host and sets up the session that all statements rely on. */
#include "db/internal.h"

#include "db/fault_calls.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* In seconds. The read timeout is longer than the server's lock wait, so that the server answers
 * first. */
enum { CONNECT_TIMEOUT = 2, READ_TIMEOUT = 5, LOCK_WAIT_TIMEOUT = 2 };

void db_note_failure(struct db *db, unsigned number, const char *text)
{
	db->has_failed = true;
	db->error_number = number;
	snprintf(db->error_text, sizeof db->error_text, "%s", text);
}

void db_disconnect(struct db *db)
{
	memory_free(db->statement_context);
	db->statement_context = NULL;
	memset(db->statements, 0, sizeof db->statements);
	memset(db->rows, 0, sizeof db->rows);
	db->compounds = NULL;
	db->unread = NULL;
	if (db->mysql)
		mysql_close(db->mysql);
	db->mysql = NULL;
}

static int end_db(void *db)
{
	db_disconnect(db);
	return 0;
}

static void split_hosts(struct db *db)
{
	char *rest = memory_copy_text(db, db->settings.hosts);
	for (char *host; db->host_count < HOSTS_MAXIMUM && (host = strsep(&rest, ",")) != NULL;) {
		host += strspn(host, " ");
		host[strcspn(host, " ")] = 0;
		if (*host)
			db->hosts[db->host_count++] = host;
	}
}

struct db *db_new(const void *context, const struct db_settings *settings)
{
	struct db *db = memory_new(context, struct db);
	db->settings = *settings;
	db->settings.hosts = memory_copy_text(db, settings->hosts);
	db->settings.user = memory_copy_text(db, settings->user);
	db->settings.password = memory_copy_text(db, settings->password);
	db->settings.name = memory_copy_text(db, settings->name);
	db->settings.tls_ca_file = memory_copy_text(db, settings->tls_ca_file);
	split_hosts(db);
	memory_at_end(db, end_db);
	return db;
}

static MYSQL *new_handle(unsigned statement_timeout_seconds)
{
	unsigned connect_timeout = CONNECT_TIMEOUT,
		 io_timeout = statement_timeout_seconds ? statement_timeout_seconds : READ_TIMEOUT;
	MYSQL *mysql = mysql_init(NULL);
	if (!mysql)
		memory_exhausted();
	mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_timeout);
	mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &io_timeout);
	mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &io_timeout);
	mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	return mysql;
}

static bool refuse_without_tls(struct db *db)
{
	enum { TLS_ERROR = 2026 };
	db_note_failure(
		db, TLS_ERROR, "database.tls requires TLS, and the server does not offer it");
	return false;
}

/* False and noted when it fails. */
static bool open_host(struct db *db, MYSQL *mysql)
{
	const char *host = db->hosts[db->host];
	const char *socket = NULL;
	char name[256];
	int64_t port = 0;
	snprintf(name, sizeof name, "%s", host);
	if (text_starts_with(host, "unix:")) {
		socket = host + strlen("unix:");
		snprintf(name, sizeof name, "localhost");
	} else {
		char *colon = strrchr(name, ':');
		if (colon && text_to_number(colon + 1, 1, 65535, &port))
			*colon = 0;
		if (!tls_prepare(mysql, &db->settings, name, (unsigned)port, &db->offers[db->host]))
			return refuse_without_tls(db);
	}
	bool is_connected = mysql_real_connect(mysql, name, db->settings.user,
		db->settings.password, db->settings.name, (unsigned)port, socket, 0);
	tls_learn(mysql, &db->offers[db->host]);
	if (is_connected)
		return socket || tls_is_sufficient(mysql, &db->settings) || refuse_without_tls(db);
	db_note_failure(db, mysql_errno(mysql), mysql_error(mysql));
	return false;
}

/* What every statement relies on: strict mode, UTC, READ COMMITTED, short lock waits. The last one
 * is a statement that a cluster node refuses while it does not take part; such a node still accepts
 * connections and SET. */
static bool set_session(MYSQL *mysql, const struct db_settings *settings, bool *has_pipelining)
{
	/* for tables that somebody alters or locks; the server's own is hours */
	unsigned lock_wait = settings->statement_timeout_seconds
		? settings->statement_timeout_seconds
		: LOCK_WAIT_TIMEOUT;
	char text[500];
	snprintf(text, sizeof text,
		"SET SESSION sql_mode = "
		"'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
		"ONLY_FULL_GROUP_BY,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', "
		"innodb_lock_wait_timeout = %d, lock_wait_timeout = %u%s",
		LOCK_WAIT_TIMEOUT, lock_wait,
		settings->trusts_statistics ? ", eq_range_index_dive_limit = 1" : "");
	return mysql_query(mysql, text) == 0
		&& mysql_query(mysql, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED") == 0
		&& compound_probe(mysql, has_pipelining);
}

void db_leave_host(struct db *db)
{
	db_disconnect(db);
	if (db->host_count)
		db->host = (db->host + 1) % db->host_count;
}

static bool connect_once(struct db *db)
{
	MYSQL *mysql = new_handle(db->settings.statement_timeout_seconds);
	if (open_host(db, mysql)) {
		if (set_session(mysql, &db->settings, &db->has_pipelining)) {
			db->mysql = mysql;
			db->has_pipelining &= !db->settings.disables_pipelining;
			db->statement_context = memory_context(db);
			return true;
		}
		db_note_failure(db, mysql_errno(mysql), mysql_error(mysql));
	}
	mysql_close(mysql);
	db_leave_host(db);
	return false;
}

const char *db_transport(const struct db *db)
{
	if (!db->mysql)
		return NULL;
	if (text_starts_with(db->hosts[db->host], "unix:"))
		return "socket";
	const char *cipher = mysql_get_ssl_cipher(db->mysql);
	return cipher ? cipher : "no TLS";
}

struct db_settings db_settings_for(
	const struct settings *settings, const char *user, const char *password)
{
	return (struct db_settings){ .hosts = settings->database.hosts,
		.user = user,
		.password = password,
		.name = settings->database.name,
		.tls = (enum tls_mode)settings->database.tls,
		.tls_ca_file = settings->database.tls_ca_file };
}

bool db_connect(struct db *db)
{
	if (db->host_count == 0)
		db_note_failure(db, 2005, "database.hosts names no host");
	for (size_t tries = 0; !db->mysql && tries < db->host_count; tries++)
		if (connect_once(db))
			db->has_failed = false;
	return db->mysql;
}

unsigned db_error_number(const struct db *db)
{
	return db->error_number;
}

const char *db_error_text(const struct db *db)
{
	return db->error_text;
}

bool db_has_failed(const struct db *db)
{
	return db->has_failed;
}
