/* SPDX-License-Identifier: MIT */
/* Takes points from lots and gives them back. */
#include "reward/lots.h"

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t not_negative(int64_t number)
{
	return number > 0 ? number : 0;
}

static int64_t take(struct lot *lot, int64_t amount)
{
	int64_t taken = smaller(lot->remaining, amount);
	lot->remaining -= taken;
	lot->taken += taken;
	return taken;
}

int64_t lots_sum(const struct lots *lots)
{
	int64_t sum = 0;
	for (size_t i = 0; i < lots->count; i++)
		sum += lots->items[i].remaining;
	return sum;
}

int64_t lots_take(struct lots *lots, int64_t amount)
{
	for (size_t i = 0; i < lots->count && amount > 0; i++)
		amount -= take(&lots->items[i], amount);
	return amount;
}

int64_t lots_take_from(struct lots *lots, uint64_t id, int64_t amount)
{
	for (size_t i = 0; i < lots->count; i++)
		if (lots->items[i].id == id)
			amount -= take(&lots->items[i], amount);
	return amount;
}

int64_t lots_reconcile(struct lots *lots, int64_t points)
{
	int64_t excess = not_negative(lots_sum(lots) - not_negative(points));
	lots_take(lots, excess);
	return excess;
}

int64_t lots_expire(struct lots *lots, instant now)
{
	int64_t sum = 0;
	for (size_t i = 0; i < lots->count; i++)
		if (lots->items[i].expires_at.seconds <= now.seconds)
			sum += take(&lots->items[i], lots->items[i].remaining);
	return sum;
}

void lots_take_back(struct lots *lots, uint64_t own, int64_t amount, int64_t points)
{
	int64_t without_lot = not_negative(points - lots_sum(lots));
	amount = own ? lots_take_from(lots, own, amount) : not_negative(amount - without_lot);
	lots_take(lots, amount);
}

void lots_refund(struct lot_use *uses, size_t count, int64_t spent, int64_t refunded,
	int64_t amount, int64_t most)
{
	int64_t used = 0;
	for (size_t i = 0; i < count; i++) {
		used += uses[i].used;
		uses[i].given_back = 0;
	}
	amount = smaller(not_negative(amount - not_negative(spent - refunded - used)), most);
	for (size_t i = count; i > 0; i--) {
		struct lot_use *use = &uses[i - 1];
		use->given_back = smaller(not_negative(use->used), amount);
		amount -= use->given_back;
	}
}
