/* SPDX-License-Identifier: MIT */
/* Counters of a pool. Each worker counts in a small mapped file of its own, and the sum over all
 * files is computed on request. The file of an ended worker is added to a common one by the next
 * worker that starts, so sums never decrease. */
#ifndef DOJANG_BASE_METRICS_H
#define DOJANG_BASE_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct metrics;

/* Opens count counters of `program` in directory ("dojang-api.1234.metrics"). The last gauge_count
 * of them are gauges: their sums are over living workers only. File names include count, so that
 * files of other versions are not mixed in. Returns NULL when directory cannot be used. All
 * functions accept NULL and then count nothing. */
struct metrics *metrics_open(const void *context, const char *directory, const char *program,
	size_t count, size_t gauge_count);
void metrics_add(struct metrics *metrics, size_t counter, uint64_t amount);
/* For gauges: the value of this worker. */
void metrics_set(struct metrics *metrics, size_t counter, uint64_t value);
/* Stores the sums over all workers of the pool, also ended ones, in sums[count]. */
bool metrics_sum(const struct metrics *metrics, uint64_t *sums);

#endif
