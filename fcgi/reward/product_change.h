/* SPDX-License-Identifier: MIT */
/* Changing products: name and alerts. Kind and value are fixed; the stock changes through stock.h.
 */
#ifndef DOJANG_REWARD_PRODUCT_CHANGE_H
#define DOJANG_REWARD_PRODUCT_CHANGE_H

#include "reward/product.h"

/* draft.stock is the remaining stock. */
struct product_record {
	product_id id;
	struct product_draft draft;
	struct optional_time retired_at;
	uint64_t fingerprint;
};

/* RESULT_OK with texts below edit->context, or ERR_NOT_FOUND. */
enum result product_change_read(struct edit *edit, product_id id, struct product_record *record);

struct product_change {
	product_id id;
	const char *name, *image, *tax_note;
	struct optional_number threshold;
	uint64_t seen;
};
/* RESULT_OK, also when nothing changes; ERR_NOT_FOUND. No new milestone can use a retired product,
 * and lists hide it; existing milestones and claims continue. */
enum result product_retire(struct edit *edit, product_id id, bool is_retired);
/* RESULT_OK; ERR_NOT_FOUND; ERR_INVALID; ERR_CONFLICT: changed by somebody else ("version"). */
enum result product_change_save(struct edit *edit, const struct product_change *change);

#endif
