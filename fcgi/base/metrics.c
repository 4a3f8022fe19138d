/* SPDX-License-Identifier: MIT */
/* Keeps counters in mapped files of one directory. */
#include "base/metrics.h"

#include "base/memory.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

struct metrics {
	const char *directory, *prefix; /* "dojang-api." … */
	const char *suffix;             /* … ".40.metrics" */
	size_t count, gauge_count;
	uint64_t *counters;
};

static const char *path_of(const struct metrics *metrics, const void *context, const char *middle)
{
	return memory_format(
		context, "%s/%s%s%s", metrics->directory, metrics->prefix, middle, metrics->suffix);
}

static void unmap(void *pointer)
{
	struct metrics *metrics = pointer;
	munmap(metrics->counters, metrics->count * sizeof(uint64_t));
}

static bool map_own_file(struct metrics *metrics, const void *context)
{
	size_t size = metrics->count * sizeof(uint64_t);
	int file = open(path_of(metrics, context, memory_format(context, "%ld", (long)getpid())),
		O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0660);
	if (file < 0)
		return false;
	void *map = ftruncate(file, (off_t)size) == 0
		? mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
		: MAP_FAILED;
	close(file);
	if (map == MAP_FAILED)
		return false;
	metrics->counters = map;
	memory_attach(metrics, metrics, unmap);
	return true;
}

/* Adds the first count values of a file. */
static bool add_file(const struct metrics *metrics, const char *path, size_t count, uint64_t *sums)
{
	void *scratch = memory_context(NULL);
	uint64_t *values = memory_array(scratch, uint64_t, metrics->count);
	size_t size = metrics->count * sizeof *values;
	int file = open(path, O_RDONLY | O_CLOEXEC);
	bool is_whole = file >= 0 && read(file, values, size) == (ssize_t)size;
	if (file >= 0)
		close(file);
	for (size_t i = 0; is_whole && i < count; i++)
		sums[i] += values[i];
	memory_free(scratch);
	return is_whole;
}

/* The process id in the name of a worker's file; 0 for the file of ended workers and for other
 * files. */
static pid_t pid_of(const struct metrics *metrics, const void *context, const char *name)
{
	int64_t pid;
	size_t length = strlen(name), prefix = strlen(metrics->prefix),
	       suffix = strlen(metrics->suffix);
	if (length <= prefix + suffix || !text_starts_with(name, metrics->prefix)
		|| strcmp(name + length - suffix, metrics->suffix) != 0)
		return 0;
	const char *middle = memory_copy_bytes(context, name + prefix, length - prefix - suffix);
	return text_to_number(middle, 1, INT32_MAX, &pid) ? (pid_t)pid : 0;
}

static bool is_dead(pid_t pid)
{
	return kill(pid, 0) != 0 && errno == ESRCH;
}

/* Calls each for the file of every worker of the pool. */
static bool each_worker(const struct metrics *metrics,
	void (*each)(const struct metrics *, const char *path, pid_t pid, uint64_t *sums),
	uint64_t *sums)
{
	DIR *directory = opendir(metrics->directory);
	if (!directory)
		return false;
	void *scratch = memory_context(NULL);
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
		pid_t pid = pid_of(metrics, scratch, entry->d_name);
		if (pid)
			each(metrics,
				memory_format(scratch, "%s/%s", metrics->directory, entry->d_name),
				pid, sums);
	}
	closedir(directory);
	memory_free(scratch);
	return true;
}

static void add_worker(const struct metrics *metrics, const char *path, pid_t pid, uint64_t *sums)
{
	size_t past = metrics->count - metrics->gauge_count;
	add_file(metrics, path, is_dead(pid) ? past : metrics->count, sums);
}

static void take_dead_worker(
	const struct metrics *metrics, const char *path, pid_t pid, uint64_t *sums)
{
	if (is_dead(pid) && add_file(metrics, path, metrics->count - metrics->gauge_count, sums))
		unlink(path);
}

/* Holds the lock of the file of ended workers, so that two starting workers do not add a dead one
 * twice. A crash in between loses counts and nothing else. */
static void fold_dead_workers(const struct metrics *metrics, const void *context)
{
	const char *path = path_of(metrics, context, "past");
	uint64_t *sums = memory_array(context, uint64_t, metrics->count);
	int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
	if (file < 0)
		return;
	if (flock(file, LOCK_EX) == 0) {
		add_file(metrics, path, metrics->count - metrics->gauge_count, sums);
		each_worker(metrics, take_dead_worker, sums);
		if (pwrite(file, sums, metrics->count * sizeof *sums, 0) < 0)
			unlink(path);
	}
	close(file);
}

struct metrics *metrics_open(const void *context, const char *directory, const char *program,
	size_t count, size_t gauge_count)
{
	if (!directory)
		return NULL;
	struct metrics *metrics = memory_new(context, struct metrics);
	metrics->directory = memory_copy_text(metrics, directory);
	metrics->prefix = memory_format(metrics, "%s.", program);
	metrics->suffix = memory_format(metrics, ".%zu.metrics", count);
	metrics->count = count;
	metrics->gauge_count = gauge_count;
	void *scratch = memory_context(metrics);
	fold_dead_workers(metrics, scratch);
	bool is_mapped = map_own_file(metrics, scratch);
	memory_free(scratch);
	if (is_mapped)
		return metrics;
	memory_free(metrics);
	return NULL;
}

void metrics_add(struct metrics *metrics, size_t counter, uint64_t amount)
{
	if (metrics && counter < metrics->count)
		metrics->counters[counter] += amount;
}

void metrics_set(struct metrics *metrics, size_t counter, uint64_t value)
{
	if (metrics && counter < metrics->count)
		metrics->counters[counter] = value;
}

bool metrics_sum(const struct metrics *metrics, uint64_t *sums)
{
	if (!metrics)
		return false;
	void *scratch = memory_context(NULL);
	memset(sums, 0, metrics->count * sizeof *sums);
	add_file(metrics, path_of(metrics, scratch, "past"), metrics->count, sums);
	memory_free(scratch);
	return each_worker(metrics, add_worker, sums);
}
