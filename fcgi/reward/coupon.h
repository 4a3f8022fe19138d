/* SPDX-License-Identifier: MIT */
/* Codes of coupon products: taken over from a list, given one to a claim. */
#ifndef DOJANG_REWARD_COUPON_H
#define DOJANG_REWARD_COUPON_H

#include "base/csv.h"
#include "reward/edit.h"
#include "reward/ids.h"

enum { COUPON_CODE_MAXIMUM = 190, COUPON_IMPORT_MAXIMUM = 200000 };

struct coupon_import {
	product_id product;
	FILE *file;                     /* CSV with the header `code`, at its beginning; stays the caller's */
	const char *source;             /* of the stock movement: "staff" or "command" */
	const char *reference;          /* of this import, unique per source */
};

/* Takes over all codes or none: RESULT_CREATED and *added, ERR_NOT_FOUND, or ERR_INVALID with the line that is wrong (a code that is
 * empty, too long, repeated, or there already). Raises the stock with a movement, in the audit log. */
enum result coupon_import(struct edit *edit, const struct coupon_import *import, uint64_t *added);

/* Inside a claim's transaction, after the product's stock was taken: the code that the claim gets, below context; NULL when there is
 * none, which the stock should have told. */
const char *coupon_give(struct db *db, const void *context, product_id product, claim_id claim);

#endif
