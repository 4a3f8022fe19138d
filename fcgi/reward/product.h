/* SPDX-License-Identifier: MIT */
/* Creating products. */
#ifndef DOJANG_REWARD_PRODUCT_H
#define DOJANG_REWARD_PRODUCT_H

#include "records/edit.h"
#include "records/ids.h"
#include "reward/payout.h"
#include "reward/expiry.h"

enum product_kind { PRODUCT_POINTS, PRODUCT_ITEM, PRODUCT_COUPON };
/* their names, in the order of enum product_kind; ending with NULL */
extern const char *const PRODUCT_KINDS[];

enum { PRODUCT_POINTS_MAXIMUM = 1000000000, PRODUCT_STOCK_MAXIMUM = 2000000000 };

struct product_draft {
	const char *name, *image, *tax_note; /* image, tax_note may be NULL */
	enum product_kind kind;
	struct optional_number points;    /* for kind points only */
	enum wallet wallet;               /* WALLET_DOJANG except for kind points */
	struct expiry expiry;             /* of these points */
	struct optional_number stock;     /* unset: unlimited */
	struct optional_number threshold; /* only with a limited stock */
};

/* The expiry that a form or command line asks for: expires is an index in PRODUCT_EXPIRIES (0:
 * never). ERR_INVALID: the count is missing, given for nothing, or too large. */
extern const char *const PRODUCT_EXPIRIES[];
enum result product_expiry(
	struct edit *edit, int expires, struct optional_number after, struct expiry *expiry);

/* RESULT_CREATED, with the initial stock as a movement, or ERR_INVALID. */
enum result product_create(struct edit *edit, const struct product_draft *draft, product_id *id);

#endif
