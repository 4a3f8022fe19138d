/* SPDX-License-Identifier: MIT */
/* dojang-console: pages for staff, as a FastCGI worker. */
#include "console/page.h"
#include "console/routes.h"
#include "console/maintenance.h"
#include "console/console_user.h"

#include "base/memory.h"
#include "startup.h"
#include "web/program.h"
#include "web/server.h"
#include "web/style.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_SECONDS = 300 };

static const char *fill(struct console *console, const void *context, const char *path)
{
	struct startup startup = { 0 };
	const char *error = startup_read(&startup, context, path, "console");
	if (error)
		return error;
	console->settings = startup.settings;
	console->secret = startup.secret;
	console->seal = startup.seal;
	console->db = db_new(context, &startup.login);
	startup.login.statement_timeout_seconds = PATIENCE_SECONDS;
	console->slow_query_db = db_new(context, &startup.login);
	console->openid = openid_provider_new(context, console->settings, &error);
	if (error)
		return error;
	const char *own = console->settings->server.own_templates_directory;
	error = templates_load_all(context, console->settings->server.templates_directory, own,
		console->catalogues, &console->templates);
	if (!error)
		style_load(context, own, "console.css", &console->own_style, &error);
	return error;
}

static void explain(void *program, const char *request_id)
{
	startup_log_database_error("console", ((const struct console *)program)->db, request_id);
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
	if (startup_describe("console", "[--workers N]", argc, argv))
		return EXIT_SUCCESS;
	if (argc == 2 && strcmp(argv[1], "--routes") == 0)
		return print_routes();
	return program_main(
		&(struct program){ .name = "console", .set_up = set_up, .serve = serve }, argc,
		argv);
}
