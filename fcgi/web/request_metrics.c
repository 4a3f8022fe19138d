/* SPDX-License-Identifier: MIT */
/* Counts requests and formats the counters for Prometheus. */
#include "web/request_metrics.h"

#include "config.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/metrics.h"

#include <inttypes.h>
#include <stdlib.h>

enum { STATUS_CLASSES = 5, CREATED = 201 }; /* 1xx to 5xx */
enum { POINTS_GRANTED, POINTS_SPENT, POINTS_COUNT };
enum { GAUGE_WORKERS, GAUGE_BUSY, GAUGE_COUNT };

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
 * milliseconds, batched requests, dropped lines of the log, 201 responses of each route, points
 * given and taken. Then the gauges: workers, busy workers. */
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

static size_t created_base(const struct request_metrics *request_metrics)
{
	return batched_base(request_metrics) + 2;
}

static size_t points_base(const struct request_metrics *request_metrics)
{
	return created_base(request_metrics) + request_metrics->router->route_count;
}

static size_t gauge_base(const struct request_metrics *request_metrics)
{
	return points_base(request_metrics) + POINTS_COUNT;
}

static size_t counter_count(const struct request_metrics *request_metrics)
{
	return gauge_base(request_metrics) + GAUGE_COUNT;
}

struct request_metrics *request_metrics_new(const void *context, const char *directory,
	const char *program, const struct router *router)
{
	struct request_metrics *request_metrics = memory_new(context, struct request_metrics);
	request_metrics->router = router;
	request_metrics->program = program;
	request_metrics->metrics = metrics_open(
		request_metrics, directory, program, counter_count(request_metrics), GAUGE_COUNT);
	metrics_set(request_metrics->metrics, gauge_base(request_metrics) + GAUGE_WORKERS, 1);
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
	if (route && status == CREATED)
		metrics_add(request_metrics->metrics, created_base(request_metrics) + index, 1);
}

void request_metrics_points(struct request_metrics *request_metrics, int64_t amount)
{
	size_t index = points_base(request_metrics) + (amount < 0 ? POINTS_SPENT : POINTS_GRANTED);
	metrics_add(request_metrics->metrics, index, (uint64_t)(amount < 0 ? -amount : amount));
}

void request_metrics_busy(struct request_metrics *request_metrics, bool is_busy)
{
	metrics_set(request_metrics->metrics, gauge_base(request_metrics) + GAUGE_BUSY,
		is_busy ? 1 : 0);
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

static char *created_text(
	const struct request_metrics *request_metrics, const void *context, const uint64_t *sums)
{
	char *text = memory_copy_text(context, "");
	for (size_t i = 0; i < request_metrics->router->route_count; i++) {
		const char *name = request_metrics->router->routes[i].created_metric;
		if (name)
			text = memory_format(context,
				"%s# HELP dojang_%s_total New ones, by requests of customers.\n"
				"# TYPE dojang_%s_total counter\ndojang_%s_total %" PRIu64 "\n",
				text, name, name, name, sums[i]);
	}
	return text;
}

static char *points_text(const void *context, const uint64_t *sums)
{
	return memory_format(context,
		"# HELP dojang_points_granted_total Points given by check-ins, claims and the "
		"shop.\n"
		"# TYPE dojang_points_granted_total counter\n"
		"dojang_points_granted_total %" PRIu64 "\n"
		"# HELP dojang_points_spent_total Points taken by the shop.\n"
		"# TYPE dojang_points_spent_total counter\n"
		"dojang_points_spent_total %" PRIu64 "\n",
		sums[POINTS_GRANTED], sums[POINTS_SPENT]);
}

static char *workers_text(
	const struct request_metrics *request_metrics, const void *context, const uint64_t *gauges)
{
	uint64_t all = gauges[GAUGE_WORKERS], busy = gauges[GAUGE_BUSY];
	const char *program = request_metrics->program;
	return memory_format(context,
		"# HELP dojang_workers Workers by what they do; one is busy with this answer.\n"
		"# TYPE dojang_workers gauge\n"
		"dojang_workers{program=\"%s\",state=\"busy\"} %" PRIu64 "\n"
		"dojang_workers{program=\"%s\",state=\"idle\"} %" PRIu64 "\n"
		"# HELP dojang_build_info The version that runs.\n"
		"# TYPE dojang_build_info gauge\n"
		"dojang_build_info{program=\"%s\",version=\"" PACKAGE_VERSION "\"} 1\n",
		program, busy, program, all > busy ? all - busy : 0, program);
}

const char *request_metrics_customers_text(
	const struct request_metrics *request_metrics, const void *context)
{
	uint64_t *sums = memory_array(context, uint64_t, counter_count(request_metrics));
	if (!metrics_sum(request_metrics->metrics, sums))
		return NULL;
	return memory_format(context, "%s%s",
		created_text(request_metrics, context, sums + created_base(request_metrics)),
		points_text(context, sums + points_base(request_metrics)));
}

const char *request_metrics_text(const struct request_metrics *request_metrics, const void *context)
{
	uint64_t *sums = memory_array(context, uint64_t, counter_count(request_metrics));
	if (!metrics_sum(request_metrics->metrics, sums))
		return NULL;
	const uint64_t *batched = sums + batched_base(request_metrics);
	return memory_format(context, "%s%s%s%s%s", requests_text(request_metrics, context, sums),
		durations_text(request_metrics, context, sums + bucket_base(request_metrics)),
		batched_text(request_metrics, context, batched[0]),
		dropped_text(request_metrics, context, batched[1]),
		workers_text(request_metrics, context, sums + gauge_base(request_metrics)));
}
