/* SPDX-License-Identifier: MIT */
/* Counts requests and formats the counters for Prometheus. */
#include "web/request_metrics.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/metrics.h"

#include <inttypes.h>
#include <stdlib.h>

enum { STATUS_CLASSES = 5 }; /* 1xx to 5xx */

static const struct {
	int64_t milliseconds;
	const char *le;
} BUCKETS[] = {
	{ 5, "0.005" },
	{ 10, "0.01" },
	{ 25, "0.025" },
	{ 50, "0.05" },
	{ 100, "0.1" },
	{ 250, "0.25" },
	{ 500, "0.5" },
	{ 1000, "1" },
	{ 2500, "2.5" },
	{ 5000, "5" },
	{ INT64_MAX, "+Inf" },
};

/* The counters in order: status classes of each route, status classes without a route, buckets,
 * milliseconds, batched requests, dropped lines of the log. */
struct request_metrics {
	const struct router *router;
	const char *program;
	struct metrics *metrics;
};

static size_t bucket_base(const struct request_metrics *request_metrics)
{
	return (request_metrics->router->route_count + 1) * STATUS_CLASSES;
}

static size_t batched_base(const struct request_metrics *request_metrics)
{
	return bucket_base(request_metrics) + countof(BUCKETS) + 1;
}

static size_t counter_count(const struct request_metrics *request_metrics)
{
	return batched_base(request_metrics) + 2;
}

struct request_metrics *request_metrics_new(const void *context, const char *directory,
	const char *program, const struct router *router)
{
	struct request_metrics *request_metrics = memory_new(context, struct request_metrics);
	request_metrics->router = router;
	request_metrics->program = program;
	request_metrics->metrics = metrics_open(
		request_metrics, directory, program, counter_count(request_metrics));
	return request_metrics;
}

void request_metrics_count(struct request_metrics *request_metrics, const struct route *route,
	int status, int64_t milliseconds, bool is_batched)
{
	const struct router *router = request_metrics->router;
	size_t index = route ? (size_t)(route - router->routes) : router->route_count;
	size_t bucket = 0;
	while (milliseconds > BUCKETS[bucket].milliseconds)
		bucket++;
	metrics_add(
		request_metrics->metrics, index * STATUS_CLASSES + (size_t)(status / 100 - 1), 1);
	metrics_add(request_metrics->metrics, bucket_base(request_metrics) + bucket, 1);
	metrics_add(request_metrics->metrics, bucket_base(request_metrics) + countof(BUCKETS),
		(uint64_t)milliseconds);
	if (is_batched)
		metrics_add(request_metrics->metrics, batched_base(request_metrics), 1);
	uint64_t dropped = log_take_dropped();
	if (dropped)
		metrics_add(request_metrics->metrics, batched_base(request_metrics) + 1, dropped);
}

static char *requests_text(
	const struct request_metrics *request_metrics, const void *context, const uint64_t *sums)
{
	const struct router *router = request_metrics->router;
	char *text = memory_copy_text(context,
		"# HELP dojang_http_requests_total Requests answered, by route and class of "
		"status.\n"
		"# TYPE dojang_http_requests_total counter\n");
	for (size_t i = 0; i <= router->route_count; i++)
		for (size_t class = 0; class < STATUS_CLASSES; class ++) {
			const struct route *route = i < router->route_count ? &router->routes[i]
									    : NULL;
			if (sums[i * STATUS_CLASSES + class])
				text = memory_format(context,
					"%sdojang_http_requests_total{program=\"%s\",method=\"%s\","
					"route=\"%s\",code=\"%zuxx\"} %" PRIu64 "\n",
					text, request_metrics->program, route ? route->method : "",
					route ? route->path : "", class + 1,
					sums[i * STATUS_CLASSES + class]);
		}
	return text;
}

static char *durations_text(
	const struct request_metrics *request_metrics, const void *context, const uint64_t *sums)
{
	uint64_t count = 0, milliseconds = sums[countof(BUCKETS)];
	char *text = memory_copy_text(context,
		"# HELP dojang_http_request_duration_seconds Time from a worker taking a request "
		"to its answer.\n"
		"# TYPE dojang_http_request_duration_seconds histogram\n");
	for (size_t i = 0; i < countof(BUCKETS); i++) {
		count += sums[i];
		text = memory_format(context,
			"%sdojang_http_request_duration_seconds_bucket{program=\"%s\",le=\"%s\"} "
			"%" PRIu64 "\n",
			text, request_metrics->program, BUCKETS[i].le, count);
	}
	return memory_format(context,
		"%sdojang_http_request_duration_seconds_sum{program=\"%s\"} %" PRIu64 ".%03" PRIu64
		"\n"
		"dojang_http_request_duration_seconds_count{program=\"%s\"} %" PRIu64 "\n",
		text, request_metrics->program, milliseconds / 1000, milliseconds % 1000,
		request_metrics->program, count);
}

static char *batched_text(
	const struct request_metrics *request_metrics, const void *context, uint64_t sum)
{
	return memory_format(context,
		"# HELP dojang_http_requests_batched_total Requests that shared their statements "
		"with others that came at once.\n"
		"# TYPE dojang_http_requests_batched_total counter\n"
		"dojang_http_requests_batched_total{program=\"%s\"} %" PRIu64 "\n",
		request_metrics->program, sum);
}

static char *dropped_text(
	const struct request_metrics *request_metrics, const void *context, uint64_t sum)
{
	return memory_format(context,
		"# HELP dojang_log_lines_dropped_total Lines of the log that nobody read in time.\n"
		"# TYPE dojang_log_lines_dropped_total counter\n"
		"dojang_log_lines_dropped_total{program=\"%s\"} %" PRIu64 "\n",
		request_metrics->program, sum);
}

const char *request_metrics_text(const struct request_metrics *request_metrics, const void *context)
{
	uint64_t *sums = memory_array(context, uint64_t, counter_count(request_metrics));
	if (!metrics_sum(request_metrics->metrics, sums))
		return NULL;
	const uint64_t *batched = sums + batched_base(request_metrics);
	return memory_format(context, "%s%s%s%s", requests_text(request_metrics, context, sums),
		durations_text(request_metrics, context, sums + bucket_base(request_metrics)),
		batched_text(request_metrics, context, batched[0]),
		dropped_text(request_metrics, context, batched[1]));
}
