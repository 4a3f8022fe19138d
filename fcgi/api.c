/* SPDX-License-Identifier: MIT */
/* dojang-api: JSON for customers and the shop's backend, as a FastCGI worker. */
#include "api/routes.h"

#include "auth/verified.h"
#include "base/log.h"
#include "base/memory.h"
#include "web/program.h"
#include "web/server.h"

#include <openssl/crypto.h>

static const char *open_database(struct api *api, const void *context)
{
	const char *error = NULL;
	const struct settings *settings = api->settings;
	const char *password = NULL;
	if (settings->database.api_password_file) {
		password = settings_read_secret(
			context, settings->database.api_password_file, &error);
		if (!password)
			return error;
	}
	api->db = db_new(context,
		&(struct db_settings){ .hosts = settings->database.hosts,
			.user = settings->database.api_user,
			.password = password,
			.name = settings->database.name });
	return NULL;
}

/* Fills api. Returns NULL, or an error. The database may be down: each request reports that, not
 * the start. */
static const char *fill(struct api *api, const void *context, const char *path)
{
	const char *error = NULL;
	api->settings = settings_read(context, path, &error);
	if (!api->settings)
		return error;
	api->secret = settings_read_secret(context, api->settings->server.secret_file, &error);
	if (!api->secret)
		return error;
	api->issuers = issuers_load(context, api->settings, &error);
	if (!api->issuers)
		return error;
	if (api->settings->server.seal_key_file) {
		api->seal = seal_open(context, api->settings->server.seal_key_file,
			api->settings->server.old_seal_key_file, &error);
		if (!api->seal)
			return error;
	}
	api->events = event_cache_new(context);
	return open_database(api, context);
}

/* Only texts of the client library: those of the server may contain values of a row. */
static void explain(void *program, const char *request_id)
{
	const struct api *api = program;
	unsigned number = db_error_number(api->db);
	bool is_own_text = number >= 2000 && number < 3000;
	log_write("database_error", LOG_TEXT("program", "api"), LOG_TEXT("id", request_id),
		LOG_NUMBER("number", number),
		LOG_TEXT("text", is_own_text ? db_error_text(api->db) : ""));
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
	/* Does not load OpenSSL's error texts, which nobody reads: a twentieth of a worker's
	 * memory. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS, NULL);
	verified_open();
	return program_main(
		&(struct program){ .name = "api", .set_up = set_up, .serve = serve }, argc, argv);
}
