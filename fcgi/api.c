/* SPDX-License-Identifier: MIT */
/* dojang-api: JSON for customers and the shop's backend, as a FastCGI worker. */
#include "api/routes.h"

#include "auth/verified.h"
#include "base/memory.h"
#include "startup.h"
#include "web/program.h"
#include "web/server.h"

#include <openssl/crypto.h>
#include <stdlib.h>

static const char *fill(struct api *api, const void *context, const char *path)
{
	struct startup startup = { 0 };
	const char *error = startup_read(&startup, context, path, "api");
	if (error)
		return error;
	api->settings = startup.settings;
	api->secret = startup.secret;
	api->seal = startup.seal;
	api->db = db_new(context, &startup.login);
	api->events = event_cache_new(context);
	api->issuers = issuers_load(context, api->settings, &error);
	return error;
}

static void explain(void *program, const char *request_id)
{
	startup_log_database_error("api", ((const struct api *)program)->db, request_id);
}

/* Issuers' keys are fetched when no request is waiting. */
static void maintenance(void *program, instant now)
{
	issuers_refresh(((struct api *)program)->issuers, now);
}

static void *set_up(const void *context, const char *settings_path, const char **error)
{
	struct api *api = memory_new(context, struct api);
	*error = fill(api, context, settings_path);
	return *error ? NULL : api;
}

static int serve(void *state, const void *context)
{
	struct api *api = state;
	const struct router router = { .routes = ROUTES,
		.route_count = ROUTE_COUNT,
		.authorize = authenticate_customer,
		.origins = &api->settings->server.origins,
		.cors_prefix = "/api/v1" };
	api->request_metrics = request_metrics_new(
		context, api->settings->server.runtime_directory, "api", &router);
	return server_run(&(struct server){ .router = &router,
		.request_metrics = api->request_metrics,
		.program = api,
		.clock_file = api->settings->demo.clock_file,
		.name = "api",
		.explain = explain,
		.maintenance = maintenance });
}

int main(int argc, char **argv)
{
	if (startup_describe("api", "[--workers N]", argc, argv))
		return EXIT_SUCCESS;
	/* Does not load OpenSSL's error texts, which nobody reads: a twentieth of a worker's
	 * memory. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS, NULL);
	verified_open();
	return program_main(
		&(struct program){ .name = "api", .set_up = set_up, .serve = serve }, argc, argv);
}
