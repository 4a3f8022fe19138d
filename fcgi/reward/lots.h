/* SPDX-License-Identifier: MIT */
/* Lots of points that expire: pure functions. What a balance has beyond its lots never expires and
 * is spent last. */
#ifndef DOJANG_REWARD_LOTS_H
#define DOJANG_REWARD_LOTS_H

#include "base/calendar.h"

#include <stddef.h>

struct lot {
	uint64_t id; /* of the entry that granted it */
	int64_t remaining;
	instant expires_at;
	uint32_t expiries; /* how often it has expired; more than once after refunds */
	int64_t taken;     /* by the functions below; the caller sets it to 0 */
	bool is_announced; /* points.expiring was sent */
};
/* the lots with something left, in the order in which they expire */
struct lots {
	struct lot *items;
	size_t count;
};

int64_t lots_sum(const struct lots *lots);
/* Takes up to amount, from those that expire first. Returns how much the lots did not have. */
int64_t lots_take(struct lots *lots, int64_t amount);
/* The same from one lot only; 0: none. */
int64_t lots_take_from(struct lots *lots, uint64_t id, int64_t amount);
/* A program that knows no lots may have spent their points: takes what the lots have beyond the
 * sum of the ledger, which may be below zero. Returns it. */
int64_t lots_reconcile(struct lots *lots, int64_t points);
/* Takes the whole of each lot that has expired. Returns it. */
int64_t lots_expire(struct lots *lots, instant now);
/* Takes back a grant from its own lot first (0: it has none). Points that never expire are then
 * the grant's own. points: the ledger's sum before. */
void lots_take_back(struct lots *lots, uint64_t own, int64_t amount, int64_t points);

/* The part of a refund that goes back into a lot. */
struct lot_use {
	uint64_t lot;
	int64_t used;       /* by the spend, less what refunds have given back */
	int64_t given_back; /* by lots_refund */
};
/* Gives a refund back: first the points that did not come from a lot, then to the lots that expire
 * last. uses: in the order in which their lots expire. spent: by the spend; refunded: of it before.
 * At most `most` goes into lots: the rest pays a debt. */
void lots_refund(struct lot_use *uses, size_t count, int64_t spent, int64_t refunded,
	int64_t amount, int64_t most);

#endif
