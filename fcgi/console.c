/* SPDX-License-Identifier: MIT */
/* dojang-console: pages for staff, as a FastCGI worker. */
#include "console/page.h"
#include "console/routes.h"
#include "console/maintenance.h"
#include "console/console_user.h"

#include "base/log.h"
#include "base/memory.h"
#include "web/program.h"
#include "web/server.h"
#include "web/style.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_SECONDS = 300 };

static const char *open_database(struct console *console, const void *context)
{
	const char *error = NULL, *password = NULL;
	const struct settings *settings = console->settings;
	if (settings->database.console_password_file) {
		password = settings_read_secret(
			context, settings->database.console_password_file, &error);
		if (!password)
			return error;
	}
	struct db_settings login = { .hosts = settings->database.hosts,
		.user = settings->database.console_user,
		.password = password,
		.name = settings->database.name };
	console->db = db_new(context, &login);
	login.statement_timeout_seconds = PATIENCE_SECONDS;
	console->slow_query_db = db_new(context, &login);
	return NULL;
}

/* Parses all pages and looks up their texts in both languages now, so that an error stops the
 * start. */
static const char *load_pages(struct console *console, const void *context)
{
	const char *error = NULL, *directory = console->settings->server.templates_directory,
		   *own = console->settings->server.own_templates_directory;
	for (unsigned language = 0; language < LANGUAGE_COUNT; language++) {
		console->catalogues[language] = catalogue_load(
			context, (enum language)language, directory, own, &error);
		if (!console->catalogues[language])
			return error;
		console->templates = templates_load(
			context, directory, own, console->catalogues[language], &error);
		if (!console->templates)
			return error;
	}
	return style_load(context, own, "console.css", &console->own_style, &error) ? NULL : error;
}

static const char *fill(struct console *console, const void *context, const char *path)
{
	const char *error = NULL;
	console->settings = settings_read(context, path, &error);
	if (!console->settings)
		return error;
	console->secret = settings_read_secret(
		context, console->settings->server.secret_file, &error);
	if (!console->secret)
		return error;
	if (console->settings->server.seal_key_file) {
		console->seal = seal_open(context, console->settings->server.seal_key_file,
			console->settings->server.old_seal_key_file, &error);
		if (!console->seal)
			return error;
	}
	console->openid = openid_provider_new(context, console->settings, &error);
	if (error)
		return error;
	error = load_pages(console, context);
	return error ? error : open_database(console, context);
}

/* Only texts of the client library: those of the server may contain values of a row. */
static void explain(void *program, const char *request_id)
{
	const struct console *console = program;
	unsigned number = db_error_number(console->db);
	bool is_own_text = number >= 2000 && number < 3000;
	log_write("database_error", LOG_TEXT("program", "console"), LOG_TEXT("id", request_id),
		LOG_NUMBER("number", number),
		LOG_TEXT("text", is_own_text ? db_error_text(console->db) : ""));
}

/* For tests that request every route: method, path and required role. */
static int print_routes(void)
{
	static const char *const ROLES[] = { [ROLE_ANYONE] = "anyone",
		[ROLE_VIEWER] = "viewer",
		[ROLE_MANAGER] = "manager",
		[ROLE_OWNER] = "owner" };
	for (size_t i = 0; i < CONSOLE_ROUTE_COUNT; i++)
		printf("%s %s %s\n", CONSOLE_ROUTES[i].method, CONSOLE_ROUTES[i].path,
			ROLES[CONSOLE_ROUTES[i].role]);
	return EXIT_SUCCESS;
}

static void *set_up(const void *context, const char *settings_path, const char **error)
{
	struct console *console = memory_new(context, struct console);
	*error = fill(console, context, settings_path);
	return *error ? NULL : console;
}

static int serve(void *state, const void *context)
{
	struct console *console = state;
	static const struct text_list NO_ORIGINS;
	const struct router router = { .routes = CONSOLE_ROUTES,
		.route_count = CONSOLE_ROUTE_COUNT,
		.authorize = console_user_authorize,
		.authorizes_anyone = true,
		.guard_form = console_user_guard_form,
		.present_error = page_error,
		.origins = &NO_ORIGINS };
	console->request_metrics = request_metrics_new(
		context, console->settings->server.runtime_directory, "console", &router);
	return server_run(&(struct server){ .router = &router,
		.request_metrics = console->request_metrics,
		.program = console,
		.clock_file = console->settings->demo.clock_file,
		.name = "console",
		.explain = explain,
		.maintenance = maintenance_run });
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--routes") == 0)
		return print_routes();
	return program_main(
		&(struct program){ .name = "console", .set_up = set_up, .serve = serve }, argc,
		argv);
}
