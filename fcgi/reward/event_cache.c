/* SPDX-License-Identifier: MIT */
/* Caches some events, and replaces the least recently used one. */
#include "reward/event_cache.h"

#include "base/memory.h"
#include "base/text.h"

enum { EVENTS_KEPT = 16 };

struct event_cache {
	struct {
		struct event *event;
		uint64_t used_at;
	} slots[EVENTS_KEPT];
	uint64_t uses;
};

struct event_cache *event_cache_new(const void *context)
{
	return memory_new(context, struct event_cache);
}

/* The slot that holds slug, or else the slot to use for it. */
static size_t slot_of(const struct event_cache *cache, const char *slug)
{
	size_t oldest = 0;
	for (size_t i = 0; i < EVENTS_KEPT; i++) {
		if (cache->slots[i].event && text_equals(cache->slots[i].event->slug, slug))
			return i;
		if (cache->slots[i].used_at < cache->slots[oldest].used_at)
			oldest = i;
	}
	return oldest;
}

static bool holds(const struct event_cache *cache, size_t slot, const char *slug)
{
	return cache->slots[slot].event && text_equals(cache->slots[slot].event->slug, slug);
}

enum result event_cache_get(struct event_cache *cache, struct db *db, const char *slug,
	bool must_be_fresh, const struct event **event)
{
	size_t slot = slot_of(cache, slug);
	if (must_be_fresh || !holds(cache, slot, slug)) {
		struct event *read;
		enum result result = event_load(db, cache, slug, &read);
		if (result != RESULT_OK)
			return result;
		memory_free(cache->slots[slot].event);
		cache->slots[slot].event = read;
	}
	cache->slots[slot].used_at = ++cache->uses;
	*event = cache->slots[slot].event;
	return RESULT_OK;
}

void event_cache_forget(struct event_cache *cache, const char *slug)
{
	size_t slot = slot_of(cache, slug);
	if (!holds(cache, slot, slug))
		return;
	memory_free(cache->slots[slot].event);
	cache->slots[slot].event = NULL;
	cache->slots[slot].used_at = 0;
}

static void note_stock(struct event *event, product_id product, bool is_left)
{
	for (size_t i = 0; i < event->milestone_count; i++) {
		struct product *shown = &event->milestones[i].product;
		if (shown->id.value == product.value && shown->remain.is_set)
			shown->remain.value = is_left;
	}
}

void event_cache_note_stock(struct event_cache *cache, product_id product, bool is_left)
{
	for (size_t i = 0; i < EVENTS_KEPT; i++)
		if (cache->slots[i].event)
			note_stock(cache->slots[i].event, product, is_left);
}
