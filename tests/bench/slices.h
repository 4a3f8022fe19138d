/* SPDX-License-Identifier: MIT */
/* Measured time in slices of about 100 ms. Neighbours steal the machine's processors, changing by
 * the moment: only slices in which little was stolen count (they are called clean), and a
 * measurement goes on until there is enough of them. */
#ifndef DOJANG_BENCH_SLICES_H
#define DOJANG_BENCH_SLICES_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SLICE_MS = 100 };

/* One request or piece of work, in seconds of slices_now. */
struct operation {
	double end, latency;
};
struct operations {
	const struct operation *items;
	size_t count;
};

struct slices_settings {
	double wanted; /* clean seconds after which the measurement is over */
	double most;   /* and seconds after which it is over in any case */
	/* the share of stolen time, 0 to 1, up to which a slice is clean */
	double steal;
};

struct slices;

double slices_now(void);
/* Begins the first slice. Below context. */
struct slices *slices_new(const void *context, const struct slices_settings *settings);
/* To be called at least every few milliseconds; false once the measurement is over. */
bool slices_go_on(struct slices *slices);
/* When the present slice ends: nothing need be called before. */
double slices_next(const struct slices *slices);

/* Rates and percentiles over the whole time and over the clean slices alone, and each slice.
 * Operations are those that count as done, in one or several lists, each by time; what ended
 * outside the measured time is left out. */
json_object *slices_report(
	const struct slices *slices, const struct operations *lists, size_t list_count);

/* User and system time of this process and of its children that have ended. */
double slices_own_cpu(void);

#endif
