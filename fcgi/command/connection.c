/* SPDX-License-Identifier: MIT */
/* Opens the administrator's connection and explains its errors. */
#include "command/connection.h"

#include "base/memory.h"

#include <string.h>

/* A migration or an import may run one statement for a long time. */
enum { PATIENCE_SECONDS = 3600, HOST_PATIENCE_SECONDS = 60 };

/* False and *error when the password cannot be read. */
static bool read_login(const void *context, const struct settings *settings,
	struct db_settings *login, const char **error)
{
	const char *password = NULL, *file = settings->database.admin_password_file;
	if (file && !(password = settings_read_secret(context, file, error)))
		return false;
	*login = db_settings_for(settings, settings->database.admin_user, password);
	return true;
}

struct db *connection_new(
	const void *context, const struct settings *settings, const char *name, const char **error)
{
	struct db_settings login;
	if (!read_login(context, settings, &login, error))
		return NULL;
	login.name = name;
	login.statement_timeout_seconds = PATIENCE_SECONDS;
	return db_new(context, &login);
}

struct db *connection_to(
	const void *context, const struct settings *settings, const char *host, const char **error)
{
	struct db_settings login;
	if (!read_login(context, settings, &login, error))
		return NULL;
	login.hosts = host;
	login.statement_timeout_seconds = HOST_PATIENCE_SECONDS;
	return db_new(context, &login);
}

const char *const *connection_hosts(
	const void *context, const struct settings *settings, size_t *count)
{
	const char **hosts = NULL;
	char *rest = memory_copy_text(context, settings->database.hosts);
	*count = 0;
	for (char *host; (host = strsep(&rest, ", ")) != NULL;)
		if (*host) {
			hosts = memory_grow(context, hosts, const char *, *count + 1);
			hosts[(*count)++] = host;
		}
	return hosts;
}

static const char *advice(unsigned number)
{
	switch (number) {
	case 1044:
	case 1045:
	case 1698:
		return "check database.admin_user and database.admin_password_file in the "
		       "settings, and database.tls if the server requires TLS";
	case 1049: return "run dojangctl migrate, which makes it";
	case 1054:
	case 1146: return "run dojangctl migrate: the schema is not up to date";
	case 2026:
	case 3159: return "check database.tls and database.tls_ca_file in the settings";
	case 2002:
	case 2003:
	case 2005: return "is it running, and is database.hosts in the settings right?";
	default: return NULL;
	}
}

const char *connection_fault(const void *context, const struct db *db)
{
	const char *todo = advice(db_error_number(db));
	return memory_format(context, todo ? "the database says: %s (%s)" : "the database says: %s",
		db_error_text(db), todo);
}
