/* SPDX-License-Identifier: MIT */
/* What the pool did, for Prometheus: requests by route and status, and how long they took. */
#ifndef DOJANG_WEB_REQUEST_METRICS_H
#define DOJANG_WEB_REQUEST_METRICS_H

#include "web/router.h"

struct request_metrics;

/* Counts in files of directory (base/metrics.h); NULL or a bad one: nothing is counted, and
 * request_metrics_text is NULL. */
struct request_metrics *request_metrics_new(const void *context, const char *directory,
	const char *program, const struct router *router);
void request_metrics_count(struct request_metrics *request_metrics, const struct route *route,
	int status, int64_t milliseconds, bool is_batched);
/* The text exposition format 0.0.4, below context, summed over the pool. */
const char *request_metrics_text(
	const struct request_metrics *request_metrics, const void *context);

#endif
