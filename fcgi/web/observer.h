/* SPDX-License-Identifier: MIT */
/* What the pool did, for Prometheus: requests by route and status, and how long they took. */
#ifndef DOJANG_WEB_OBSERVER_H
#define DOJANG_WEB_OBSERVER_H

#include "web/router.h"

struct observer;

/* Counts in files of directory (base/metrics.h); NULL or a bad one: nothing is counted, and
 * observer_text is NULL. */
struct observer *observer_new(const void *context, const char *directory, const char *program,
	const struct router *router);
void observer_count(struct observer *observer, const struct route *route, int status,
	int64_t milliseconds, bool is_together);
/* The text exposition format 0.0.4, below context, summed over the pool. */
const char *observer_text(const struct observer *observer, const void *context);

#endif
