/* SPDX-License-Identifier: MIT */
/* Changing the remaining stock of a product by hand. Claims take theirs in claim.c. */
#ifndef DOJANG_REWARD_STOCK_H
#define DOJANG_REWARD_STOCK_H

#include "records/edit.h"
#include "records/ids.h"

enum { STOCK_DELTA_MAXIMUM = 1000000 };

struct stock_change {
	product_id product;
	int64_t delta;      /* not 0, at most STOCK_DELTA_MAXIMUM in either direction */
	const char *source; /* "staff", "shop" or "command" */
	/* unique per source: a repetition with the same content changes nothing */
	const char *reference;
	const char *reason;
	/* coupons: codes were added, which nothing else may replace */
	bool is_codes;
};

struct stock_outcome {
	uint64_t movement;
	int64_t remain; /* after the change; the current value for a repetition */
	bool is_repeated;
};

/* RESULT_CREATED, or RESULT_OK for a repetition; ERR_NOT_FOUND; ERR_INVALID (delta); ERR_CONFLICT:
 * unlimited, not enough left, or the reference was used for another change. */
enum result stock_change(
	struct edit *edit, const struct stock_change *change, struct stock_outcome *outcome);
/* The same inside a transaction. */
enum result stock_apply(
	struct edit *edit, const struct stock_change *change, struct stock_outcome *outcome);

#endif
