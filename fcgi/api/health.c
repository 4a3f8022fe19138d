/* SPDX-License-Identifier: MIT */
/* Handles health checks and metrics. */
#include "api/routes.h"

#include "base/memory.h"
#include "notification/outbox.h"

#include <inttypes.h>

enum result health_alive(const struct call *call, struct response *out)
{
	(void)call;
	json_object *json = json_new_object();
	json_put_text(json, "status", "ok");
	response_json(out, json);
	return RESULT_OK;
}

enum result health_ready(const struct call *call, struct response *out)
{
	if (!db_is_reachable(api_of(call)->db))
		return ERR_UNAVAILABLE;
	return health_alive(call, out);
}

static const char *outbox_channel_text(
	const void *context, const struct outbox_figures *figures, size_t channel)
{
	const char *name = OUTBOX_CHANNEL_NAMES[channel], *text = "";
	for (size_t state = 0; state < OUTBOX_STATES; state++)
		text = memory_format(context,
			"%sdojang_outbox_messages{channel=\"%s\",state=\"%s\"} %" PRIu64 "\n", text,
			name, OUTBOX_STATE_NAMES[state],
			figures->channels[channel].messages[state]);
	return text;
}

/* Read from the database, so it is the same for every worker of every host. */
static const char *outbox_text(const void *context, const struct outbox_figures *figures)
{
	const char *text = "# HELP dojang_outbox_messages Mails and webhooks by how they stand.\n# "
			   "TYPE dojang_outbox_messages gauge\n";
	for (size_t i = 0; i < OUTBOX_CHANNELS; i++)
		text = memory_format(
			context, "%s%s", text, outbox_channel_text(context, figures, i));
	text = memory_format(context,
		"%s# HELP dojang_outbox_oldest_seconds Age of the oldest message that waits.\n# "
		"TYPE dojang_outbox_oldest_seconds gauge\n",
		text);
	for (size_t i = 0; i < OUTBOX_CHANNELS; i++)
		text = memory_format(context,
			"%sdojang_outbox_oldest_seconds{channel=\"%s\"} %" PRIu64 "\n", text,
			OUTBOX_CHANNEL_NAMES[i], figures->channels[i].oldest_seconds);
	text = memory_format(context,
		"%s# HELP dojang_delivery_holds Mail servers and endpoints that are left in peace "
		"for now.\n# TYPE dojang_delivery_holds gauge\n",
		text);
	for (size_t i = 0; i < OUTBOX_CHANNELS; i++)
		text = memory_format(context,
			"%sdojang_delivery_holds{channel=\"%s\"} %" PRIu64 "\n", text,
			OUTBOX_CHANNEL_NAMES[i], figures->channels[i].holds);
	return text;
}

/* Products without a limit have no stock to watch. */
static const char *stock_text(const void *context, struct db *db)
{
	const char *stock = "# HELP dojang_product_stock What is left of a product.\n"
			    "# TYPE dojang_product_stock gauge\n";
	const char *thresholds = "# HELP dojang_product_threshold Staff get a mail when so many "
				 "are left.\n# TYPE dojang_product_threshold gauge\n";
	struct db_rows *rows = db_read(db, QUERY_METRICS_STOCK, DB_NO_PARAMS);
	while (db_next(rows)) {
		uint64_t id = db_get_id(rows, METRICS_STOCK_ID);
		stock = memory_format(context,
			"%sdojang_product_stock{product=\"%" PRIu64 "\"} %" PRId64 "\n", stock, id,
			db_get_number(rows, METRICS_STOCK_REMAIN));
		if (!db_is_null(rows, METRICS_STOCK_THRESHOLD))
			thresholds = memory_format(context,
				"%sdojang_product_threshold{product=\"%" PRIu64 "\"} %" PRId64 "\n",
				thresholds, id, db_get_number(rows, METRICS_STOCK_THRESHOLD));
	}
	return db_end_read(db) == RESULT_OK ? memory_format(context, "%s%s", stock, thresholds)
					    : "";
}

enum result metrics_show(const struct call *call, struct response *out)
{
	struct outbox_figures figures;
	struct api *api = api_of(call);
	out->content_type = "text/plain; version=0.0.4; charset=utf-8";
	out->text = request_metrics_text(api->request_metrics, call->context);
	if (!out->text)
		return ERR_UNAVAILABLE;
	out->text = memory_format(call->context, "%s%s", out->text,
		request_metrics_customers_text(api->request_metrics, call->context));
	if (outbox_figures(api->db, &figures) == RESULT_OK)
		out->text = memory_format(call->context, "%s%s%s", out->text,
			outbox_text(call->context, &figures), stock_text(call->context, api->db));
	return RESULT_OK;
}
