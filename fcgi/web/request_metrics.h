/* SPDX-License-Identifier: MIT */
/* Request metrics of the pool for Prometheus: requests by route and status, and their durations. */
#ifndef DOJANG_WEB_REQUEST_METRICS_H
#define DOJANG_WEB_REQUEST_METRICS_H

#include "web/router.h"

struct request_metrics;

/* Counts in files of directory (base/metrics.h). When it is NULL or unusable, nothing is counted,
 * and request_metrics_text returns NULL. */
struct request_metrics *request_metrics_new(const void *context, const char *directory,
	const char *program, const struct router *router);
void request_metrics_count(struct request_metrics *request_metrics, const struct route *route,
	int status, int64_t milliseconds, bool is_batched);
/* Counts points that customers were given (above 0) or that were taken from them (below 0). */
void request_metrics_points(struct request_metrics *request_metrics, int64_t amount);
/* Whether this worker serves a request just now. */
void request_metrics_busy(struct request_metrics *request_metrics, bool is_busy);
/* Returns the sums over the pool in text exposition format 0.0.4, below context. */
const char *request_metrics_text(
	const struct request_metrics *request_metrics, const void *context);
/* The same for what customers do: routes with a created_metric, points. */
const char *request_metrics_customers_text(
	const struct request_metrics *request_metrics, const void *context);

#endif
