/* SPDX-License-Identifier: MIT */
/* Cuts the measured time into slices, reads from /proc/stat how much of each was stolen, and works
 * out what the clean ones say. */
#include "slices.h"

#include "base/json.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { SLICES_AT_FIRST = 64, COLUMNS = 8, COLUMN_IDLE = 3, COLUMN_WAITING = 4, COLUMN_STOLEN = 7 };

/* The whole machine's time in ticks since it was started. */
struct machine {
	uint64_t total, stolen, idle;
};

struct slice {
	/* stolen and idle: shares of the machine's time */
	double from, to, stolen, idle;
	/* of a clean slice: where its run of clean slices began */
	double clean_from;
	bool is_clean;
	size_t operations;
};

struct slices {
	struct slices_settings settings;
	struct slice *items;
	size_t count;
	double clean_seconds, began_at, slice_began_at;
	struct machine began, slice_began;
};

double slices_now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* The first line of /proc/stat: cpu, then user nice system idle iowait irq softirq steal. */
static struct machine read_machine(void)
{
	char line[256] = "";
	struct machine machine = { 0 };
	FILE *file = fopen("/proc/stat", "re");
	if (!file || !fgets(line, sizeof line, file)) {
		perror("/proc/stat");
		exit(EXIT_FAILURE);
	}
	fclose(file);
	char *place = line + strcspn(line, " ");
	for (int column = 0; column < COLUMNS; column++) {
		uint64_t ticks = strtoull(place, &place, 10);
		machine.total += ticks;
		machine.stolen += column == COLUMN_STOLEN ? ticks : 0;
		machine.idle += column == COLUMN_IDLE || column == COLUMN_WAITING ? ticks : 0;
	}
	return machine;
}

struct slices *slices_new(const void *context, const struct slices_settings *settings)
{
	struct slices *slices = memory_new(context, struct slices);
	slices->settings = *settings;
	slices->began_at = slices->slice_began_at = slices_now();
	slices->began = slices->slice_began = read_machine();
	return slices;
}

double slices_next(const struct slices *slices)
{
	return slices->slice_began_at + SLICE_MS / 1e3;
}

static double share(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : 0;
}

/* A slice that came to its end late was not ours to run in, whatever the counters say. */
static void close_slice(struct slices *slices, double now)
{
	struct machine machine = read_machine();
	const struct machine *before = &slices->slice_began;
	const struct slice *last = slices->count ? &slices->items[slices->count - 1] : NULL;
	uint64_t ticks = machine.total - before->total;
	struct slice slice = { .from = slices->slice_began_at,
		.to = now,
		.stolen = share(machine.stolen - before->stolen, ticks),
		.idle = share(machine.idle - before->idle, ticks) };
	slice.is_clean = ticks > 0 && slice.stolen <= slices->settings.steal
		&& now - slice.from < 2 * SLICE_MS / 1e3;
	slice.clean_from = slice.is_clean && last && last->is_clean ? last->clean_from : slice.from;
	if ((slices->count & (slices->count - 1)) == 0
		&& (slices->count == 0 || slices->count >= SLICES_AT_FIRST))
		slices->items = memory_grow(slices, slices->items, struct slice,
			slices->count ? 2 * slices->count : SLICES_AT_FIRST);
	slices->items[slices->count++] = slice;
	slices->clean_seconds += slice.is_clean ? slice.to - slice.from : 0;
	slices->slice_began_at = now;
	slices->slice_began = machine;
}

bool slices_go_on(struct slices *slices)
{
	double now = slices_now();
	if (now >= slices_next(slices))
		close_slice(slices, now);
	return slices->clean_seconds < slices->settings.wanted
		&& slices->slice_began_at - slices->began_at < slices->settings.most;
}

/* --- the report --- */

struct sample {
	double *latencies;
	size_t count;
};

static struct slice *slice_at(const struct slices *slices, double time)
{
	size_t low = 0, high = slices->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (slices->items[middle].to < time)
			low = middle + 1;
		else
			high = middle;
	}
	return low < slices->count && slices->items[low].from <= time ? &slices->items[low] : NULL;
}

/* Counts the operation in its slice; its latency is good when it began in clean time too. */
static void sort_in(const struct slices *slices, const struct operation *operation,
	struct sample *all, struct sample *clean)
{
	struct slice *slice = slice_at(slices, operation->end);
	if (!slice)
		return;
	slice->operations++;
	all->latencies[all->count++] = operation->latency;
	if (slice->is_clean && operation->end - operation->latency >= slice->clean_from)
		clean->latencies[clean->count++] = operation->latency;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void put_decimal(json_object *object, const char *name, double value)
{
	char text[40];
	snprintf(text, sizeof text, "%.4f", value);
	json_put(object, name, json_object_new_double_s(value, text));
}

static void put_percentiles(
	json_object *object, struct sample *sample, const char *median, const char *high)
{
	qsort(sample->latencies, sample->count, sizeof *sample->latencies, by_size);
	size_t last = sample->count ? sample->count - 1 : 0;
	put_decimal(object, median, sample->count ? sample->latencies[last / 2] * 1e3 : 0);
	put_decimal(object, high, sample->count ? sample->latencies[last * 99 / 100] * 1e3 : 0);
}

static json_object *slice_list(const struct slices *slices)
{
	json_object *list = json_new_array();
	for (const struct slice *slice = slices->items; slice < slices->items + slices->count;
		slice++) {
		json_object *item = json_new_object();
		put_decimal(item, "seconds", slice->to - slice->from);
		put_decimal(item, "stolen", slice->stolen);
		put_decimal(item, "idle", slice->idle);
		json_put_number(item, "operations", (int64_t)slice->operations);
		json_append(list, item);
	}
	return list;
}

static size_t clean_operations(const struct slices *slices)
{
	size_t count = 0;
	for (const struct slice *slice = slices->items; slice < slices->items + slices->count;
		slice++)
		count += slice->is_clean ? slice->operations : 0;
	return count;
}

static void put_machine(json_object *report, const struct slices *slices)
{
	const struct machine *from = &slices->began, *to = &slices->slice_began;
	put_decimal(report, "stolen", share(to->stolen - from->stolen, to->total - from->total));
	put_decimal(report, "idle", share(to->idle - from->idle, to->total - from->total));
}

json_object *slices_report(
	const struct slices *slices, const struct operations *lists, size_t list_count)
{
	size_t room = 0;
	for (size_t i = 0; i < list_count; i++)
		room += lists[i].count;
	struct sample all = { memory_array(slices, double, room + 1), 0 },
		      clean = { memory_array(slices, double, room + 1), 0 };
	for (size_t i = 0; i < list_count; i++)
		for (size_t j = 0; j < lists[i].count; j++)
			sort_in(slices, &lists[i].items[j], &all, &clean);
	double seconds = slices->slice_began_at - slices->began_at;
	json_object *report = json_new_object();
	put_decimal(report, "seconds", seconds);
	put_decimal(report, "clean_seconds", slices->clean_seconds);
	put_decimal(report, "rate", seconds > 0 ? (double)all.count / seconds : 0);
	put_decimal(report, "clean_rate",
		slices->clean_seconds > 0 ? (double)clean_operations(slices) / slices->clean_seconds
					  : 0);
	put_percentiles(report, &all, "p50_ms", "p99_ms");
	put_percentiles(report, &clean, "clean_p50_ms", "clean_p99_ms");
	put_machine(report, slices);
	json_put(report, "slices", slice_list(slices));
	return report;
}

double slices_own_cpu(void)
{
	double seconds = 0;
	struct rusage usage;
	for (int who = RUSAGE_CHILDREN; who <= RUSAGE_SELF; who++)
		if (getrusage(who, &usage) == 0)
			seconds += (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
				+ (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
	return seconds;
}
