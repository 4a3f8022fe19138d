/* SPDX-License-Identifier: MIT */
/* Keeps one entry per worker in memory that the pool shares. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "web/scoreboard.h"

#include <sched.h>
#include <stdatomic.h>
#include <sys/mman.h>

/* An entry has a cache line of its own. */
enum { LINE = 64 };

struct entry {
	_Alignas(LINE) atomic_int state; /* enum worker_state */
};

static struct entry *entries, *own;
static size_t entry_count, wanted; /* wanted: that many working ones suffice */

/* One per two processors: nginx, the database and the other pool need the rest. */
static size_t count_wanted(void)
{
	cpu_set_t set;
	int processors = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
	return processors < 2 ? 1 : (size_t)processors / 2;
}

void scoreboard_open(size_t workers)
{
	void *memory = mmap(NULL, workers * sizeof(struct entry), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	entries = memory == MAP_FAILED ? NULL : memory;
	entry_count = entries ? workers : 0;
	wanted = count_wanted();
}

void scoreboard_enter(size_t index)
{
	own = index < entry_count ? &entries[index] : NULL;
}

void scoreboard_clear(size_t index)
{
	if (index < entry_count)
		atomic_store(&entries[index].state, WORKER_ABSENT);
}

void scoreboard_set(enum worker_state state)
{
	if (own)
		atomic_store_explicit(&own->state, (int)state, memory_order_relaxed);
}

static size_t count_before(const struct entry *end, enum worker_state state)
{
	size_t count = 0;
	for (const struct entry *entry = entries; entry < end; entry++)
		count += atomic_load_explicit(&entry->state, memory_order_relaxed) == (int)state;
	return count;
}

static size_t count_all(enum worker_state state)
{
	return count_before(entries + entry_count, state);
}

bool scoreboard_has_waiting(void)
{
	return own && count_all(WORKER_WAITING) > 0;
}

bool scoreboard_is_surplus(void)
{
	return own && count_before(own, WORKER_WORKING) >= wanted;
}

bool scoreboard_has_spare(void)
{
	return scoreboard_has_waiting() && count_all(WORKER_WORKING) < wanted;
}
