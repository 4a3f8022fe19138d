/* SPDX-License-Identifier: MIT */
/* Counts requests and writes the counts in Prometheus' text exposition format. */
#include "web/observer.h"

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

/* Counters in a row: classes of each route, classes of what no route has, buckets, milliseconds,
 * those served together. */
struct observer {
	const struct router *router;
	const char *program;
	struct metrics *metrics;
};

static size_t bucket_base(const struct observer *observer)
{
	return (observer->router->route_count + 1) * STATUS_CLASSES;
}

static size_t together_base(const struct observer *observer)
{
	return bucket_base(observer) + countof(BUCKETS) + 1;
}

static size_t counter_count(const struct observer *observer)
{
	return together_base(observer) + 1;
}

struct observer *observer_new(const void *context, const char *directory, const char *program,
	const struct router *router)
{
	struct observer *observer = memory_new(context, struct observer);
	observer->router = router;
	observer->program = program;
	observer->metrics = metrics_open(observer, directory, program, counter_count(observer));
	return observer;
}

void observer_count(struct observer *observer, const struct route *route, int status,
	int64_t milliseconds, bool is_together)
{
	const struct router *router = observer->router;
	size_t index = route ? (size_t)(route - router->routes) : router->route_count;
	size_t bucket = 0;
	while (milliseconds > BUCKETS[bucket].milliseconds)
		bucket++;
	metrics_add(observer->metrics, index * STATUS_CLASSES + (size_t)(status / 100 - 1), 1);
	metrics_add(observer->metrics, bucket_base(observer) + bucket, 1);
	metrics_add(observer->metrics, bucket_base(observer) + countof(BUCKETS),
		(uint64_t)milliseconds);
	if (is_together)
		metrics_add(observer->metrics, together_base(observer), 1);
}

static char *requests_text(
	const struct observer *observer, const void *context, const uint64_t *sums)
{
	const struct router *router = observer->router;
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
					text, observer->program, route ? route->method : "",
					route ? route->path : "", class + 1,
					sums[i * STATUS_CLASSES + class]);
		}
	return text;
}

static char *durations_text(
	const struct observer *observer, const void *context, const uint64_t *sums)
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
			text, observer->program, BUCKETS[i].le, count);
	}
	return memory_format(context,
		"%sdojang_http_request_duration_seconds_sum{program=\"%s\"} %" PRIu64 ".%03" PRIu64
		"\n"
		"dojang_http_request_duration_seconds_count{program=\"%s\"} %" PRIu64 "\n",
		text, observer->program, milliseconds / 1000, milliseconds % 1000,
		observer->program, count);
}

static char *together_text(const struct observer *observer, const void *context, uint64_t sum)
{
	return memory_format(context,
		"# HELP dojang_http_requests_together_total Requests that shared their statements "
		"with others that came at once.\n"
		"# TYPE dojang_http_requests_together_total counter\n"
		"dojang_http_requests_together_total{program=\"%s\"} %" PRIu64 "\n",
		observer->program, sum);
}

const char *observer_text(const struct observer *observer, const void *context)
{
	uint64_t *sums = memory_array(context, uint64_t, counter_count(observer));
	if (!metrics_sum(observer->metrics, sums))
		return NULL;
	return memory_format(context, "%s%s%s", requests_text(observer, context, sums),
		durations_text(observer, context, sums + bucket_base(observer)),
		together_text(observer, context, sums[together_base(observer)]));
}
