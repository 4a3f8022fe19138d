/* SPDX-License-Identifier: MIT */
/* Counters of a pool: each worker counts in a small mapped file of its own, whoever is asked sums
 * all of them. A worker that ended leaves its file; the next to start folds it into the pool's
 * past, so sums never fall. */
#ifndef DOJANG_BASE_METRICS_H
#define DOJANG_BASE_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct metrics;

/* Counts for `program` in directory ("dojang-api.1234.metrics"), count counters. The files' names
 * carry count, so that another version's are not mixed in. NULL when directory cannot be used: then
 * nothing is counted, and all functions take the NULL. */
struct metrics *metrics_open(
	const void *context, const char *directory, const char *program, size_t count);
void metrics_add(struct metrics *metrics, size_t counter, uint64_t amount);
/* The sums over the pool, living and past, into sums[count]. */
bool metrics_sum(const struct metrics *metrics, uint64_t *sums);

#endif
