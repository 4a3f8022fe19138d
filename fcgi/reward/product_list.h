/* SPDX-License-Identifier: MIT */
/* Products with their stock, for the shop's backend. */
#ifndef DOJANG_REWARD_PRODUCT_LIST_H
#define DOJANG_REWARD_PRODUCT_LIST_H

#include "reward/event.h"

struct stocked_product {
	struct product product;
	struct optional_number threshold;
};

/* Products with ids above `after`, by id, at most limit. */
enum result product_list(struct db *db, const void *context, uint64_t after, size_t limit,
	struct stocked_product **products, size_t *count, bool *has_more);

#endif
