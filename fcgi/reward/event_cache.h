/* SPDX-License-Identifier: MIT */
/* Events kept by a worker from one request to the next. What is kept is only shown or checked by
 * version: whoever relies on it runs a statement that compares events.version, and asks for a fresh
 * one when that has moved on. */
#ifndef DOJANG_REWARD_EVENT_CACHE_H
#define DOJANG_REWARD_EVENT_CACHE_H

#include "reward/event.h"

struct event_cache;

struct event_cache *event_cache_new(const void *context);
/* The event with its milestones, good until the next call for the same cache; read from the
 * database when it is not kept or must_be_fresh. The stock in it is of the moment it was read.
 * ERR_NOT_FOUND when no open event has this slug. */
enum result event_cache_get(struct event_cache *cache, struct db *db, const char *slug,
	bool must_be_fresh, const struct event **event);
/* What is kept of it is out of date. */
void event_cache_forget(struct event_cache *cache, const char *slug);
/* Whether something was left of a product a moment ago, wherever it is shown. */
void event_cache_note_stock(struct event_cache *cache, product_id product, bool is_left);

#endif
