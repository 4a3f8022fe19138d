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

enum result metrics_show(const struct call *call, struct response *out)
{
	struct outbox_figures figures;
	out->text = request_metrics_text(api_of(call)->request_metrics, call->context);
	if (out->text && outbox_figures(api_of(call)->db, &figures) == RESULT_OK)
		out->text = memory_format(
			call->context, "%s%s", out->text, outbox_text(call->context, &figures));
	out->content_type = "text/plain; version=0.0.4; charset=utf-8";
	return out->text ? RESULT_OK : ERR_UNAVAILABLE;
}
