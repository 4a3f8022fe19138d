/* SPDX-License-Identifier: MIT */
/* Events cached by a worker between requests. Cached data is only shown or checked by version: code
 * that relies on it runs a statement that compares events.version, and reads a fresh event when the
 * version has changed. */
#ifndef DOJANG_REWARD_EVENT_CACHE_H
#define DOJANG_REWARD_EVENT_CACHE_H

#include "reward/event.h"

struct event_cache;

struct event_cache *event_cache_new(const void *context);
/* The event with its milestones, valid until the next call for the same cache. It is read from the
 * database when it is not cached or must_be_fresh. Its stock is as of that time. ERR_NOT_FOUND when
 * no open event has this slug. */
enum result event_cache_get(struct event_cache *cache, struct db *db, const char *slug,
	bool must_be_fresh, const struct event **event);
/* Drops the cached event, which is outdated. */
void event_cache_forget(struct event_cache *cache, const char *slug);
/* Stores whether some stock of a product was left a moment ago, in all cached events. */
void event_cache_note_stock(struct event_cache *cache, product_id product, bool is_left);

#endif
