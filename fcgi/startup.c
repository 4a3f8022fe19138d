/* SPDX-License-Identifier: MIT */
/* Reads what every program needs before it serves. */
#include "startup.h"

#include "config.h"

#include "base/log.h"
#include "base/text.h"

#include <stdio.h>

bool startup_describe(const char *program, const char *options, int argc, char *const *argv)
{
	if (argc == 2 && text_equals(argv[1], "--version"))
		printf("dojang-%s " PACKAGE_VERSION "\n", program);
	else if (argc == 2 && (text_equals(argv[1], "--help") || text_equals(argv[1], "-h")))
		printf("usage: dojang-%s [--settings FILE] %s\n\nThe settings are FILE, or else "
		       "the file that DOJANG_SETTINGS names.\nman dojang-%s explains the "
		       "options.\n",
			program, options, program);
	else
		return false;
	return true;
}

static const char *read_login(struct startup *startup, const void *context, const char *program)
{
	const struct settings *settings = startup->settings;
	const struct {
		const char *program, *user, *password_file;
	} logins[] = {
		{ "api", settings->database.api_user, settings->database.api_password_file },
		{ "console", settings->database.console_user,
			settings->database.console_password_file },
		{ "notifier", settings->database.notifier_user,
			settings->database.notifier_password_file },
	};
	size_t i = 0;
	while (!text_equals(logins[i].program, program))
		i++;
	const char *error = NULL;
	startup->login = db_settings_for(settings, logins[i].user, NULL);
	if (logins[i].password_file)
		startup->login.password = settings_read_secret(
			context, logins[i].password_file, &error);
	return error;
}

const char *startup_read(
	struct startup *startup, const void *context, const char *path, const char *program)
{
	const char *error = NULL;
	const struct settings *settings = startup->settings = settings_read(context, path, &error);
	/* systemd does not pass the server's secret to the notifier */
	if (settings && !text_equals(program, "notifier"))
		startup->secret = settings_read_secret(
			context, settings->server.secret_file, &error);
	if (!error && settings->server.seal_key_file)
		startup->seal = seal_open(context, settings->server.seal_key_file,
			settings->server.old_seal_key_file, &error);
	return error ? error : read_login(startup, context, program);
}

void startup_log_database_error(const char *program, const struct db *db, const char *request_id)
{
	/* Only texts of the client library: those of the server may contain values of a row. */
	unsigned number = db_error_number(db);
	bool is_own_text = number >= 2000 && number < 3000;
	log_write("database_error", LOG_TEXT("program", program), LOG_TEXT("id", request_id),
		LOG_NUMBER("number", number),
		LOG_TEXT("text", is_own_text ? db_error_text(db) : ""));
}
